import { RetortError } from "../../../runtime/errors.ts";
import type { DataFormat } from "../../cells/data.ts";
import { parseCsv } from "./csv.ts";
import type { DataRow } from "./row.ts";

/** Characters of a bad line that its message shows. */
const SHOWN = 60;

/**
 * The rows of a data file. A row that cannot be read has its `problem` and does not touch the others; blank lines are
 * left out. Throws `bad_data` for a text that is no list of rows at all.
 */
export function parseRows(text: string, format: DataFormat): DataRow[] {
  switch (format) {
    case "csv": return tableRows(text, ",");
    case "tsv": return tableRows(text, "\t");
    case "jsonl": return lineRows(text);
    case "json": return listRows(text);
  }
}

/** Rows that stand in a cell. */
export function rowsFrom(values: ReadonlyArray<Record<string, unknown>>): DataRow[] {
  return values.map((row, index) => ({ line: index + 1, values: row, problem: null }));
}

function tableRows(text: string, delimiter: string): DataRow[] {
  const [head, ...records] = parseCsv(text, delimiter);
  if (head === undefined) throw badData("The file is empty: its first line must name the columns.");
  const columns = head.fields.map((name) => name.trim());
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (head.problem !== null) throw badData(`The first line cannot be read: ${head.problem}.`);
  if (twice !== undefined) throw badData(`The first line names the column \`${twice}\` twice.`);
  return records.map(({ line, fields, problem }) => {
    const reason = problem ?? (fields.length === columns.length ? null : `it has ${fields.length} fields, the first line has ${columns.length}`);
    return reason === null ? good(line, Object.fromEntries(columns.map((name, at) => [name, fields[at]]))) : bad(line, reason);
  });
}

function lineRows(text: string): DataRow[] {
  return withoutMark(text).split(/\r\n|\n|\r/).flatMap((source, index) => {
    if (source.trim() === "") return [];
    const value = parseJson(source);
    if (value === undefined) return [bad(index + 1, `it is not JSON: \`${shorten(source.trim())}\``)];
    return [objectRow(index + 1, value)];
  });
}

function listRows(text: string): DataRow[] {
  const value = parseJson(withoutMark(text));
  if (value === undefined) throw badData("The file is not JSON.");
  if (!Array.isArray(value)) throw badData("The file is JSON, but not a list of objects.");
  return value.map((item: unknown, index) => objectRow(index + 1, item));
}

function objectRow(line: number, value: unknown): DataRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return bad(line, "it is JSON, but not an object");
  return good(line, value as Record<string, unknown>);
}

function good(line: number, values: Record<string, unknown>): DataRow {
  return { line, values, problem: null };
}

function bad(line: number, reason: string): DataRow {
  return { line, values: {}, problem: { code: "bad_row", message: `Line ${line} of the data cannot be used: ${reason}.`, hint: "Repair the line, or leave it out; the other rows are not affected." } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function badData(message: string): RetortError {
  return new RetortError({ code: "bad_data", message, hint: "CSV and TSV begin with a line of column names; JSONL is one object a line; JSON is one list of objects.", status: 400, param: "data" });
}
