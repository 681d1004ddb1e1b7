import { access } from "node:fs/promises";
import { RetortError } from "../../runtime/errors.ts";
import { writeFileAtomic } from "../../runtime/file.ts";
import { fromCell } from "../export/cell-form.ts";
import { findFormat, PROMPT_FORMATS } from "../export/formats.ts";
import { findPrompt, notebookCells, staticValues } from "../export/notebook-form.ts";
import { toText } from "../export/text-form.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { cellSource, isCodeCell, readNotebook } from "./notebook-file.ts";

const HELP = `Usage: retort export NOTEBOOK [--format FORMAT] [--cell NAME] [--output FILE]

Writes a notebook as text for review, or one of its prompt cells as a prompt file. What the format cannot hold is
listed, never left out in silence.

  --format FORMAT   text (default), prompty, prompt (dotprompt) or prompt.yml (GitHub Models)
  --cell NAME       the prompt cell of that name; default: the last one
  --output FILE     where to; default: here
  --force           write over a file that is there
  -h, --help        this text
`;

const OPTIONS = { format: { type: "string" }, cell: { type: "string" }, output: { type: "string" }, force: { type: "boolean" } } as const;

/** `retort export`. Errors: `notebook_unreadable`, `no_prompt_cell`, `file_exists`. */
export async function exportCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values, positionals: [path = ""] }) => {
    const name = values.format ?? "text";
    const format = findFormat(name);
    if (format === undefined && name !== "text") throw usageError(`--format is ${JSON.stringify(name)}, not text, ${PROMPT_FORMATS.map((one) => one.name).join(", ")}`);
    const notebook = await readNotebook(path);
    const { value: text, losses } = format === undefined ? textOf(notebook) : promptOf(notebook.cells.filter(isCodeCell).map(cellSource), values.cell, format.write);
    if (values.output === undefined) io.stdout.write(text);
    else await writeNew(values.output, text, values.force === true);
    tellLosses(losses, io);
    return 0;
  });
}

function textOf(notebook: Parameters<typeof notebookCells>[0]): { value: string; losses: string[] } {
  const { value, losses } = notebookCells(notebook);
  return { value: toText(value), losses };
}

function promptOf(sources: string[], name: string | undefined, write: (typeof PROMPT_FORMATS)[number]["write"]): { value: string; losses: string[] } {
  const cell = findPrompt(sources, name);
  if (cell === null) {
    throw new RetortError({ code: "no_prompt_cell", message: name === undefined ? "The notebook has no prompt cell." : `The notebook has no prompt cell named ${JSON.stringify(name)}.`, hint: "Give a cell a `name:` and that name here." });
  }
  const file = fromCell(cell, staticValues(sources));
  const written = write(file.value);
  return { value: written.value, losses: [...file.losses, ...written.losses] };
}

/** Writes a file that is not there yet, or may be written over. Rejects with `file_exists`. */
export async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  const isThere = await access(path).then(() => true, () => false);
  if (isThere && !force) throw new RetortError({ code: "file_exists", message: `${path} is there already.`, hint: "Choose another name, or write over it with --force." });
  await writeFileAtomic(path, text);
}

export function tellLosses(losses: readonly string[], io: CommandIo): void {
  if (losses.length > 0) io.stderr.write(`Not carried over:\n${[...new Set(losses)].map((loss) => `  * ${loss}\n`).join("")}`);
}
