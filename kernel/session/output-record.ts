import { createHash } from "node:crypto";
import { basename, isAbsolute } from "node:path";
import type { Provenance } from "../../runtime/api/types.ts";
import type { PromptSettings } from "../cells/settings.ts";
import { sourcesOf } from "../experiment/record/run-source.ts";
import type { RunRecord } from "../experiment/result.ts";
import { firstMessages } from "./prompt-plan.ts";
import type { FinishedJob } from "./prompt-runner.ts";

/** MIME type of the raw samples of a repeated run. */
export const RUNS_MIME = "application/vnd.retort.runs+json";

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
    matrix: matrixOf(job.settings),
    data: dataOf(finished),
    seeds: [...new Set(result.runs.map((run) => run.seed))],
    cache: [...new Set(result.runs.map((run) => run.cache))],
    counts: result.corners.map(({ corner, counts }) => ({ ...corner, ...counts })),
    partial: result.partial,
    prompt_sha256: first?.prompt_sha256 ?? sha256(JSON.stringify(firstMessages(finished.plan))),
    prompts: new Set(result.runs.flatMap(({ reply }) => reply?.provenance?.prompt_sha256 ?? [])).size,
    sources: sourcesOf(result.runs).list,
    engine: first === null ? null : { backend: first.backend, device: first.device, threads: first.threads, context: first.context, slots: first.slots },
    versions: { retort: retortVersion, engine: first?.engine_version ?? null },
  };
  return { retort: { run: sha256(JSON.stringify(body)).slice(0, 12), ...body } };
}

/** The values of each axis as tables have them. */
function matrixOf({ matrix }: PromptSettings): Record<string, unknown[]> | null {
  return matrix === undefined ? null : Object.fromEntries(matrix.map(({ key, values }) => [key, values.map(({ label }) => label)]));
}

/** Which rows the answers are about. A path from anywhere but the notebook's folder says more of a machine than of data. */
function dataOf({ data, result }: FinishedJob): Record<string, unknown> | null {
  if (data === null) return null;
  const asked = new Set(result.runs.flatMap(({ row }) => (row === null ? [] : [row.line]))).size;
  if (data.file === null) return { rows: data.rows.length, asked };
  const { path, sha256, total } = data.file;
  return { file: isAbsolute(path) ? basename(path) : path, sha256, total, rows: data.rows.length, asked };
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
  const { matrix = [], name: _name, data: _data, save: _save, ...settings } = job.settings;
  const axes = matrix.map(({ key }) => key);
  const asked = Object.entries(settings).map(([key, value]) => [key, { value, source: job.sources[key] ?? "cell" }] as const);
  const resolved = Object.entries(firstProvenance(result.runs)?.settings ?? {}).filter(([key, { source }]) => source !== "request" && !axes.includes(key));
  return Object.fromEntries([...resolved, ...asked].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function firstProvenance(runs: readonly RunRecord[]): Provenance | null {
  return runs.find((run) => run.reply !== null)?.reply?.provenance ?? null;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
