import { stat } from "node:fs/promises";
import { smollm2 } from "../../helpers/models.ts";
import { interleave, ratioRow, type Bench } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";

/** INT8 beside FP16 of the same weights: file, memory, decode. */
export const precisionBench: Bench = {
  name: "precision",
  async run({ quick }) {
    const rounds = quick ? 3 : 11;
    const runtime = await startRuntimeUnderTest(MODEL, { RETORT_THREADS: "2", RETORT_CONTEXT: "2048" });
    try {
      const loaded = { int8: await runtime.client.load(MODEL, "int8"), fp16: await runtime.client.load(MODEL, "fp16") };
      const decode = (precision: "int8" | "fp16") => async (round: number): Promise<number> => {
        const reply = await runtime.client.completion({ model: MODEL, precision, prompt: longPrompt(64, round), max_tokens: 64, temperature: 0, ignore_eos: true });
        return reply.timings?.decode_tok_s ?? Number.NaN;
      };
      const pairs = await interleave(rounds, decode("int8"), decode("fp16"));
      const bytes = { int8: (await stat(await smollm2("int8"))).size, fp16: (await stat(await smollm2("fp16"))).size };
      return [
        ratioRow("INT8 / FP16, file", "MB", [bytes.int8 / 1e6], [bytes.fp16 / 1e6], { atMost: 0.54 }),
        ratioRow("INT8 / FP16, weights in memory", "MB", [loaded.int8.memory.weights / 1e6], [loaded.fp16.memory.weights / 1e6], { atMost: 0.54 }),
        ratioRow("INT8 / FP16, decode, SmolLM2, 1 stream", "tok/s", pairs.map(({ a }) => a), pairs.map(({ b }) => b), { atLeast: 1.3 }),
      ];
    } finally {
      await runtime.dispose();
    }
  },
};
