import { setTimeout as sleep } from "node:timers/promises";
import { asRetortError } from "../../../runtime/errors.ts";
import { amountRow, type Bench, type BenchOptions, type BenchRow, format } from "../bench.ts";
import { hideGpus } from "../gpu/hide-gpus.ts";
import { scaleOf } from "../gpu/scale.ts";
import { startSubject, type Subject } from "../gpu/subject.ts";
import { longPrompt } from "../prompts.ts";

const PROMPT_TOKENS = 64;
const ANSWER_TOKENS = 8;
/** Long enough that the engine is killed in the middle of it. */
const ENDLESS_TOKENS = 600;
const TOLD_MS = 2000;
const POLL_MS = 10;

/** The GPU is hidden and the engine killed while it answers: the request in flight ends with an error, the next one is answered by the CPU. */
export const gpuFallbackBench: Bench = {
  name: "gpu-fallback",
  group: "gpu",
  async run(options) {
    const subject = await startSubject(options, { slots: 1, contextSize: scaleOf(options).contextSize, fallback: "cpu" });
    try {
      await subject.client.load(subject.model, "int8");
      return await loseTheGpu(subject, options);
    } finally {
      await subject.dispose();
    }
  },
};

async function loseTheGpu(subject: Subject, { gpu }: BenchOptions): Promise<BenchRow[]> {
  const before = await ask(subject, ANSWER_TOKENS, 0);
  if (gpu && before.backend === "cpu") throw new Error("The model was not on the GPU to begin with.");
  const inFlight = ask(subject, ENDLESS_TOKENS, 1).then(() => null, asRetortError);
  while ((await subject.client.status()).active === 0) await sleep(POLL_MS);
  const show = hideGpus();
  try {
    const killedAt = performance.now();
    const { pid } = subject.engine;
    if (pid === undefined) throw new Error("There is no engine to kill.");
    process.kill(pid, "SIGKILL");
    const error = await inFlight;
    if (error === null) throw new Error("The request in flight ended before the engine was killed.");
    const told = performance.now() - killedAt;
    const after = await ask(subject, ANSWER_TOKENS, 2);
    const back = performance.now() - killedAt;
    const { fallback } = await subject.client.status();
    if (after.backend !== "cpu") throw new Error(`After the loss ${after.backend} answered.`);
    if (gpu && fallback === null) throw new Error("The runtime does not tell that it has left the GPU.");
    return [
      amountRow("engine killed: the request in flight is told", "ms", told, 1, { atMost: TOLD_MS }, "", error.code),
      amountRow(`engine killed: next answer, from ${after.backend}`, "s", back / 1000, 1, null, `${format(before.ms)} ms before the loss, from ${before.backend}`, fallback === null ? "no GPU was lost" : "the status names the loss"),
    ];
  } finally {
    show();
  }
}

async function ask({ client, model }: Subject, tokens: number, seed: number): Promise<{ ms: number; backend: string }> {
  const since = performance.now();
  const { provenance } = await client.completion({ model, precision: "int8", prompt: longPrompt(PROMPT_TOKENS, seed), max_tokens: tokens, temperature: 0, ignore_eos: true });
  if (provenance === null) throw new Error("The reply does not tell where it comes from.");
  return { ms: performance.now() - since, backend: provenance.backend };
}
