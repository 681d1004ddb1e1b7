import { createHash } from "node:crypto";
import type { Provenance } from "../../runtime/api/types.ts";
import { type RunRecord, runRow } from "../experiment/result.ts";
import type { FinishedJob } from "./prompt-runner.ts";

/** MIME type of the raw samples of a repeated run. */
export const RUNS_MIME = "application/vnd.retort.runs+json";
/** Beyond these the samples make a notebook heavy. */
const MAX_ROWS = 200;
const MAX_ROW_BYTES = 64 * 1024;

interface RecordedSetting {
  value: unknown;
  source: string;
}

/**
 * What made an output, for its metadata: enough to repeat the run and to compare saved notebooks.
 * Holds no path, no host name and no time of day.
 */
export function outputRecord(finished: FinishedJob, retortVersion: string): Record<string, unknown> {
  const { job, result, choice } = finished;
  const first = firstProvenance(result.runs);
  const body = {
    format: 1,
    name: job.settings.name ?? null,
    model: { value: choice.model, source: choice.source },
    files: filesOf(result.runs),
    settings: outputSettings(finished),
    matrix: job.settings.matrix ?? null,
    seeds: [...new Set(result.runs.map((run) => run.seed))],
    cache: [...new Set(result.runs.map((run) => run.cache))],
    counts: result.corners.map(({ corner, counts }) => ({ ...corner, ...counts })),
    partial: result.partial,
    prompt_sha256: first?.prompt_sha256 ?? sha256(JSON.stringify(job.messages)),
    engine: first === null ? null : { backend: first.backend, device: first.device, threads: first.threads, context: first.context, slots: first.slots },
    versions: { retort: retortVersion, engine: first?.engine_version ?? null },
  };
  return { retort: { run: sha256(JSON.stringify(body)).slice(0, 12), ...body } };
}

/** The samples themselves, cut at {@link MAX_ROWS} rows and {@link MAX_ROW_BYTES} bytes with the number left out. */
export function rawSamples(runs: readonly RunRecord[]): Record<string, unknown> {
  const rows: Array<Record<string, unknown>> = [];
  let bytes = 0;
  for (const run of runs.slice(0, MAX_ROWS)) {
    const row = runRow(run);
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > MAX_ROW_BYTES) break;
    rows.push(row);
  }
  return { format: 1, total: runs.length, left_out: runs.length - rows.length, rows };
}

/** One entry for each model file that answered. */
function filesOf(runs: readonly RunRecord[]): Array<Record<string, unknown>> {
  const files = new Map<string, Record<string, unknown>>();
  for (const { reply } of runs) {
    const provenance = reply?.provenance;
    if (provenance === null || provenance === undefined) continue;
    const { model, precision, quant, file_sha256, made_from } = provenance;
    files.set(file_sha256, { model, precision, quant, sha256: file_sha256, ...(made_from === undefined ? {} : { made_from }) });
  }
  return [...files.values()];
}

/** Every setting in force with its source: the cell, the notebook's defaults, the model's profile or the built-in default. */
export function outputSettings({ job, result }: FinishedJob): Record<string, RecordedSetting> {
  const { matrix, name: _name, ...settings } = job.settings;
  const asked = Object.entries(settings).map(([key, value]) => [key, { value, source: job.sources[key] ?? "cell" }] as const);
  const resolved = Object.entries(firstProvenance(result.runs)?.settings ?? {}).filter(([key, { source }]) => source !== "request" && key !== matrix?.key);
  return Object.fromEntries([...resolved, ...asked].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firstProvenance(runs: readonly RunRecord[]): Provenance | null {
  return runs.find((run) => run.reply !== null)?.reply?.provenance ?? null;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
