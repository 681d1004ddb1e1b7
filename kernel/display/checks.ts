import type { CheckResult } from "../experiment/assert/check.ts";
import type { ExperimentResult, RunRecord } from "../experiment/result.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatNumber } from "./numbers.ts";
import { passCount } from "./pass-count.ts";
import { type Column, tableOutput } from "./table.ts";

/** Runs that are named one by one; of more only their number. */
const MAX_RUNS_NAMED = 20;

/** How each assertion fared, and the runs that did not pass with their reasons. Nothing without assertions. */
export function checksOutput(result: ExperimentResult): Output[] {
  const runs = result.runs.filter((run) => run.passed !== null);
  if (runs.length === 0) return [];
  return runs.length === 1 ? [singleChecks(runs[0] as RunRecord)] : [...assertionTable(runs), ...failureTable(result, runs)];
}

function singleChecks(run: RunRecord): Output {
  const rows = run.checks.map((check) => [mark(check), check.name, check.detail, formatNumber(check.ms)]);
  return tableOutput({ columns: columns("", "assertion", "found", "ms*"), rows, notes: ["* Time of the check itself; it is in no timing of the answer."] });
}

/** One line for each assertion over all runs, those without an answer included. A data set gives an assertion another name in each row, so they count by position. */
function assertionTable(runs: readonly RunRecord[]): Output[] {
  const first = runs.find(({ checks }) => checks.length > 0);
  if (first === undefined) return [];
  const rows = first.checks.map((check, at) => {
    const all = runs.flatMap(({ checks }) => checks[at] ?? []);
    const names = new Set(all.map(({ name }) => name));
    const count = (verdict: CheckResult["verdict"]) => all.filter((each) => each.verdict === verdict).length;
    const ms = all.reduce((sum, each) => sum + each.ms, 0);
    return [names.size === 1 ? check.name : check.name.replace(/:.*$/s, ": …"), `${count("pass")} of ${runs.length}`, String(count("none")), formatNumber(ms / all.length)];
  });
  const count = { passed: runs.filter(({ passed }) => passed).length, checked: runs.length, failed: runs.filter(({ status }) => status === "failed").length };
  return [tableOutput({ columns: columns("assertion", "passed*", "no verdict*", "ms per check*"), rows, notes: [passCount(count)] })];
}

function failureTable(result: ExperimentResult, runs: readonly RunRecord[]): Output[] {
  const failed = runs.filter(({ passed }) => passed === false);
  if (failed.length === 0) return [];
  const many = result.corners.length > 1;
  const hasRows = failed.some(({ row }) => row !== null);
  const rows = failed.slice(0, MAX_RUNS_NAMED).map((run) => [
    ...(many ? [cornerLabel(run.corner)] : []), String(run.repeat + 1), run.seed === null ? "–" : String(run.seed), ...(hasRows ? [run.row === null ? "–" : String(run.row.line)] : []), reasons(run),
  ]);
  const rest = failed.length - rows.length;
  return [tableOutput({
    columns: columns(...(many ? ["setting"] : []), "run*", "seed*", ...(hasRows ? ["row*"] : []), "did not pass because"), rows,
    notes: rest === 0 ? [] : [`${rest} more runs did not pass.`],
  })];
}

function reasons({ checks, error }: RunRecord): string {
  const failed = checks.filter(({ passed }) => !passed).map(({ name, detail }) => `${name}: ${detail}`);
  return failed.length === 0 ? `${error?.code ?? "failed"}: ${error?.message ?? "the run failed"}` : failed.join("; ");
}

/** Marks that a screen reader reads as words. */
function mark({ verdict }: CheckResult): string {
  return verdict === "pass" ? "✓ passed" : verdict === "fail" ? "✗ failed" : "? no verdict";
}

/** A `*` at the end stands for a column of numbers, but where it is part of a note. */
function columns(...labels: string[]): Column[] {
  return labels.map((label) => (label.endsWith("*") ? { label: label === "ms*" ? label : label.slice(0, -1), align: "right" } : { label, align: "left" }));
}
