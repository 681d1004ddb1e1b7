import type { ChatResponse } from "../../../runtime/api/types.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { interleave, ratioRow, type Bench } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
const REPLIES = 4;
const PROMPT_TOKENS = 256;
const GENERATED_TOKENS = 48;

/** Four replies in one request, beside four requests one after the other, which find the prompt in the cache. */
export const choicesBench: Bench = {
  name: "choices",
  async run({ quick }) {
    const runtime = await startRuntimeUnderTest(MODEL, { RETORT_THREADS: "2", RETORT_CONTEXT: "1024", RETORT_SLOTS: String(REPLIES) });
    try {
      const rows = [];
      for (const precision of ["int8", "fp16"] as const) {
        await runtime.client.load(MODEL, precision);
        const pairs = await interleave(
          quick ? 3 : 9,
          (round) => timed(async () => ask(runtime, precision, 2 * round, { n: REPLIES, seed: 1 })),
          (round) => timed(async () => {
            for (let i = 0; i < REPLIES; i++) await ask(runtime, precision, 2 * round + 1, { seed: 1 + i });
          }),
        );
        rows.push(ratioRow(`${REPLIES} replies in one request / in ${REPLIES} requests, ${precision.toUpperCase()}`, "ms", pairs.map(({ a }) => a), pairs.map(({ b }) => b), null));
      }
      return rows;
    } finally {
      await runtime.dispose();
    }
  },
};

async function ask({ record }: RuntimeUnderTest, precision: Precision, topic: number, over: object): Promise<void> {
  const body = { model: MODEL, precision, messages: [{ role: "user", content: longPrompt(PROMPT_TOKENS, topic) }], temperature: 0.7, max_tokens: GENERATED_TOKENS, ignore_eos: true, ...over };
  const response = await fetch(`${record.url}/v1/chat/completions`, {
    method: "POST", headers: { authorization: `Bearer ${record.token ?? ""}`, "content-type": "application/json" }, body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The request was answered with ${response.status}: ${await response.text()}`);
  const { usage } = (await response.json()) as ChatResponse;
  if (usage.completion_tokens % GENERATED_TOKENS !== 0) throw new Error(`${usage.completion_tokens} tokens came.`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
