import { amountRow, format, interleave, median, ratioRow, type Bench, type BenchOptions, type BenchRow } from "../bench.ts";
import { type PrecisionFiles, r1ShapeFiles } from "../gpu/model-files.ts";
import { buildLlamaBench } from "../peers/llama-bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../runtime-under-test.ts";
import { bareAgainstLlamaBench } from "./llama-bench.ts";

const PROMPT_TOKENS = 128;
const GENERATED_TOKENS = 32;

/**
 * Speed at the real size: a model with the exact shape and tokenizer of DeepSeek-R1-Distill-Qwen-1.5B and random
 * weights. Its answers mean nothing; its arithmetic is the real one's.
 */
export const largeModelBench: Bench = {
  name: "large-model",
  async run(options) {
    const files = await r1ShapeFiles(options.log);
    const rounds = options.quick ? 1 : 5;
    return [...(await throughRuntime(files, rounds, options)), ...(await besideLlamaBench(files, rounds, options))];
  },
};

async function throughRuntime(files: PrecisionFiles, rounds: number, { gpu }: BenchOptions): Promise<BenchRow[]> {
  const serve = (path: string): Promise<RuntimeUnderTest> =>
    startRuntimeUnderTest(`file:${path}`, { RETORT_CONTEXT: "2048", ...(gpu ? {} : { RETORT_GPU: "cpu", RETORT_THREADS: "2" }) });
  const [fp16, int8] = [await serve(files.fp16), await serve(files.int8)];
  try {
    const ask = (runtime: RuntimeUnderTest, path: string) => async (round: number) => {
      const reply = await runtime.client.completion({
        model: `file:${path}`, prompt: longPrompt(PROMPT_TOKENS, round), max_tokens: GENERATED_TOKENS, temperature: 0, ignore_eos: true,
      });
      return { decode: reply.timings?.decode_tok_s ?? Number.NaN, ttft: reply.timings?.ttft_ms ?? Number.NaN };
    };
    const pairs = await interleave(rounds, ask(int8, files.int8), ask(fp16, files.fp16));
    const status = { int8: (await int8.client.status()).loaded[0], fp16: (await fp16.client.status()).loaded[0] };
    const memory = { int8: await int8.client.memory(), fp16: await fp16.client.memory() };
    const loadMs = (info: { load_ms: number } | undefined): number => info?.load_ms ?? Number.NaN;
    return [
      ratioRow("INT8 / FP16, decode, 1.5B shape, 1 stream", "tok/s", pairs.map(({ a }) => a.decode), pairs.map(({ b }) => b.decode), { atLeast: gpu ? 1.45 : 1.3 }),
      ratioRow(`INT8 / FP16, TTFT at ${PROMPT_TOKENS} tokens, 1.5B shape`, "ms", pairs.map(({ a }) => a.ttft), pairs.map(({ b }) => b.ttft), { atMost: 1 }),
      ratioRow("INT8 / FP16, engine RSS, 1.5B shape", "MB", [memory.int8.process.rss / 1e6], [memory.fp16.process.rss / 1e6], { atMost: 0.62 }),
      ...(memory.int8.vram === null || memory.fp16.vram === null ? [] : [
        ratioRow("INT8 / FP16, device memory, 1.5B shape", "MB", [memory.int8.vram.used / 1e6], [memory.fp16.vram.used / 1e6], { atMost: 0.62 }),
      ]),
      amountRow("load, INT8, 1.5B shape, file in page cache", "s", loadMs(status.int8) / 1000, 1, { atMost: 150 }, "", `FP16 ${format(loadMs(status.fp16) / 1000)} s`),
      amountRow("decode, FP16, 1.5B shape", "tok/s", median(pairs.map(({ b }) => b.decode)), rounds, { atLeast: 0 }),
    ];
  } finally {
    await fp16.dispose();
    await int8.dispose();
  }
}

async function besideLlamaBench(files: PrecisionFiles, rounds: number, { gpu, log }: BenchOptions): Promise<BenchRow[]> {
  const program = buildLlamaBench(gpu, log);
  const rows: BenchRow[] = [];
  for (const precision of ["fp16", "int8"] as const) {
    rows.push(...(await bareAgainstLlamaBench(program, `1.5B shape ${precision}`, files[precision], { rounds, goal: 0.95, gpu })));
  }
  return rows;
}
