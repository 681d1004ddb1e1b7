import { REQUEST_METRICS, SYSTEM_METRICS } from "../bench/bench-metrics.ts";
import { METRIC_ALIASES, METRICS } from "../metrics.ts";
import type { ResultRow } from "./result-set.ts";

/** A figure that two result sets are compared by. */
export interface Figure {
  name: string;
  /** Plain words. */
  label: string;
  /** "" where it is not known. */
  unit: string;
  /** What is good; null: neither. */
  better: "more" | "less" | null;
  of(row: ResultRow): number | null;
}

/** The name under which assertions appear among the figures. */
export const PASS = "pass";

const MORE = new Set(["decode_tok_s", "prefill_tok_s", "user_tok_s", "out_tok_s", "req_min", "goodput_min", "goodput_share", "cache_share", "similarity", "roofline_share"]);
const LESS = new Set(["ttft_ms", "ttfa_ms", "itl_ms", "icl_ms", "tpot_ms", "e2e_ms", "queue_ms", "load_s", "load_ms", "ttft_sched_ms", "mem_before_mb", "mem_peak_mb", "mem_after_mb", "error_rate"]);
/** Metrics of runs, and of benchmarks as a whole. */
const KNOWN: ReadonlyArray<{ name: string; label: string; unit: string }> = [...REQUEST_METRICS, ...SYSTEM_METRICS];
/** Units of other figures, by the ends of their names. */
const UNITS: ReadonlyArray<readonly [ending: string, unit: string]> = [["_tok_s", "tok/s"], ["_ms", "ms"], ["_mb", "MB"], ["_min", "per minute"], ["_s", "s"], ["_tokens", "tokens"]];

/** Other names of figures, beside those of metrics. */
const ALIASES: Readonly<Record<string, string>> = { ...METRIC_ALIASES, rss_mb: "mem_peak_mb", memory_mb: "mem_peak_mb", throughput: "out_tok_s" };

/** A figure by its name or alias. Anything numeric in a row can be one. */
export function figureNamed(given: string): Figure {
  const name = (Object.hasOwn(ALIASES, given) ? ALIASES[given] : undefined) ?? given;
  const known = KNOWN.find((metric) => metric.name === name);
  return {
    name,
    label: known?.label ?? name,
    unit: known?.unit ?? UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "",
    better: MORE.has(name) ? "more" : LESS.has(name) ? "less" : null,
    of: (row) => (isFinished(row) ? numberAt(row, name) : null),
  };
}

/** The figures worth showing where none are named: those that every table has, as far as both sides have them. */
export function usualFigures(a: readonly ResultRow[], b: readonly ResultRow[]): Figure[] {
  const figures = METRICS.filter(({ minor }) => minor !== true).map(({ name }) => figureNamed(name));
  const tells = (rows: readonly ResultRow[], { of }: Figure) => rows.some((row) => (of(row) ?? 0) !== 0);
  return figures.filter((figure) => tells(a, figure) && tells(b, figure));
}

/** Failed and interrupted runs are counted, and never part of a statistic. */
export function isFinished(row: ResultRow): boolean {
  return row.status === undefined || row.status === "ok";
}

function numberAt(row: ResultRow, name: string): number | null {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
