import type { ErrorFields } from "../../runtime/errors.ts";
import type { ModelReply } from "./model.ts";
import type { Corner } from "./plan.ts";
import type { Summary } from "./statistics.ts";
import { METRIC_ALIASES, METRICS } from "./metrics.ts";
import { summarise } from "./statistics.ts";

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
}

/** What a prompt cell leaves behind. */
export interface ExperimentResult {
  corners: CornerResult[];
  /** In the order of execution. */
  runs: RunRecord[];
  /** Interrupted: fewer runs than planned. */
  partial: boolean;
}

/** Puts finished runs together. `planned` is the number of runs that each corner was to have. */
export function experimentResult(corners: readonly Corner[], runs: readonly RunRecord[], planned: number): ExperimentResult {
  const results = corners.map((corner) => cornerResult(corner, runs.filter((run) => run.corner === corner), planned));
  return {
    corners: results,
    runs: [...runs],
    partial: results.some(({ counts }) => counts.ok + counts.failed < counts.planned),
  };
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
    },
    cache: joinCacheStates(runs.flatMap((run) => (run.cache === null ? [] : [run.cache]))),
    stats: statsOf(runs),
  };
}

function statsOf(runs: readonly RunRecord[]): Record<string, Summary> {
  const finished = runs.flatMap((run) => (run.reply === null ? [] : [run.reply.timings]));
  return Object.fromEntries(METRICS.map((metric) => [metric.name, summarise(finished.map((timings) => metric.of(timings)))]));
}

function joinCacheStates(states: readonly CacheState[]): CacheState | null {
  const [first] = states;
  if (first === undefined) return null;
  return states.every((state) => state === first) ? first : "mixed";
}

/** Cache state of one reply. The last prompt token is always evaluated, so all but one is as warm as it gets. */
export function cacheState(reply: ModelReply): CacheState {
  const { prompt_tokens: prompt, cached_tokens: cached } = reply.timings;
  if (cached === 0) return "cold";
  return cached >= prompt - 1 ? "warm" : "mixed";
}

/**
 * The result as templates and `%%js` cells see it under the cell's name: answer, thinking, boxed, json (of the first
 * finished run), runs, stats, table. Plain JSON.
 */
export function namedResult(result: ExperimentResult): Record<string, unknown> {
  const first = result.runs.find((run) => run.status === "ok") ?? result.runs[0];
  const stats = result.corners.length === 1 ? withAliases(result.corners[0]?.stats ?? {}) : {};
  return {
    answer: first?.answer ?? "",
    thinking: first?.thinking ?? "",
    boxed: first?.boxed ?? null,
    json: first?.json ?? null,
    partial: result.partial,
    runs: result.runs.map(runRow),
    stats,
    corners: result.corners.map((corner) => ({ ...corner.corner, counts: corner.counts, stats: withAliases(corner.stats) })),
    table: statsTable(result),
  };
}

/** One run as a flat row: for `runs[i]`, for files, for `application/vnd.retort.runs+json`. */
export function runRow(run: RunRecord): Record<string, unknown> {
  const timings = run.reply?.timings;
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
    ...Object.fromEntries(METRICS.map((metric) => [metric.name, timings === undefined ? null : metric.of(timings)])),
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
