import { isMapping } from "./matrix.ts";
import type { ValueResult } from "./setting-value.ts";
import { metricProblem } from "./until.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** How a sweep's table is laid out. */
export interface Report {
  /** Axes of the matrix down the table; those that stand in neither list are added here. */
  rows: string[];
  /** Axes across the table. */
  columns: string[];
  /** Metrics, one table each; empty: the usual ones. */
  show: string[];
}

const KEYS = ["rows", "columns", "show"] as const;

/** `report: { rows: temperature, columns: precision, show: [pass, tok_s] }`. */
export function readReport(value: unknown): ValueResult {
  if (!isMapping(value)) return problem("wrong_type", "`report` is a mapping, such as `{ rows: temperature, columns: precision, show: [pass, tok_s] }`.");
  const unknown = Object.keys(value).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) return problem("unknown_key", `\`report\` has no key \`${unknown}\`.${didYouMean(nearest(unknown, KEYS))}`);
  const [rows, columns, show] = KEYS.map((key) => names(value[key]));
  if (rows === null || columns === null || show === null) return problem("wrong_type", "`rows`, `columns` and `show` of `report` are names or lists of names.");
  const twice = [...rows ?? [], ...columns ?? []].find((name, at, all) => all.indexOf(name) !== at);
  if (twice !== undefined) return problem("duplicate_value", `\`${twice}\` stands twice in \`report\`.`);
  const wrong = (show ?? []).map((name) => metricProblem("report", name)).find((each) => each !== null);
  return wrong ?? { ok: true, value: { rows: rows ?? [], columns: columns ?? [], show: show ?? [] } satisfies Report };
}

/** A name or a list of names; undefined stays, null is anything else. */
function names(value: unknown): string[] | undefined | null {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item): item is string => typeof item === "string") ? list : null;
}

function problem(code: string, message: string): Extract<ValueResult, { ok: false }> {
  return { ok: false, code, message };
}
