import { amountRow, type BenchRow, format, ratioRow } from "../bench.ts";
import type { LoadGenerator } from "./load-generator.ts";
import type { LoadOrder } from "./load-order.ts";
import { firstError, loadFigures, overloadFigures } from "./measures.ts";
import { fixedReply, type Target } from "./targets.ts";

/** How many answer and how many may wait: together the longest that an accepted request takes. */
export const OVERLOAD_SLOTS = 4;
export const OVERLOAD_QUEUE = 4;
const PROMPT_TOKENS = 48;
const REPLY_TOKENS = 24;
const REFUSAL_MS = 50;
const SLOWER = 1.5;

/** Open load at the server's capacity and at twice that: what it accepts stays quick, the rest is refused at once. */
export async function overloadRows(target: Target, load: LoadGenerator, { seconds, log }: { seconds: number; log: (text: string) => void }): Promise<BenchRow[]> {
  const order = { url: target.url, key: target.key, body: fixedReply(target, REPLY_TOKENS), promptTokens: PROMPT_TOKENS };
  const capacity = await capacityOf(load, order, seconds);
  log(`capacity: ${format(capacity)} req/s`);
  const open = async (times: number, seed: number) => {
    const figures = overloadFigures(await load.run({ ...order, seed, load: { kind: "open", rate: capacity * times, burstiness: 1 }, amount: { seconds } }));
    log(`${times} x capacity: ${figures.accepted} accepted, p95 ${format(figures.acceptedP95)} ms; ${figures.refused} refused, p95 ${format(figures.refusedP95)} ms; ${figures.lost} lost`);
    return figures;
  };
  const once = await open(1, 901);
  const twice = await open(2, 902);
  const counts = `${twice.accepted} accepted, ${twice.refused} refused`;
  const most = `at most ${format(twice.refusedMost)} ms`;
  return [
    ratioRow(`overload: accepted p95 end to end, 2 x / 1 x capacity (${format(capacity)} req/s, ${OVERLOAD_SLOTS} slots, ${OVERLOAD_QUEUE} may wait)`, "ms", [twice.acceptedP95], [once.acceptedP95], { atMost: SLOWER }),
    amountRow("overload: refusals at 2 x capacity, p95", "ms", twice.refusedP95, 1, { atMost: REFUSAL_MS }, counts, most),
    amountRow("overload: neither answered nor refused", "requests", once.lost + twice.lost, 1, { atMost: 0 }),
  ];
}

/** Requests per second while all slots are busy and one more always waits. */
async function capacityOf(load: LoadGenerator, order: Omit<LoadOrder, "seed" | "load" | "amount">, seconds: number): Promise<number> {
  const closed = { kind: "closed", concurrency: OVERLOAD_SLOTS + 1 } as const;
  await load.run({ ...order, seed: 899, load: closed, amount: { requests: OVERLOAD_SLOTS + 1 } });
  const shots = await load.run({ ...order, seed: 900, load: closed, amount: { seconds: seconds / 2 } });
  const error = firstError(shots);
  if (error !== null) throw new Error(`overload, closed load: ${error}`);
  return loadFigures(shots).requestsPerS;
}
