import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { amountRow, type BenchRow, format, median } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { fixedReply, type Target } from "./targets.ts";

const LIMIT_MS = 250;
/** The bench gives up on a slot after this. */
const GIVE_UP_MS = 30_000;
const POLL_MS = 4;

/** When the client goes away: after some text, or while its prompt is being read. */
type Moment = "decode" | "prefill";

const LONG_PROMPT = 1000;
const SHORT_PROMPT = 48;
const LONG_REPLY = 200;

/** From the moment that the client closes its connection until `/slots` shows no request. The slowest of all rounds counts. */
export async function cancelRows(target: Target, rounds: number, name: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const moment of ["decode", "prefill"] as const) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await cancelOnce(target, moment, round));
    rows.push(amountRow(`cancel frees the slot, in ${moment}, ${name}`, "ms", Math.max(...times), rounds, { atMost: LIMIT_MS }, `median ${format(median(times))} ms`, `at most ${format(Math.max(...times))} ms`));
  }
  return rows;
}

async function cancelOnce(target: Target, moment: Moment, round: number): Promise<number> {
  const prompt = longPrompt(moment === "prefill" ? LONG_PROMPT : SHORT_PROMPT, 8_000_000 + round + (moment === "prefill" ? 1000 : 0));
  const body = JSON.stringify({ ...fixedReply(target, LONG_REPLY), prompt, stream: true, cache_prompt: false });
  let texts = 0;
  const outgoing = request(`${target.url}/v1/completions`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${target.key}` } }, (reply) => {
    reply.on("data", (chunk: Buffer) => { if (chunk.includes('"text":"')) texts++; });
    // The bench itself breaks this connection.
    reply.on("error", () => undefined);
  });
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  await until(async () => (moment === "decode" ? texts >= 3 : (await busySlots(target)) > 0));
  if (moment === "prefill") {
    await sleep(150);
    if (texts > 0) throw new Error("cancel: the prompt was read before the client went away.");
  }
  const gone = performance.now();
  outgoing.destroy();
  await until(async () => (await busySlots(target)) === 0);
  return performance.now() - gone;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`cancel: nothing happened for ${GIVE_UP_MS / 1000} s.`);
    await sleep(POLL_MS);
  }
}

async function busySlots({ url, key }: Target): Promise<number> {
  const reply = await fetch(`${url}/slots`, { headers: { authorization: `Bearer ${key}` } });
  return ((await reply.json()) as Array<{ is_processing: boolean }>).filter(({ is_processing: busy }) => busy).length;
}
