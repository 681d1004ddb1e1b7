import type { Precision, StoredFile } from "../../runtime/models/model.ts";
import { openModelStore } from "../../runtime/models/open-store.ts";
import type { ModelStore } from "../../runtime/models/store.ts";
import { runCommandLine, usageError } from "./command.ts";
import { formatBytes } from "./format.ts";
import type { CommandIo } from "./io.ts";
import { ProgressBar } from "./progress-bar.ts";

const HELP = `Usage: retort pull MODEL [--precision fp16|int8|q4] [--offline]

Downloads a model unless it is here, checks its SHA-256, and prints its path. A download that was cut off goes on
where it stopped.

MODEL is an id or alias that 'retort models' lists, or hf:owner/repository/file.gguf.

  --precision P   which file of the model; default: the first one of the catalogue
  --offline       use no network: succeed only if the model is here
  -h, --help      this text
`;

const OPTIONS = { precision: { type: "string" }, offline: { type: "boolean" } } as const;
const PRECISIONS: readonly string[] = ["fp16", "int8", "q4"] satisfies Precision[];

export type OpenStore = (env: NodeJS.ProcessEnv) => ModelStore;

/** `retort pull`. Errors: those of {@link ModelStore.pull}. */
export async function pullCommand(args: string[], io: CommandIo, openStore: OpenStore = openModelStore): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values, positionals: [model = ""] }) => {
    const precision = values.precision === undefined ? {} : { precision: toPrecision(values.precision) };
    const bar = new ProgressBar(io.stderr, model);
    try {
      const file = await openStore(io.env).pull(model, { ...precision, offline: values.offline ?? false, onProgress: bar.update, signal: io.signal });
      bar.clear();
      io.stdout.write(describe(file));
      return 0;
    } finally {
      bar.clear();
    }
  });
}

/** One line about a file that is ready. */
export function describe(file: StoredFile): string {
  const from = file.madeFrom === undefined ? "" : `, made from ${file.madeFrom.quant} weights`;
  return `${file.modelId}: ${file.precision} (${file.quant}, ${formatBytes(file.bytes)}${from}) ${file.path}\n`;
}

function toPrecision(text: string): Precision {
  if (PRECISIONS.includes(text)) return text as Precision;
  throw usageError(`There is no precision ${JSON.stringify(text)}; there are ${PRECISIONS.join(", ")}.`);
}
