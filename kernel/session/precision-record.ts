import { createHash } from "node:crypto";
import type { PrecisionMeasurement } from "../experiment/compare/precision/measurement.ts";

/** Beyond this the samples make a notebook heavy: answers are cut first, then rows. */
const MAX_BYTES = 24 * 1024;
const MAX_ANSWER = 200;

/** What made the page, for the output's metadata, and the samples behind it, as `application/vnd.retort.runs+json` has them. */
export function precisionRecord(measurement: PrecisionMeasurement, name: string | null, retortVersion: string): { samples: Record<string, unknown>; metadata: Record<string, unknown> } {
  const { plan, memory, rows, partial } = measurement;
  const kept: Array<Record<string, unknown>> = [];
  let bytes = 0;
  for (const row of rows) {
    const { thinking: _thinking, answer, ...figures } = row;
    const slim = { ...figures, ...(typeof answer === "string" ? { answer: answer.slice(0, MAX_ANSWER) } : {}) };
    bytes += Buffer.byteLength(JSON.stringify(slim));
    if (bytes > MAX_BYTES) break;
    kept.push(slim);
  }
  const { prompts, text, ...settings } = plan;
  const body = {
    format: 1,
    name,
    compare: plan.precisions,
    settings: { ...settings, prompts: prompts.length, prompts_sha256: sha256(JSON.stringify(prompts)), text_sha256: sha256(text) },
    matrix: [{ key: "precision" }, { key: "kind" }],
    files: memory.flatMap((side) => (side === null ? [] : [{ precision: side.loaded.precision, quant: side.loaded.quant, sha256: side.loaded.file_sha256 }])),
    engine: memory[0] === null ? null : { backend: memory[0].loaded.backend, device: memory[0].loaded.device, threads: memory[0].loaded.threads, context: memory[0].loaded.context, slots: memory[0].loaded.slots },
    partial,
    versions: { retort: retortVersion },
  };
  return {
    samples: { format: 1, total: rows.length, left_out: rows.length - kept.length, rows: kept },
    metadata: { retort: { run: sha256(JSON.stringify([body, rows])).slice(0, 12), ...body } },
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
