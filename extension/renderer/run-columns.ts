import { isRecord, type Row } from "./runs-data.ts";

export interface RunColumn {
  key: string;
  align: "left" | "right";
}

/** Fields that are shown when a run is opened, not in the table. */
const IN_DETAIL = new Set(["answer", "thinking", "boxed", "json", "checks", "row", "finish", "itl_ms", "ttfa_ms", "tpot_ms", "queue_ms", "thinking_tokens", "cache_share", "sent_ms", "ended_ms", "error_class", "made_by"]);
/** The rest of them comes in the order of the row. */
const FIRST = ["run", "seed", "status", "passed"];
const NOT_AN_AXIS = new Set([...FIRST, "cache", "source", "row_line", "error", "scheduled_ms", "icl_ms", "ttft_sched_ms", "prompt_tokens"]);
const IS_METRIC = /_(ms|s|tokens|share)$/;
export const EXCERPT_CHARS = 80;

/** They tell something only where they differ; a run's detail has them anyway. */
const SAME_IS_DULL = new Set(["seed", "cache", "source", "prompt_tokens"]);

/** The columns of the table of runs: the axes of a matrix, what every run has with its answer, the figures. Columns without a value anywhere are left out. */
export function runColumns(rows: readonly Row[]): RunColumn[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => !IN_DETAIL.has(key) && rows.some((row) => row[key] !== null && row[key] !== undefined && row[key] !== ""));
  const axes = keys.filter((key) => !NOT_AN_AXIS.has(key) && !IS_METRIC.test(key));
  const rest = keys.filter((key) => !axes.includes(key) && !FIRST.includes(key));
  const hasAnswers = rows.some(({ answer }) => typeof answer === "string" && answer !== "");
  const isDull = (key: string): boolean => SAME_IS_DULL.has(key) && rows.length > 1 && rows.every((row) => row[key] === rows[0]?.[key]);
  const ordered = [...axes, ...FIRST.filter((key) => keys.includes(key)), ...(hasAnswers ? ["answer"] : []), ...rest].filter((key) => !isDull(key));
  return ordered.map((key): RunColumn => ({ key, align: rows.every((row) => typeof row[key] === "number" || row[key] === null || row[key] === undefined) ? "right" : "left" }));
}

/** A field as the table shows it. */
export function cellText(key: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (key === "passed") return value === true ? "✓" : "✗";
  if (typeof value === "number") return numberText(value);
  const text = isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  if (key !== "answer") return text;
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > EXCERPT_CHARS ? `${line.slice(0, EXCERPT_CHARS - 1)}…` : line;
}

/** About three significant digits; whole numbers stay whole. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.9995 ? value.toFixed(2) : size >= 0.001 ? value.toFixed(3) : value.toPrecision(3);
}

/** How a run is called: `precision int8, run 2`. */
export function runLabel(row: Row, columns: readonly RunColumn[]): string {
  const axes = columns.map(({ key }) => key).filter((key) => !NOT_AN_AXIS.has(key) && !IS_METRIC.test(key) && key !== "answer");
  return [...axes, "run"].filter((key) => row[key] !== null && row[key] !== undefined).map((key) => `${key} ${cellText(key, row[key])}`).join(", ");
}

/** The fields of the detail that are numbers or short words, in the order of the row. */
export function detailFields(row: Row): Array<[string, string]> {
  const texts = new Set(["answer", "thinking", "checks", "json", "row"]);
  return Object.entries(row).filter(([key, value]) => !texts.has(key) && value !== null && value !== undefined && value !== "").map(([key, value]) => [key, cellText(key, value)]);
}
