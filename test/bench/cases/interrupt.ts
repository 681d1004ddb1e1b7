import { setTimeout as delay } from "node:timers/promises";
import { amountRow, p95, type Bench } from "../bench.ts";
import { cellUnderTest } from "../cell-under-test.ts";
import { longPrompt } from "../prompts.ts";
import { startRuntimeUnderTest } from "../runtime-under-test.ts";

/** From the interrupt message to the cell's idle. */
export const interruptBench: Bench = {
  name: "interrupt",
  async run({ quick }) {
    const rounds = quick ? 3 : 20;
    const runtime = await startRuntimeUnderTest("smollm2-135m", { RETORT_THREADS: "2", RETORT_CONTEXT: "4096" }, "int8");
    const cell = await cellUnderTest(runtime);
    try {
      const decoding: number[] = [];
      const prefilling: number[] = [];
      for (let round = 0; round < rounds; round++) {
        decoding.push(await cell.interruptMs(longPrompt(40, round), 2000, "first output"));
        await delay(50);
        prefilling.push(await cell.interruptMs(longPrompt(1000, 500 + round), 200, 200));
        await delay(50);
      }
      return [
        amountRow("interrupt to idle while decoding, p95", "ms", p95(decoding), rounds, { atMost: 250 }),
        amountRow("interrupt to idle in a 1,000-token prefill, p95", "ms", p95(prefilling), rounds, { atMost: 400 }),
      ];
    } finally {
      await cell.dispose();
      await runtime.dispose();
    }
  },
};
