import { type Bench } from "../bench.ts";
import { coderShapeFile } from "../gpu/model-files.ts";
import { fimModel, startTypingRuntime } from "../typing/typing-runtime.ts";
import { replayRows } from "./typing.ts";

/** Completions while a person types, with a model of 1.5B on a GPU and a tiny one on a CPU. Random weights: what is counted and timed is real, what is written is not. */
export const gpuKeysBench: Bench = {
  name: "gpu-keys",
  group: "gpu",
  async run(options) {
    const file = await (options.gpu ? coderShapeFile(options.log) : fimModel(options.log));
    const runtime = await startTypingRuntime({ file }, 1, options.gpu ? "auto" : "cpu");
    try {
      return await replayRows(options.gpu ? "1.5B shape on the GPU" : "tiny model on the CPU", runtime, options);
    } finally {
      await runtime.dispose();
    }
  },
};
