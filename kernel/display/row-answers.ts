import type { RunRecord } from "../experiment/result.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { objectsTable, tableOutput } from "./table.ts";

/** Answers shown of a data set; all of them are in the samples. */
const SHOWN = 20;
/** Of these at most this many are there because something is wrong with them. */
const SHOWN_WRONG = 12;

/** Some answers of a data set in its order, those that failed or did not pass before others. */
export function rowAnswers(runs: readonly RunRecord[]): Output {
  const isWrong = (run: RunRecord) => run.error !== null || run.passed === false;
  const wrong = runs.filter(isWrong).slice(0, SHOWN_WRONG);
  const others = runs.filter((run) => !isWrong(run)).slice(0, SHOWN - wrong.length);
  const chosen = new Set([...wrong, ...others]);
  const shown = runs.filter((run) => chosen.has(run));
  const hasCorners = runs.some(({ corner }) => Object.keys(corner).length > 0);
  const hasRepeats = runs.some(({ repeat }) => repeat > 0);
  const isChecked = runs.some(({ passed }) => passed !== null);
  const table = objectsTable(shown.map((run) => ({
    row: run.row?.line ?? "",
    ...(hasCorners ? { setting: cornerLabel(run.corner) } : {}),
    ...(hasRepeats ? { run: run.repeat } : {}),
    ...(isChecked ? { passed: verdict(run) } : {}),
    answer: run.error === null ? run.answer : `${run.error.code}: ${run.error.message}`,
  })));
  const left = runs.length - shown.length;
  return tableOutput({ ...table, notes: left > 0 ? [`${left} more answers are in the samples${wrong.length > 0 ? "; failed ones are shown first" : ""}.`] : [] });
}

function verdict({ passed, checks }: RunRecord): string {
  if (passed === null) return "";
  if (passed) return "yes";
  const failed = checks.find((check) => !check.passed);
  return failed === undefined ? "no" : `no: ${failed.detail}`;
}
