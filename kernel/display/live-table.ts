import type { CornerTally } from "../experiment/tally.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatNumber } from "./numbers.ts";
import { type Column, tableOutput } from "./table.ts";

/** Rows of a table that changes four times a second; a front end has to lay all of them out again. */
const MAX_ROWS = 40;
const NOTHING_YET = "–";

const FIGURES = ["done", "failed", "passed", "TTFT (ms)", "decode (tok/s)"];

/** The table that fills in while runs go on; `heading` says how far all of them are. */
export function liveTable(heading: string, corners: readonly CornerTally[]): Record<string, unknown> {
  const isChecked = corners.some(({ checked }) => checked > 0);
  const columns: Column[] = [{ label: "setting", align: "left" }, ...FIGURES.filter((label) => isChecked || label !== "passed").map((label): Column => ({ label, align: "right" }))];
  const left = corners.length - MAX_ROWS;
  return tableOutput({
    columns,
    rows: corners.slice(0, MAX_ROWS).map((tally) => row(tally, isChecked)),
    // Last, because a terminal shows the last line only.
    notes: [...(left > 0 ? [`and ${left} more settings.`] : []), heading],
  }).data;
}

function row({ corner, planned, done, failed, checked, passed, ttft_ms: ttft, decode_tok_s: speed }: CornerTally, isChecked: boolean): string[] {
  const figure = (value: number | null) => (value === null ? NOTHING_YET : formatNumber(value));
  return [cornerLabel(corner), `${done} of ${planned}`, String(failed), ...(isChecked ? [`${passed} of ${checked}`] : []), figure(ttft), figure(speed)];
}
