import type { ErrorFields } from "../../runtime/errors.ts";
import type { CheckResult } from "./assert/check.ts";
import { passRate } from "./assert/pass-rate.ts";
import type { DataRow } from "./data/row.ts";
import type { ModelReply } from "./model.ts";
import type { Corner } from "./plan.ts";
import type { Summary } from "./statistics/statistics.ts";
import { METRIC_ALIASES, type Metric, METRICS } from "./metrics.ts";
import { summarise } from "./statistics/statistics.ts";

/** How much of the prompt came from the KV cache: nothing, all but the last token, or something between. */
export type CacheState = "cold" | "warm" | "mixed";

/** One measured run: what was asked, what came back. */
export interface RunRecord {
  /** Position in the order of execution, 0-based, warm-ups not counted. */
  index: number;
  corner: Corner;
  /** k: 0-based repeat within the corner. */
  repeat: number;
  /** As sent, or as the runtime drew it; null where it does not tell. */
  seed: number | null;
  status: "ok" | "failed" | "cancelled";
  /** For a cancelled run what had arrived by then. */
  answer: string;
  thinking: string;
  /** Content of the last \boxed{} of the answer. */
  boxed: string | null;
  /** The answer as JSON where the cell asks for it and the answer is valid. */
  json: unknown;
  /** Why the answer is not valid JSON by the cell's schema. */
  invalid: ErrorFields | null;
  cache: CacheState | null;
  /** The row of the data set that was asked about; null without `data:`. */
  row: DataRow | null;
  /** What the assertions say of an answer; empty without assertions, and without an answer. */
  checks: CheckResult[];
  /** Every check passed. Null: the cell has no assertions, or the run was cancelled. A failed run has not passed. */
  passed: boolean | null;
  /** Where an answer comes from that was not asked for now: a file of results, or the answer cache. */
  source?: "saved" | "cache";
  /** How long the request had to wait because the server was too busy to take it; not part of its times. */
  delayed_ms?: number;
  /** Null for a failed or cancelled run. */
  reply: ModelReply | null;
  error: ErrorFields | null;
}

/** All runs of one corner of the matrix, summarised. Only runs with status ok are in the statistics. */
export interface CornerResult {
  corner: Corner;
  runs: RunRecord[];
  counts: RunCounts;
  cache: CacheState | null;
  /** By metric name. */
  stats: Record<string, Summary>;
}

export interface RunCounts {
  planned: number;
  ok: number;
  failed: number;
  cancelled: number;
  /** Of the ok ones: answers that are not valid by the cell's schema. */
  invalid: number;
  /** Runs that assertions were held against: those with `passed` not null. */
  checked: number;
  /** Of the checked ones. */
  passed: number;
}

/** What a prompt cell leaves behind. */
export interface ExperimentResult {
  corners: CornerResult[];
  /** In the order of execution. */
  runs: RunRecord[];
  /** Interrupted: fewer runs than planned. */
  partial: boolean;
}

/** Puts finished runs together. `planned` is the number of runs that each corner was to have, by position where they differ. */
export function experimentResult(corners: readonly Corner[], runs: readonly RunRecord[], planned: number | readonly number[]): ExperimentResult {
  return joined([...cornerResults(corners, runs, planned)], runs);
}

