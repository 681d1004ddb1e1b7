import type { RunRecord } from "../experiment/result.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatNumber } from "./numbers.ts";
import { type Column, tableOutput } from "./table.ts";

/** Calls shown one by one; all are in the samples. */
const MAX_SHOWN = 40;
const MAX_TEXT = 300;

/** Every call of a tool with its arguments and its result, run by run. Nothing without calls. */
export function toolStepsOutput(runs: readonly RunRecord[]): Output[] {
  const calls = runs.flatMap((run) => (run.reply?.steps ?? []).map((step) => ({ run, step })));
  if (calls.length === 0) return [];
  const many = runs.length > 1;
  const rows = calls.slice(0, MAX_SHOWN).map(({ run, step }) => [
    ...(many ? [runName(run)] : []), String(step.step), step.tool, shortText(JSON.stringify(step.arguments)), shortText(step.result), formatNumber(step.ms),
  ]);
  const columns: Column[] = [
    ...(many ? [{ label: "run", align: "left" } as const] : []),
    { label: "step", align: "right" }, { label: "tool", align: "left" }, { label: "arguments", align: "left" }, { label: "result", align: "left" }, { label: "ms", align: "right" },
  ];
  const rest = calls.length - rows.length;
  return [tableOutput({ columns, rows, notes: rest === 0 ? [] : [`${rest} more calls.`] })];
}

function runName(run: RunRecord): string {
  const corner = cornerLabel(run.corner);
  return `${corner === "" ? "" : `${corner}, `}${run.repeat + 1}${run.row === null ? "" : `, row ${run.row.line}`}`;
}

function shortText(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT)}…`;
}
