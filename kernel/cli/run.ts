import type { ICodeCell, IDisplayData, IMimeBundle, INotebookContent } from "@jupyterlab/nbformat";
import { dirname, resolve } from "node:path";
import { entryPath } from "../../runtime/entry.ts";
import { startKernelProcess, type KernelClient } from "../jupyter/client/kernel-client.ts";
import { runCommandLine } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { cellSource, isCodeCell, readNotebook, setOutputs, writeNotebook } from "./notebook-file.ts";
import { RunningCell } from "./running-cell.ts";
import { cellText, headline } from "./terminal-output.ts";

const HELP = `Usage: retort run NOTEBOOK [--output FILE] [--allow-errors]

Runs a notebook through a real Jupyter kernel, shows its outputs here and writes them into the file.
Ends with exit code 1 at the first cell that fails.

  --output FILE    write the executed notebook there and leave NOTEBOOK as it is
  --allow-errors   go on after a failed cell
  -h, --help       this text
`;

const OPTIONS = { output: { type: "string" }, "allow-errors": { type: "boolean" } } as const;
const HEADLINE_WIDTH = 72;

/** `retort run`. Errors: `notebook_unreadable`, `kernel_died`. */
export async function runCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values, positionals: [path = ""] }) => {
    const notebook = await readNotebook(path);
    const target = resolve(values.output ?? path);
    const client = await startKernelProcess({ argv: [process.execPath, entryPath("kernel"), "{connection_file}"], env: io.env, cwd: dirname(resolve(path)), name: "retort" });
    try {
      const failed = await runCells(notebook, client, io, values["allow-errors"] ?? false);
      return failed === 0 ? 0 : 1;
    } finally {
      await writeNotebook(target, notebook);
      await client.dispose();
    }
  });
}

/** Runs the code cells in order and fills in their outputs. Resolves to the number of failed ones. */
async function runCells(notebook: INotebookContent, client: KernelClient, io: CommandIo, allowErrors: boolean): Promise<number> {
  const cells = notebook.cells.filter(isCodeCell).filter((cell) => cellSource(cell).trim() !== "");
  let failed = 0;
  for (const [index, cell] of cells.entries()) {
    io.stdout.write(`\n[${index + 1}/${cells.length}] ${headline(cellSource(cell), HEADLINE_WIDTH)}\n`);
    if (await runCell(cell, client, io)) continue;
    failed++;
    if (!allowErrors || io.signal.aborted) break;
  }
  return failed;
}

/** What a pager would show (the answer of `%help`), as an output. */
function pageOutput(payload: Record<string, unknown>): IDisplayData {
  return { output_type: "display_data", data: (payload.data ?? {}) as IMimeBundle, metadata: {} };
}

/** True when the cell ended well. */
async function runCell(cell: ICodeCell, client: KernelClient, io: CommandIo): Promise<boolean> {
  const line = new RunningCell(io.stderr);
  try {
    const reply = await client.execute(cellSource(cell), { signal: io.signal, onOutput: (_event, outputs) => line.show(outputs) });
    setOutputs(cell, reply.executionCount, reply.outputs);
    line.clear();
    const text = cellText([...reply.outputs, ...reply.payload.map(pageOutput)]);
    if (text !== "") io.stdout.write(`${text}\n`);
    return reply.status === "ok";
  } finally {
    line.clear();
  }
}