/** The same, giving way to other work after each corner: intervals of hundreds of corners take seconds. */
export async function experimentResultInTurns(corners: readonly Corner[], runs: readonly RunRecord[], planned: readonly number[]): Promise<ExperimentResult> {
  const results: CornerResult[] = [];
  for (const result of cornerResults(corners, runs, planned)) {
    results.push(result);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return joined(results, runs);
}

function joined(corners: CornerResult[], runs: readonly RunRecord[]): ExperimentResult {
  return { corners, runs: [...runs], partial: corners.some(({ counts }) => counts.ok + counts.failed < counts.planned) };
}

function* cornerResults(corners: readonly Corner[], runs: readonly RunRecord[], planned: number | readonly number[]): Generator<CornerResult> {
  const own = new Map(corners.map((corner): [Corner, RunRecord[]] => [corner, []]));
  for (const run of runs) own.get(run.corner)?.push(run);
  for (const [at, corner] of corners.entries()) yield cornerResult(corner, own.get(corner) ?? [], typeof planned === "number" ? planned : planned[at] ?? 0);
}

function cornerResult(corner: Corner, runs: RunRecord[], planned: number): CornerResult {
  const count = (status: RunRecord["status"]) => runs.filter((run) => run.status === status).length;
  return {
    corner,
    runs,
    counts: {
      planned,
      ok: count("ok"),
      failed: count("failed"),
      cancelled: count("cancelled"),
      invalid: runs.filter((run) => run.invalid !== null).length,
      checked: runs.filter((run) => run.passed !== null).length,
      passed: runs.filter((run) => run.passed === true).length,
    },
    cache: joinCacheStates(runs.flatMap((run) => (run.cache === null ? [] : [run.cache]))),
    stats: statsOf(runs),
  };
}

function statsOf(runs: readonly RunRecord[]): Record<string, Summary> {
  const finished = runs.filter((run) => run.reply !== null);
  return Object.fromEntries(METRICS.map((metric) => [metric.name, summarise(finished.map((run) => metricOf(run, metric)))]));
}

/** A metric of one run; null without an answer, and for the times of an answer that was taken from the cache. */
export function metricOf(run: RunRecord, metric: Metric): number | null {
  if (run.reply === null || (run.source === "cache" && metric.unit !== "tokens")) return null;
  return metric.of(run.reply.timings);
}

function joinCacheStates(states: readonly CacheState[]): CacheState | null {
  const [first] = states;
  if (first === undefined) return null;
  return states.every((state) => state === first) ? first : "mixed";
}

/** Cache state of one reply; null where the server does not tell. The last prompt token is always evaluated, so all but one is as warm as it gets. */
export function cacheState(reply: ModelReply): CacheState | null {
  const { prompt_tokens: prompt, cached_tokens: cached, untold = [] } = reply.timings;
  if (untold.includes("cached") || untold.includes("tokens")) return null;
  if (cached === 0) return "cold";
  return cached >= prompt - 1 ? "warm" : "mixed";
}

/**
 * The result as templates and `%%js` cells see it under the cell's name: answer, thinking, boxed, json (of the first
 * finished run), runs, stats, table. Plain JSON.
 */
export function namedResult(result: ExperimentResult): Record<string, unknown> {
  const first = result.runs.find((run) => run.status === "ok") ?? result.runs[0];
  const pass = passRate({ checked: result.runs.filter((run) => run.passed !== null).length, passed: result.runs.filter((run) => run.passed === true).length });
  const stats = result.corners.length === 1 ? withAliases(result.corners[0]?.stats ?? {}) : {};
  return {
    answer: first?.answer ?? "",
    thinking: first?.thinking ?? "",
    boxed: first?.boxed ?? null,
    json: first?.json ?? null,
    partial: result.partial,
    ...(pass.n === 0 ? {} : { pass: pass.passed === pass.n }),
    runs: result.runs.map(runRow),
    stats: pass.n === 0 ? stats : { ...stats, pass },
    corners: result.corners.map((corner) => ({ ...corner.corner, counts: corner.counts, stats: { ...withAliases(corner.stats), ...(corner.counts.checked === 0 ? {} : { pass: passRate(corner.counts) }) } })),
    table: statsTable(result),
  };
}

/** One run as a flat row: for `runs[i]`, for files, for `application/vnd.retort.runs+json`. */
export function runRow(run: RunRecord): Record<string, unknown> {
  return {
    ...run.corner,
    run: run.repeat,
    seed: run.seed,
    status: run.status,
    answer: run.answer,
    thinking: run.thinking,
    boxed: run.boxed,
    json: run.json,
    finish: run.reply?.finish ?? null,
    cache: run.cache,
    ...(run.row === null ? {} : { row: run.row.values, row_line: run.row.line }),
    ...(run.source === undefined ? {} : { source: run.source }),
    ...(run.delayed_ms === undefined ? {} : { delayed_ms: run.delayed_ms }),
    ...(run.reply?.steps === undefined ? {} : { steps: run.reply.steps }),
    ...(run.passed === null ? {} : { passed: run.passed, checks: run.checks }),
    ...Object.fromEntries(METRICS.map((metric) => [metric.name, metricOf(run, metric)])),
    error: run.error?.code ?? run.invalid?.code ?? null,
  };
}

/** One row per corner and metric. */
function statsTable(result: ExperimentResult): Array<Record<string, unknown>> {
  return result.corners.flatMap(({ corner, stats }) =>
    METRICS.map(({ name, unit }) => {
      const summary = stats[name] as Summary;
      return { ...corner, metric: name, unit, n: summary.n, mean: summary.mean, sd: summary.sd, median: summary.median, min: summary.min, max: summary.max };
    }));
}

function withAliases(stats: Record<string, Summary>): Record<string, Summary> {
  const aliases = Object.entries(METRIC_ALIASES).flatMap(([alias, name]) => {
    const summary = stats[name];
    return summary === undefined ? [] : [[alias, summary] as const];
  });
  return { ...stats, ...Object.fromEntries(aliases) };
}
