import { readFile } from "node:fs/promises";
import type { ICell, ICodeCell, INotebookContent, IOutput } from "@jupyterlab/nbformat";
import { RetortError } from "../../runtime/errors.ts";
import { writeFileAtomic } from "../../runtime/file.ts";

/** Reads an nbformat 4 notebook. Rejects with `notebook_unreadable`. */
export async function readNotebook(path: string): Promise<INotebookContent> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unreadable(path, "it cannot be opened", cause);
  });
  const value = parse(path, text) as Partial<INotebookContent> | null;
  if (typeof value !== "object" || value === null || !Array.isArray(value.cells)) throw unreadable(path, "it is not a Jupyter notebook");
  if (value.nbformat !== 4) throw unreadable(path, `its format is ${String(value.nbformat)}, and only 4 is known`);
  return value as INotebookContent;
}

/** Writes a notebook as Jupyter does: one space of indentation, a newline at the end, the whole file or nothing. */
export async function writeNotebook(path: string, notebook: INotebookContent): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** The code of a cell as one string. */
export function cellSource(cell: ICell): string {
  return Array.isArray(cell.source) ? cell.source.join("") : cell.source;
}

export function isCodeCell(cell: ICell): cell is ICodeCell {
  return cell.cell_type === "code";
}

/** Replaces what a code cell shows. Jupyter stores long text as lists of lines; strings are as valid and simpler. */
export function setOutputs(cell: ICodeCell, executionCount: number | null, outputs: IOutput[]): void {
  cell.execution_count = executionCount;
  cell.outputs = outputs;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, "it is not valid JSON", cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): RetortError {
  return new RetortError({ code: "notebook_unreadable", message: `${path} cannot be run: ${why}.`, hint: "Give the path of an .ipynb file of nbformat 4." }, { cause });
}
