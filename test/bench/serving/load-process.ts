/** The process that makes the load: one order at a time over its channel, answered with all shots. */
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sendLoad } from "../../../kernel/experiment/bench/send-load.ts";
import { longPrompt } from "../prompts.ts";
import type { LoadOrder, Shot } from "./load-order.ts";
import { shoot } from "./shoot.ts";

/** Prompts of two orders never meet: no order has as many requests. */
const SEEDS_PER_ORDER = 100_000;

async function serve({ url, key, body, promptTokens, seed, load, amount }: LoadOrder): Promise<Shot[]> {
  // A new connection for each request: llama-server closes one after a stream without saying so.
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const shots = await sendLoad(load, amount, {
    send: (index, plannedAt) => shoot({ url, key, agent }, { ...body, prompt: longPrompt(promptTokens, seed * SEEDS_PER_ORDER + index) }, index, plannedAt),
    now: () => performance.now(),
    wait: async (ms) => void (await sleep(ms)),
    signal: new AbortController().signal,
    seed,
    onDone: () => undefined,
  });
  agent.destroy();
  return shots;
}

process.on("message", (order) => void serve(order as LoadOrder).then((shots) => process.send?.(shots)));
process.on("disconnect", () => process.exit());
