import { openModelStore } from "../../runtime/models/open-store.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { ProgressBar } from "./progress-bar.ts";
import { describe, type OpenStore } from "./pull.ts";

const HELP = `Usage: retort quantize MODEL --to int8|fp16

Makes the INT8 (Q8_0) or FP16 file of a model from the best file that is here. FP16 made from 4-bit weights has the
quality of the 4-bit weights, and says so.

  --to P       int8 or fp16
  -h, --help   this text
`;

const OPTIONS = { to: { type: "string" } } as const;

/** `retort quantize`. Errors: those of {@link ModelStore.ensure}. */
export async function quantizeCommand(args: string[], io: CommandIo, openStore: OpenStore = openModelStore): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values: { to }, positionals: [model = ""] }) => {
    if (to !== "int8" && to !== "fp16") throw usageError("--to must be int8 or fp16.");
    const bar = new ProgressBar(io.stderr, `${model} ${to}`);
    try {
      const file = await openStore(io.env).ensure(model, to, { onProgress: bar.update, signal: io.signal });
      bar.clear();
      io.stdout.write(describe(file));
      return 0;
    } finally {
      bar.clear();
    }
  });
}
