import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, BenchOptions } from "../bench.ts";
import { format, p95 } from "../bench.ts";
import { startRuntimeUnderTest } from "../runtime-under-test.ts";
import { LoadGenerator } from "../serving/load-generator.ts";
import type { LoadOrder } from "../serving/load-order.ts";
import { firstError, loadFigures } from "../serving/measures.ts";
import { engineOf, processFacts } from "../serving/process-facts.ts";
import { type SoakWindow, soakRows } from "../serving/soak-figures.ts";
import { CONTEXT, fixedReply, runtimeSettings } from "../serving/targets.ts";

const MODEL = "smollm2-135m";
const STREAMS = 4;
const PROMPT_TOKENS = 40;
const REPLY_TOKENS = 12;
const WINDOWS = 20;
const DEFAULT_MINUTES = 10;
const QUICK_MINUTES = 0.5;
/** Connections of a window are closed by then: they are not the server's to count. */
const SETTLE_MS = 500;

/** Four streams without a pause for `--minutes`: speed, memory and file handles must stay. */
export const soakBench: Bench = {
  name: "soak",
  async run(options) {
    const runtime = await startRuntimeUnderTest(MODEL, runtimeSettings(options.gpu, STREAMS, CONTEXT), "int8");
    const load = new LoadGenerator();
    try {
      const target = { url: runtime.record.url, key: runtime.record.token, body: { model: MODEL, precision: "int8" as const } };
      const order = { ...target, body: fixedReply(target, REPLY_TOKENS), promptTokens: PROMPT_TOKENS, load: { kind: "closed", concurrency: STREAMS } as const };
      return soakRows(await soak(runtime.record.pid, load, order, options), STREAMS);
    } finally {
      await load.dispose();
      await runtime.dispose();
    }
  },
};

/** The first window warms up and is not counted. */
async function soak(pid: number, load: LoadGenerator, order: Omit<LoadOrder, "seed" | "amount">, { quick, minutes, log }: BenchOptions): Promise<SoakWindow[]> {
  const seconds = ((minutes ?? (quick ? QUICK_MINUTES : DEFAULT_MINUTES)) * 60) / WINDOWS;
  const engine = engineOf(pid);
  const windows: SoakWindow[] = [];
  for (let round = -1; round < WINDOWS; round++) {
    const shots = await load.run({ ...order, seed: 500 + round, amount: { seconds } });
    const error = firstError(shots);
    if (error !== null) throw new Error(`soak: ${error}`);
    await sleep(SETTLE_MS);
    const window = { figures: loadFigures(shots), runtime: processFacts(pid), engine: processFacts(engine) };
    if (round >= 0) windows.push(window);
    log(`soak ${round + 1} of ${WINDOWS}: ${shots.length} requests, TPOT p95 ${format(p95(window.figures.tpot))} ms, runtime ${format(window.runtime.anonymous / 2 ** 20)} MiB, engine ${format(window.engine.anonymous / 2 ** 20)} MiB`);
  }
  return windows;
}
