import { readFile } from "node:fs/promises";
import { RetortError } from "../../runtime/errors.ts";
import { toCells } from "../export/cell-form.ts";
import { formatOfFile, PROMPT_FORMATS, TEXT_ENDING } from "../export/formats.ts";
import { notebookOf } from "../export/notebook-form.ts";
import { fromText, type TextCell } from "../export/text-form.ts";
import { runCommandLine, usageError } from "./command.ts";
import { tellLosses, writeNew } from "./export.ts";
import type { CommandIo } from "./io.ts";

const ENDINGS = [TEXT_ENDING, ...PROMPT_FORMATS.flatMap(({ endings }) => endings)];

const HELP = `Usage: retort import FILE --output NOTEBOOK.ipynb
       retort import FILE --cell

Makes a notebook of a text export or of a prompt file (${ENDINGS.join(", ")}).
What cannot be carried over is listed, never left out in silence.

  --output FILE   the notebook
  --cell          print the cells here instead, to be pasted into a notebook
  --force         write over a file that is there
  -h, --help      this text
`;

const OPTIONS = { output: { type: "string", short: "o" }, cell: { type: "boolean" }, force: { type: "boolean" } } as const;

/** `retort import`. Errors: `import_unreadable`, `not_text_form`, `text_form_unclosed`, `bad_prompt_file`, `file_exists`. */
export async function importCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values, positionals: [path = ""] }) => {
    const { output, cell = false } = values;
    if ((output === undefined) !== cell) throw usageError("Either --output FILE or --cell is needed");
    const { cells, losses } = readCells(path, await readText(path));
    if (output === undefined) io.stdout.write(`${cells.map(({ source }) => source).join("\n\n")}\n`);
    else await writeNew(output, `${JSON.stringify(notebookOf(cells), null, 1)}\n`, values.force === true);
    tellLosses(losses, io);
    return 0;
  });
}

function readCells(path: string, text: string): { cells: TextCell[]; losses: string[] } {
  if (path.toLowerCase().endsWith(TEXT_ENDING)) return { cells: fromText(text), losses: [] };
  const format = formatOfFile(path);
  if (format === undefined) throw usageError(`${JSON.stringify(path)} ends in none of ${ENDINGS.join(", ")}`);
  const file = format.read(text);
  const { value, losses } = toCells(file.value);
  return { cells: value.map((source) => ({ type: "code", source, tags: [] })), losses: [...file.losses, ...losses] };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new RetortError({ code: "import_unreadable", message: `${path} cannot be read (${String((cause as NodeJS.ErrnoException).code)}).`, hint: "Check the path." }, { cause });
  }
}
