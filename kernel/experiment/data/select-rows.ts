import { RetortError } from "../../../runtime/errors.ts";
import { didYouMean, nearest } from "../../../runtime/nearest.ts";
import type { Condition, Sample, Scalar } from "../../cells/data.ts";
import { seededRandom, shuffled } from "../statistics/random.ts";
import type { DataRow } from "./row.ts";

export interface Selection {
  where?: readonly Condition[] | undefined;
  sample?: Sample | undefined;
  limit?: number | undefined;
  /** For a sample that names no seed. */
  seed: number;
}

/**
 * The rows to ask about, in the file's order: `where`, then `sample`, then `limit`. A row that could not be read stays,
 * because nobody knows what it says; it then fails alone. Throws `unknown_column`, `no_rows`.
 */
export function selectRows(rows: readonly DataRow[], { where = [], sample, limit, seed }: Selection): DataRow[] {
  for (const { column } of where) checkColumn(column, rows);
  const fitting = rows.filter((row) => row.problem !== null || where.every((condition) => holds(condition, row.values)));
  const drawn = sample === undefined ? fitting : drawRows(fitting, sample.n, sample.seed ?? seed);
  const chosen = drawn.slice(0, limit);
  if (chosen.some(({ problem }) => problem === null)) return chosen;
  const reason = rows.length === 0 ? "The data set has no rows." : fitting.length === 0 ? "No row fits `where`." : "No row of the data set can be used.";
  const first = chosen[0]?.problem?.message;
  throw new RetortError({ code: "no_rows", message: first === undefined ? reason : `${reason} ${first}`, hint: "Look at the file and at `where`, `sample` and `limit`.", status: 400, param: "data" });
}

/** The columns of all rows, in order of appearance. */
export function columnsOf(rows: readonly DataRow[]): string[] {
  const columns = new Set<string>();
  for (const { values } of rows) for (const column of Object.keys(values)) columns.add(column);
  return [...columns];
}

function checkColumn(column: string, rows: readonly DataRow[]): void {
  const columns = columnsOf(rows);
  if (columns.length === 0 || columns.includes(column)) return;
  throw new RetortError({
    code: "unknown_column", message: `No row has a column \`${column}\`, which \`where\` asks for.${didYouMean(nearest(column, columns))}`,
    hint: `Columns: ${columns.slice(0, 20).join(", ")}.`, status: 400, param: "where",
  });
}

function holds({ column, any, none, at_least: least, at_most: most, contains }: Condition, values: DataRow["values"]): boolean {
  const value = Object.hasOwn(values, column) ? values[column] : undefined;
  const number = numberOf(value);
  return (any === undefined || any.some((wanted) => isSame(value, wanted)))
    && (none === undefined || !none.some((wanted) => isSame(value, wanted)))
    && (least === undefined || (number !== null && number >= least))
    && (most === undefined || (number !== null && number <= most))
    && (contains === undefined || textOf(value).includes(contains));
}

/** CSV knows text only: `3` there is the same as the number 3. */
function isSame(value: unknown, wanted: Scalar): boolean {
  if (value === wanted) return true;
  if (value === undefined || value === null) return wanted === null || (value === undefined && wanted === "");
  if (typeof wanted === "number") return numberOf(value) === wanted;
  return typeof value !== "object" && textOf(value).trim() === String(wanted);
}

function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  return Number.isFinite(number) ? number : null;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function drawRows(rows: readonly DataRow[], n: number, seed: number): DataRow[] {
  if (n >= rows.length) return [...rows];
  const drawn = new Set(shuffled(rows.map((_, index) => index), seededRandom(seed)).slice(0, n));
  return rows.filter((_, index) => drawn.has(index));
}
