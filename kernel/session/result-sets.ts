import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { CompareSource } from "../cells/compare-source.ts";
import { rowsOfLines, rowsOfNotebook, rowsOfResult, selectRows } from "../experiment/compare/read-rows.ts";
import type { ResultSet } from "../experiment/compare/result-set.ts";
import { RetortError } from "../../runtime/errors.ts";
import { RUNS_MIME } from "./output-record.ts";

/** Larger files are not read whole into memory. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Reads one side of a comparison. Paths are relative to `folder`. Errors: `no_result`, `no_rows`, `file_unreadable`, `notebook_unreadable`. */
export async function readResultSet(source: CompareSource, values: Readonly<Record<string, unknown>>, folder: string): Promise<ResultSet> {
  const all = { ...(await rowsOf(source, values, folder)), label: source.text };
  const chosen = selectRows(all, source.where);
  if (chosen.rows.length > 0) return chosen;
  const keys = [...new Set(all.rows.flatMap((row) => Object.keys(row)))];
  throw refused("no_rows", all.rows.length === 0 ? `\`${source.text}\` has no runs.` : `None of the ${all.rows.length} runs fits \`${source.text}\`.`,
    keys.length === 0 ? "Run its cell first." : `Its runs have ${keys.slice(0, 20).join(", ")}.`);
}

async function rowsOf(source: CompareSource, values: Readonly<Record<string, unknown>>, folder: string): Promise<Omit<ResultSet, "label">> {
  switch (source.kind) {
    case "result": return namedRows(source.name, values);
    case "rows": return rowsOfLines(await readText(resolve(folder, source.path), source.path));
    case "notebook": return notebookRows(source.path, source.name, folder);
  }
}

function namedRows(name: string, values: Readonly<Record<string, unknown>>): Omit<ResultSet, "label"> {
  const rows = rowsOfResult(values[name]);
  if (rows === null) throw refused("no_result", values[name] === undefined ? `\`${name}\` has no value yet.` : `\`${name}\` is no result of runs.`, "Name a prompt cell or a benchmark with `name:`, and run it first.");
  return rows;
}

async function notebookRows(path: string, name: string, folder: string): Promise<Omit<ResultSet, "label">> {
  const whole = resolve(folder, path);
  const rows = rowsOfNotebook(parse(await readText(whole, path), path), name, RUNS_MIME);
  if (rows === null) throw refused("no_result", `${path} holds no result of several runs called \`${name}\`.`, "Run the cell with that `name:` there and save the notebook with its outputs.");
  if (rows.sidecar === null) return rows;
  try {
    return rowsOfLines(await readText(resolve(dirname(whole), rows.sidecar), rows.sidecar));
  } catch (error) {
    if (!(error instanceof RetortError)) throw error;
    return { ...rows, notes: [...rows.notes, error.message] };
  }
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readFile(path, "utf8");
  } catch (cause) {
    throw refused("file_unreadable", `${shown} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, "Paths count from the notebook's folder.");
  }
  throw refused("file_unreadable", `${shown} is larger than ${MAX_BYTES / 1024 / 1024} MiB.`, "Compare a smaller file of results.");
}

function parse(text: string, shown: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refused("notebook_unreadable", `${shown} is not a notebook: it is not valid JSON.`, "Give the path of an .ipynb file.");
  }
}

function refused(code: string, message: string, hint: string): RetortError {
  return new RetortError({ code, message, hint, status: 400 });
}
