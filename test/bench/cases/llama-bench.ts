import { smollm2 } from "../../helpers/models.ts";
import { median, ratioRow, type Bench, type BenchRow } from "../bench.ts";
import { startBareLoop } from "../peers/bare-loop.ts";
import { buildLlamaBench, runLlamaBench } from "../peers/llama-bench.ts";
import { longPrompt } from "../prompts.ts";

const PROMPT_TOKENS = 128;
const GENERATED_TOKENS = 64;

/** node-llama-cpp's bare loop beside llama.cpp's own llama-bench on one file: what the binding costs. */
export const llamaBenchBench: Bench = {
  name: "llama-bench",
  async run({ quick, gpu, log }) {
    const program = buildLlamaBench(gpu, log);
    const rows: BenchRow[] = [];
    for (const precision of ["fp16", "int8"] as const) {
      rows.push(...(await bareAgainstLlamaBench(program, `SmolLM2 ${precision}`, await smollm2(precision), { rounds: quick ? 2 : 7, goal: 0.8, gpu })));
    }
    return rows;
  },
};

/** Rows for decode and prefill of one file. Thread count is the same on both sides. */
export async function bareAgainstLlamaBench(program: string, name: string, path: string, options: { rounds: number; goal: number; gpu: boolean }): Promise<BenchRow[]> {
  const threads = 2;
  const loop = await startBareLoop(path, { threads, contextSize: 1024, gpu: options.gpu });
  const ours = { decode: [] as number[], prefill: [] as number[] };
  const peer = { decode: [] as number[], prefill: [] as number[] };
  try {
    await loop.generate(longPrompt(PROMPT_TOKENS, 0), 8);
    for (let round = 0; round < options.rounds; round++) {
      const bare = await loop.generate(longPrompt(PROMPT_TOKENS, round + 1), GENERATED_TOKENS);
      ours.decode.push(bare.decodeTokS);
      ours.prefill.push((bare.promptTokens * 1000) / bare.ttftMs);
      const bench = runLlamaBench(program, path, { threads, prompt: bare.promptTokens, generate: GENERATED_TOKENS, repetitions: 1, gpuLayers: options.gpu ? 99 : 0 });
      peer.decode.push(median(bench.decode));
      peer.prefill.push(median(bench.prefill));
    }
  } finally {
    loop.dispose();
  }
  return [
    ratioRow(`bare loop / llama-bench, decode, ${name}`, "tok/s", ours.decode, peer.decode, { atLeast: options.goal }),
    ratioRow(`bare loop / llama-bench, prefill, ${name}`, "tok/s", ours.prefill, peer.prefill, { atLeast: options.goal }),
  ];
}
