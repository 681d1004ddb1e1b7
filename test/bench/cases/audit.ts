import { interleave, ratioRow, type Bench, type BenchRow } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
const GENERATED_TOKENS = 96;
const PROMPT_TOKENS = 64;
const GOAL = { atLeast: 0.99 };

/** What the audit log costs: the same requests to a runtime that writes one and to a runtime that does not, in turn. */
export const auditBench: Bench = {
  name: "audit",
  async run({ quick }) {
    const rounds = quick ? 5 : 31;
    const settings = { RETORT_THREADS: "2", RETORT_CONTEXT: "1024", RETORT_SLOTS: "1" };
    const off = await startRuntimeUnderTest(MODEL, { ...settings, RETORT_AUDIT: "off" }, "int8");
    try {
      return [await against(off, { ...settings, RETORT_AUDIT: "hash" }, rounds), await against(off, { ...settings, RETORT_AUDIT: "full" }, rounds)];
    } finally {
      await off.dispose();
    }
  },
};

async function against(off: RuntimeUnderTest, settings: Record<string, string>, rounds: number): Promise<BenchRow> {
  const on = await startRuntimeUnderTest(MODEL, settings, "int8");
  try {
    const pairs = await interleave(rounds, (round) => tokensPerSecond(on, round), (round) => tokensPerSecond(off, round));
    const { audit } = await on.client.status();
    if (audit.state !== "on" || audit.written < rounds) throw new Error(`The log was not written: ${JSON.stringify(audit)}`);
    return ratioRow(`tok/s with audit log (${settings.RETORT_AUDIT}) / without`, "tok/s", pairs.map(({ a }) => a), pairs.map(({ b }) => b), GOAL);
  } finally {
    await on.dispose();
  }
}

/** Of the whole call, as its client sees it. */
async function tokensPerSecond({ client }: RuntimeUnderTest, round: number): Promise<number> {
  const begun = performance.now();
  const reply = await client.chat({
    model: MODEL, messages: [{ role: "user", content: longPrompt(PROMPT_TOKENS, round + 2) }], max_tokens: GENERATED_TOKENS, temperature: 0, cache_prompt: false, ignore_eos: true,
  });
  return ((reply.usage?.completion_tokens ?? Number.NaN) * 1000) / (performance.now() - begun);
}
