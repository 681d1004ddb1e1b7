import { smollm2 } from "../../helpers/models.ts";
import { amountRow, format, interleave, median, ratioRow, type Bench, type BenchRow } from "../bench.ts";
import { cellUnderTest } from "../cell-under-test.ts";
import { startBareLoop } from "../peers/bare-loop.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
const THREADS = 2;
const CONTEXT = 2048;
const PROMPT_TOKENS = 128;
const GENERATED_TOKENS = 96;

/** One stream through the HTTP API beside a bare evaluate loop over the same file, and through a notebook cell. */
export const apiBench: Bench = {
  name: "api",
  async run({ quick, gpu }) {
    const rounds = quick ? 3 : 11;
    const runtime = await startRuntimeUnderTest(MODEL, { RETORT_THREADS: String(THREADS), RETORT_CONTEXT: String(CONTEXT) }, "int8");
    try {
      return [
        ...(await againstBareLoop(runtime, rounds, gpu)),
        await throughCell(runtime, rounds),
        await warmPrefix(runtime, rounds),
      ];
    } finally {
      await runtime.dispose();
    }
  },
};

/** What a client sees of one raw completion: time to the first text, and the rate after it by the engine's stamps. */
async function complete(runtime: RuntimeUnderTest, prompt: string, maxTokens: number): Promise<{ ttftMs: number; decodeTokS: number; promptTokens: number }> {
  const reply = await runtime.client.completion({ model: MODEL, prompt, max_tokens: maxTokens, temperature: 0, ignore_eos: true });
  const { sentAt, chunks } = reply.client;
  const first = chunks[0] ?? Number.NaN;
  const last = chunks[chunks.length - 1] ?? Number.NaN;
  const tokens = reply.usage?.completion_tokens ?? Number.NaN;
  return { ttftMs: first - sentAt, decodeTokS: ((tokens - 1) * 1000) / (last - first), promptTokens: reply.usage?.prompt_tokens ?? Number.NaN };
}

async function againstBareLoop(runtime: RuntimeUnderTest, rounds: number, gpu: boolean): Promise<BenchRow[]> {
  const loop = await startBareLoop(await smollm2("int8"), { threads: THREADS, contextSize: CONTEXT, gpu });
  try {
    const pairs = await interleave(
      rounds,
      (round) => complete(runtime, longPrompt(PROMPT_TOKENS, round), GENERATED_TOKENS),
      (round) => loop.generate(longPrompt(PROMPT_TOKENS, round), GENERATED_TOKENS),
    );
    const difference = median(pairs.map(({ a, b }) => a.ttftMs - b.ttftMs));
    return [
      ratioRow("decode through the API / bare loop, 1 stream", "tok/s", pairs.map(({ a }) => a.decodeTokS), pairs.map(({ b }) => b.decodeTokS), { atLeast: 0.95 }),
      amountRow(`TTFT through the API minus bare loop, ${pairs[0]?.a.promptTokens ?? 0} tokens`, "ms", difference, rounds, { atMost: 5 },
        `${format(median(pairs.map(({ a }) => a.ttftMs)))} ms`, `${format(median(pairs.map(({ b }) => b.ttftMs)))} ms`),
    ];
  } finally {
    loop.dispose();
  }
}

/** The same chat question from a cell of a real kernel and straight over the API: tokens per second of the whole call. */
async function throughCell(runtime: RuntimeUnderTest, rounds: number): Promise<BenchRow> {
  const cell = await cellUnderTest(runtime);
  try {
    const question = (round: number): string => `Story number ${round + 2}. ${longPrompt(60, round)}`;
    const pairs = await interleave(
      rounds,
      async (round) => cell.tokensPerSecond(question(round), GENERATED_TOKENS),
      async (round) => {
        const begun = performance.now();
        const reply = await runtime.client.chat({
          model: MODEL, messages: [{ role: "user", content: question(round) }], max_tokens: GENERATED_TOKENS, temperature: 0, cache_prompt: false,
        });
        return ((reply.usage?.completion_tokens ?? Number.NaN) * 1000) / (performance.now() - begun);
      },
    );
    return ratioRow("tok/s seen by a notebook cell / through the API", "tok/s", pairs.map(({ a }) => a), pairs.map(({ b }) => b), { atLeast: 0.98 });
  } finally {
    await cell.dispose();
  }
}

/** The same 1,000 tokens again with a new ending, beside the first time. */
async function warmPrefix(runtime: RuntimeUnderTest, rounds: number): Promise<BenchRow> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < Math.max(2, Math.ceil(rounds / 2)); round++) {
    const prompt = longPrompt(1000, 1000 + round);
    cold.push((await complete(runtime, prompt, 4)).ttftMs);
    warm.push((await complete(runtime, `${prompt} four, five,`, 4)).ttftMs);
  }
  return ratioRow("warm / cold TTFT, 1,000-token prompt", "ms", warm, cold, { atMost: 0.2 });
}
