import { interleave, ratioRow, type Bench } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
/** Long enough that reading the cache counts beside reading the weights. */
const PROMPT_TOKENS = 1200;
const GENERATED_TOKENS = 24;

/** `--kv-cache q8_0` beside the FP16 cache: what it takes, and what it costs. */
export const kvCacheBench: Bench = {
  name: "kv-cache",
  async run({ quick, log }) {
    const serve = (type: string): Promise<RuntimeUnderTest> => startRuntimeUnderTest(MODEL, { RETORT_THREADS: "2", RETORT_CONTEXT: "2048", RETORT_SLOTS: "1", RETORT_GPU: "cpu", RETORT_KV_CACHE: type }, "int8");
    const [narrow, wide] = [await serve("q8_0"), await serve("f16")];
    try {
      const run = (runtime: RuntimeUnderTest) => async (round: number): Promise<{ decode: number; ttft: number; text: string }> => {
        const { timings, text } = await runtime.client.completion({
          model: MODEL, prompt: longPrompt(PROMPT_TOKENS, round), max_tokens: GENERATED_TOKENS, temperature: 0, ignore_eos: true,
        });
        return { decode: timings?.decode_tok_s ?? Number.NaN, ttft: timings?.ttft_ms ?? Number.NaN, text };
      };
      const pairs = await interleave(quick ? 3 : 9, run(narrow), run(wide));
      log(`the same ${GENERATED_TOKENS} tokens in ${pairs.filter(({ a, b }) => a.text === b.text).length} of ${pairs.length}`);
      const cache = async ({ client }: RuntimeUnderTest): Promise<number> => ((await client.status()).loaded[0]?.memory.kv_cache ?? Number.NaN) / 1e6;
      return [
        ratioRow("INT8 / FP16 cache, memory", "MB", [await cache(narrow)], [await cache(wide)], { atMost: 0.54 }),
        ratioRow(`INT8 / FP16 cache, decode after ${PROMPT_TOKENS} tokens`, "tok/s", pairs.map(({ a }) => a.decode), pairs.map(({ b }) => b.decode), null),
        ratioRow(`INT8 / FP16 cache, TTFT at ${PROMPT_TOKENS} tokens`, "ms", pairs.map(({ a }) => a.ttft), pairs.map(({ b }) => b.ttft), null),
      ];
    } finally {
      await wide.dispose();
      await narrow.dispose();
    }
  },
};
