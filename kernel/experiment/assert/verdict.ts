import type { ErrorFields } from "../../../runtime/errors.ts";
import type { CornerResult, ExperimentResult, RunRecord } from "../result.ts";
import type { Corner } from "../plan.ts";
import { formatNumber } from "./format-number.ts";
import { shorten } from "./shorten.ts";

/** Shares are compared with what floating point may lose in 0.75 * 8. */
const ROUNDING = 1e-9;
const MAX_NAMED = 3;

/** Runs of a corner that must pass at least: a share of those that assertions were held against. */
export function runsRequired(checked: number, required: number): number {
  return Math.max(0, Math.ceil(required * checked - ROUNDING));
}

/** Corners whose share of passes is too small. */
export function failedCorners({ corners }: ExperimentResult, required: number): CornerResult[] {
  return corners.filter(({ counts }) => counts.checked > 0 && counts.passed < runsRequired(counts.checked, required));
}

/** The error of a cell whose assertions failed; null where they hold, or where there are none. */
export function assertionError(result: ExperimentResult, required: number): ErrorFields | null {
  const failed = failedCorners(result, required);
  const [first] = failed;
  if (first === undefined) return null;
  const { passed, checked } = first.counts;
  const others = failed.length > 1 ? `, and ${failed.length - 1} more of ${result.corners.length} settings` : "";
  const needed = required === 1 ? "all must" : `${runsRequired(checked, required)} must`;
  const reasons = first.runs.filter((run) => run.passed === false).slice(0, MAX_NAMED).map(failureText);
  return {
    code: "assertion_failed",
    message: `${passed} of ${checked} ${checked === 1 ? "run" : "runs"}${cornerText(first.corner)} passed, ${needed}${others}: ${reasons.join("; ")}${checked - passed > reasons.length ? "; …" : ""}`,
    hint: required === 1 && checked > 1 ? "Let some runs fail with `require: 0.75`, or only report with `on_fail: report`." : "To go on with the notebook all the same, write `on_fail: report`.",
  };
}

/** "run 2 (seed 101, row 5): boxed: 16: \boxed{17}". */
export function failureText(run: RunRecord): string {
  const facts = [...(run.seed === null ? [] : [`seed ${run.seed}`]), ...(run.row === null ? [] : [`row ${run.row.line}`])];
  return `run ${run.repeat + 1}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}: ${reasonText(run)}`;
}

/** Why a run has not passed, its first reason. */
function reasonText({ checks, error }: RunRecord): string {
  const failed = checks.filter(({ passed }) => !passed);
  const [first] = failed;
  if (first === undefined) return error === null ? "not checked" : `${error.code}: ${shorten(error.message, 120)}`;
  return `${first.name}: ${shorten(first.detail, 120)}${failed.length > 1 ? ` (and ${failed.length - 1} more)` : ""}`;
}

function cornerText(corner: Corner): string {
  const parts = Object.entries(corner).map(([key, value]) => `${key} ${typeof value === "number" ? formatNumber(value) : String(value)}`);
  return parts.length === 0 ? "" : ` with ${parts.join(", ")}`;
}
