import type { RowCondition } from "../../cells/compare-source.ts";
import { fulfils } from "../../cells/compare-source.ts";
import type { ResultRow, ResultSet } from "./result-set.ts";

/** The runs of a named result, as `namedResult` and benchmarks leave them; null for a value that has none. */
export function rowsOfResult(value: unknown): Omit<ResultSet, "label"> | null {
  if (!isObject(value) || !Array.isArray(value.runs) || !value.runs.every(isObject)) return null;
  const { runs } = value;
  const corners = Array.isArray(value.corners) ? value.corners.filter(isObject) : null;
  // A corner holds its settings, which its runs have too, beside figures of its own.
  const settings = corners === null ? null : [...new Set(corners.flatMap((corner) => Object.keys(corner)))].filter((key) => runs.some((run) => Object.hasOwn(run, key)) && key !== "cache");
  const wholes = settings === null ? [] : (corners ?? []).flatMap((corner) => wholeRow(corner, settings));
  return { rows: [...runs, ...wholes], settings, notes: value.partial === true ? ["partial: it was interrupted."] : [] };
}

/** The figures of a whole measurement of a benchmark, such as its throughput, as a row; none for a corner of runs only. */
function wholeRow(corner: Record<string, unknown>, settings: readonly string[]): ResultRow[] {
  const figures = Object.entries(corner).filter(([key, value]) => settings.includes(key) || typeof value === "number");
  return figures.length > settings.length ? [{ ...Object.fromEntries(figures), whole: true }] : [];
}

/** Lines of JSON, as `save:` writes them. Lines that are no results are counted and left out. */
export function rowsOfLines(text: string): Omit<ResultSet, "label"> {
  const rows: ResultRow[] = [];
  let unreadable = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const value = parse(line);
    if (isObject(value)) rows.push(value);
    else unreadable++;
  }
  const corners = rows.map(({ corner }) => corner);
  const settings = corners.every(isObject) && rows.length > 0 ? [...new Set(corners.flatMap((corner) => Object.keys(corner)))] : null;
  return { rows, settings, notes: unreadable === 0 ? [] : [`${unreadable} lines could not be read and are left out.`] };
}

/** A result in a saved notebook, and the file beside it that holds what the notebook left out. */
export interface NotebookRows extends Omit<ResultSet, "label"> {
  sidecar: string | null;
}

/** The result called `name` in a notebook's outputs; null where there is none with runs. The last one stands. */
export function rowsOfNotebook(notebook: unknown, name: string, mime: string): NotebookRows | null {
  const outputs = list(isObject(notebook) ? notebook.cells : null).flatMap((cell) => list(isObject(cell) ? cell.outputs : null)).filter(isObject);
  const found = outputs.flatMap((output) => {
    const record = isObject(output.metadata) ? output.metadata.retort : undefined;
    const samples = isObject(output.data) ? output.data[mime] : undefined;
    return isObject(record) && record.name === name && isObject(samples) ? [{ record, samples }] : [];
  });
  const last = found.at(-1);
  if (last === undefined) return null;
  const { record, samples } = last;
  const leftOut = typeof samples.left_out === "number" ? samples.left_out : 0;
  const path = samples.sidecar;
  return {
    rows: list(samples.rows).filter(isObject),
    settings: matrixKeys(record.matrix),
    notes: [...(record.partial === true ? ["partial: it was interrupted."] : []), ...(leftOut > 0 ? [`${leftOut} of its runs are not in the notebook.`] : [])],
    sidecar: leftOut > 0 && typeof path === "string" ? path : null,
  };
}

/** The rows that fulfil `where`. */
export function selectRows(set: ResultSet, where: readonly RowCondition[]): ResultSet {
  return { ...set, rows: set.rows.filter((row) => fulfils(row, where)) };
}

/** A matrix is a list of axes, a mapping of keys to values (a benchmark's), or (an older format) one key. */
function matrixKeys(matrix: unknown): string[] | null {
  if (matrix === null) return [];
  if (isObject(matrix) && typeof matrix.key !== "string") return Object.keys(matrix);
  const axes = Array.isArray(matrix) ? matrix : [matrix];
  const keys = axes.map((axis) => (isObject(axis) ? axis.key : undefined));
  return keys.every((key): key is string => typeof key === "string") ? keys : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
