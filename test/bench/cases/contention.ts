import { spawn, type ChildProcess } from "node:child_process";
import { physicalCores } from "../../../runtime/engine/cores.ts";
import { smollm2 } from "../../helpers/models.ts";
import { ratioRow, type Bench } from "../bench.ts";
import { startBareLoop } from "../peers/bare-loop.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest } from "../runtime-under-test.ts";

const MODEL = "smollm2-135m";
const CONTEXT = 2048;
const PROMPT_TOKENS = 32;
/** The peer needs seconds for each. */
const GENERATED_TOKENS = 8;

/** Decode while a compiler or the like keeps every core busy: what a developer's machine often is. */
export const contentionBench: Bench = {
  name: "contention",
  async run({ quick, gpu }) {
    const threads = physicalCores();
    const runtime = await startRuntimeUnderTest(MODEL, { RETORT_CONTEXT: String(CONTEXT) }, "int8");
    const loop = await startBareLoop(await smollm2("int8"), { threads, contextSize: CONTEXT, gpu });
    const busy = startBusyPrograms(threads);
    try {
      const ours: number[] = [];
      const peer: number[] = [];
      const rounds = quick ? 1 : 3;
      for (let round = 0; round < rounds; round++) {
        const prompt = longPrompt(PROMPT_TOKENS, round);
        // A first, uncounted request stands for the seconds before: the load is not new when it is measured.
        await runtime.client.completion({ model: MODEL, prompt, max_tokens: 32, temperature: 0, ignore_eos: true, cache_prompt: false });
        const reply = await runtime.client.completion({ model: MODEL, prompt, max_tokens: 32, temperature: 0, ignore_eos: true, cache_prompt: false });
        ours.push(reply.timings?.decode_tok_s ?? Number.NaN);
        peer.push((await loop.generate(prompt, GENERATED_TOKENS)).decodeTokS);
      }
      return [ratioRow(`decode beside ${threads} busy programs / bare loop with ${threads} threads`, "tok/s", ours, peer, { atLeast: 1 })];
    } finally {
      for (const program of busy) program.kill();
      loop.dispose();
      await runtime.dispose();
    }
  },
};

function startBusyPrograms(count: number): ChildProcess[] {
  return Array.from({ length: count }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
}
