import { seededRandom } from "../statistics/random.ts";
import { arrivalGap } from "./arrivals.ts";
import type { BenchRequest } from "./bench-request.ts";
import type { Amount, Load } from "./bench-spec.ts";

/** What load needs of the world. */
export interface LoadTools<R = BenchRequest> {
  /** Sends request number `index` and resolves when it has ended, whatever became of it. */
  send(index: number, scheduledAt: number | null): Promise<R>;
  /** Monotonic ms. */
  now(): number;
  /** Resolves after `ms`, or early when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  seed: number;
  /** So many have ended. */
  onDone(done: number): void;
}

/** Sends the requests of one measurement and waits for all of them. After an abort no more are sent. Never rejects. */
export async function sendLoad<R extends { index: number } = BenchRequest>(load: Load, amount: Amount, tools: LoadTools<R>): Promise<R[]> {
  const requests = load.kind === "closed" ? await closedLoad(load.concurrency, amount, tools) : await openLoad(load.rate, load.burstiness, amount, tools);
  return requests.sort((a, b) => a.index - b.index);
}

/** So many are under way at any time; each sends its next one when the last has ended. */
async function closedLoad<R>(concurrency: number, amount: Amount, { send, now, signal, onDone }: LoadTools<R>): Promise<R[]> {
  const ended: R[] = [];
  const start = now();
  let sent = 0;
  const hasMore = () => !signal.aborted && ("requests" in amount ? sent < amount.requests : now() - start < amount.seconds * 1000);
  const stream = async () => {
    while (hasMore()) {
      ended.push(await send(sent++, null));
      onDone(ended.length);
    }
  };
  const streams = "requests" in amount ? Math.min(concurrency, amount.requests) : concurrency;
  await Promise.all(Array.from({ length: streams }, stream));
  return ended;
}

/** Requests leave when their time has come, whether or not earlier ones have ended: what a slow server makes wait is measured, not avoided. */
async function openLoad<R>(rate: number, burstiness: number, amount: Amount, { send, now, wait, signal, seed, onDone }: LoadTools<R>): Promise<R[]> {
  const random = seededRandom(seed);
  const pending: Array<Promise<R>> = [];
  let ended = 0;
  const start = now();
  let due = start;
  for (let index = 0; !signal.aborted && ("requests" in amount ? index < amount.requests : due - start < amount.seconds * 1000); index++) {
    if (index > 0) due += arrivalGap(rate, burstiness, random) * 1000;
    if ("seconds" in amount && due - start >= amount.seconds * 1000) break;
    if (due > now()) await wait(due - now(), signal);
    if (signal.aborted) break;
    pending.push(send(index, due).then((request) => {
      onDone(++ended);
      return request;
    }));
  }
  return Promise.all(pending);
}
