import { MAX_RUNS } from "./keys.ts";
import { isMapping } from "./matrix.ts";
import type { ValueResult } from "./setting-value.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** Go on until the interval of a metric's mean is narrow enough. */
export interface Until {
  /** `pass`, or a metric's name. */
  metric: string;
  /** Largest width of the 95 % interval: in the metric's unit, or as a share of the mean. */
  width: number;
  relative: boolean;
  /** Answers per combination, at most. */
  max_runs: number;
}

/** The metrics that `until` and `report` may name. Their definitions: kernel/experiment/metrics.ts. */
export const METRIC_NAMES: readonly string[] = [
  "pass", "ttft_ms", "ttfa_ms", "prefill_tok_s", "decode_tok_s", "tok_s", "itl_ms", "tpot_ms", "e2e_ms", "queue_ms",
  "prompt_tokens", "thinking_tokens", "answer_tokens", "cache_share",
];

const KEYS = ["metric", "ci_width", "max_runs"] as const;
const DEFAULT_MAX_RUNS = 100;
/** An interval of fewer values means little. */
export const MIN_UNTIL_RUNS = 5;

/** `until: { metric: tok_s, ci_width: 5%, max_runs: 50 }`. */
export function readUntil(value: unknown): ValueResult {
  if (!isMapping(value)) return problem("wrong_type", "`until` is a mapping, such as `{ metric: tok_s, ci_width: 5%, max_runs: 50 }`.");
  const unknown = Object.keys(value).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) return problem("unknown_key", `\`until\` has no key \`${unknown}\`.${didYouMean(nearest(unknown, KEYS))}`);
  const { metric, ci_width: width, max_runs: most = DEFAULT_MAX_RUNS } = value;
  const wrongMetric = metricProblem("until", metric);
  if (wrongMetric !== null) return wrongMetric;
  const size = readWidth(width);
  if (size === null) return problem("wrong_type", "`ci_width` is a number above 0 in the metric's unit, or a share of the mean such as `5%`.");
  if (typeof most !== "number" || !Number.isInteger(most)) return problem("wrong_type", "`max_runs` is a whole number.");
  if (most < MIN_UNTIL_RUNS || most > MAX_RUNS) return problem("out_of_range", `\`max_runs\` is a whole number from ${MIN_UNTIL_RUNS} to ${MAX_RUNS}, not ${most}.`);
  return { ok: true, value: { metric: metric as string, ...size, max_runs: most } satisfies Until };
}

/** Why `name` is no metric; null if it is one. */
export function metricProblem(key: string, name: unknown): Extract<ValueResult, { ok: false }> | null {
  if (typeof name === "string" && METRIC_NAMES.includes(name)) return null;
  if (typeof name !== "string") return problem("wrong_type", `\`${key}\` needs the name of a metric, such as \`tok_s\` or \`pass\`.`);
  return problem("unknown_value", `There is no metric \`${name.slice(0, 40)}\`.${didYouMean(nearest(name, METRIC_NAMES))} Metrics: ${METRIC_NAMES.join(", ")}.`);
}

function readWidth(width: unknown): Pick<Until, "width" | "relative"> | null {
  if (typeof width === "number") return width > 0 && Number.isFinite(width) ? { width, relative: false } : null;
  const share = typeof width === "string" ? /^(\d{1,3}(?:\.\d{1,6})?)[ ]?%$/.exec(width.trim())?.[1] : undefined;
  return share === undefined || Number(share) <= 0 ? null : { width: Number(share) / 100, relative: true };
}

function problem(code: string, message: string): Extract<ValueResult, { ok: false }> {
  return { ok: false, code, message };
}
