import { asRetortError, type ErrorFields, isCancelled } from "../../../runtime/errors.ts";
import { withMemory } from "../memory-peak.ts";
import type { Model, ModelRequest } from "../model.ts";
import type { Corner } from "../plan.ts";
import { promptMaker, type PromptMaker } from "./bench-prompts.ts";
import type { BenchRequest } from "./bench-request.ts";
import { type BenchCorner, type BenchSpec, requestsOf } from "./bench-spec.ts";
import { type BenchWindow, benchWindow } from "./bench-window.ts";
import type { ModelReads } from "./roofline.ts";
import { sendLoad } from "./send-load.ts";

/** What is known of a model that has been made ready. */
export interface BackEndFacts {
  /** Tokens of a text; null where the back end cannot be asked. */
  tokenCount: ((text: string) => Promise<number>) | null;
  /** Null where it does not tell, and where the memory that is read is not this machine's main memory. */
  reads: ModelReads | null;
  slots: number | null;
}

export interface BenchTools {
  model: Model;
  /** Makes a corner's model ready to answer. */
  prepare(corner: BenchCorner): Promise<BackEndFacts>;
  /** Bytes that the computing process uses; null where it is not told. */
  memory(): Promise<number | null>;
  /** Bytes per second that this machine's memory gives; null where it does not matter. */
  bandwidth: number | null;
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  observer: BenchObserver;
}

export interface BenchObserver {
  /** Something is about to happen: plain words. */
  onStep(corner: Corner, step: string): void;
  /** Requests of one measurement that have ended. */
  onRequests(corner: Corner, done: number, planned: number | null): void;
  /** Asked once, before the first measurement: go on with `requests` for about `ms`? */
  confirm(requests: number, ms: number): Promise<boolean>;
}

/** What a benchmark leaves behind. */
export interface BenchResult {
  spec: BenchSpec;
  /** In the order of the matrix; a corner that was not reached or could not be measured is missing. */
  windows: BenchWindow[];
  /** Corners that could not be measured at all. */
  failures: Array<{ corner: Corner; error: ErrorFields }>;
  bandwidth: number | null;
  /** Interrupted: not everything was measured. */
  partial: boolean;
  /** False: the server does not count tokens, and prompts are about as long as was asked. */
  isCounted: boolean;
}

/** A warm-up wakes caches and clocks; a few tokens do. */
const WARMUP_TOKENS = 16;
/** Prompts of warm-ups are numbered from here, so that no measured prompt has been seen before. */
const WARMUP_INDEX = 1_000_000;

/** Measures every corner. After an abort the result holds what there is and is `partial`; a corner that fails does not lose the others. Never rejects for a request. */
export async function runBench(spec: BenchSpec, tools: BenchTools): Promise<BenchResult> {
  const measured = new Map<number, BenchWindow>();
  const failures: BenchResult["failures"] = [];
  let isCounted = true;
  let confirmed = false;
  for (const position of spec.order) {
    const corner = spec.corners[position];
    if (corner === undefined || tools.signal.aborted) break;
    try {
      const ready = await warmUp(spec, corner, position, tools);
      isCounted &&= ready.prompts.isCounted;
      if (!confirmed && !(await tools.observer.confirm(...estimate(spec, ready.msPerToken, ready.firstMs)))) break;
      confirmed = true;
      measured.set(position, await measure(spec, corner, position, ready, tools));
    } catch (error) {
      if (tools.signal.aborted && isCancelled(error)) break;
      failures.push({ corner: corner.corner, error: asRetortError(error).fields() });
    }
  }
  const windows = spec.corners.flatMap((_, position) => measured.get(position) ?? []);
  const isShort = windows.some(({ counts }) => counts.cancelled > 0 || (counts.planned !== null && counts.ok + counts.failed < counts.planned));
  return { spec, windows, failures, bandwidth: tools.bandwidth, partial: tools.signal.aborted || isShort || windows.length + failures.length < spec.corners.length, isCounted };
}

interface Ready extends BackEndFacts {
  prompts: PromptMaker;
  /** From the warm-up, for an estimate; 0 where it says nothing. */
  firstMs: number;
  msPerToken: number;
}

async function warmUp(spec: BenchSpec, corner: BenchCorner, position: number, tools: BenchTools): Promise<Ready> {
  const { signal, model, observer } = tools;
  const facts = await tools.prepare(corner);
  observer.onStep(corner.corner, "making prompts");
  const prompts = await promptMaker(corner.promptTokens, {
    tokenCount: facts.tokenCount,
    promptTokens: async (content) => (await model.ask({ ...requestOf(spec, corner, content), max_tokens: 1 }, ignore, signal)).usage.prompt_tokens || null,
  });
  observer.onStep(corner.corner, "warming up");
  const streams = corner.load.kind === "closed" ? corner.load.concurrency : 1;
  let firstMs = 0;
  let msPerToken = 0;
  for (let round = 0; round < spec.warmup; round++) {
    const replies = await Promise.all(Array.from({ length: streams }, (_, stream) => {
      const content = prompts.prompt(spec.seed + position, WARMUP_INDEX + round * streams + stream);
      return model.ask({ ...requestOf(spec, corner, content), max_tokens: Math.min(corner.maxTokens, WARMUP_TOKENS), cache_prompt: false }, ignore, signal);
    }));
    firstMs = replies[0]?.timings.ttft_ms ?? 0;
    msPerToken = replies[0]?.timings.tpot_ms ?? 0;
  }
  return { ...facts, prompts, firstMs, msPerToken };
}

async function measure(spec: BenchSpec, corner: BenchCorner, position: number, { prompts, reads, slots }: Ready, tools: BenchTools): Promise<BenchWindow> {
  const seed = spec.seed + position;
  tools.observer.onRequests(corner.corner, 0, requestsOf(corner));
  const { value: requests, memory } = await withMemory({ read: () => tools.memory(), larger: Math.max, now: tools.now, wait: tools.wait }, () => sendLoad(corner.load, corner.amount, {
    now: tools.now,
    wait: tools.wait,
    signal: tools.signal,
    seed,
    onDone: (done) => tools.observer.onRequests(corner.corner, done, requestsOf(corner)),
    send: (index, scheduledAt) => send(requestOf(spec, corner, prompts.prompt(seed, index)), { corner: corner.corner, index, scheduledAt }, tools),
  }));
  return benchWindow(corner, requests, { slo: spec.slo, memory, reads, bandwidth: tools.bandwidth, slots });
}

async function send(request: ModelRequest, place: Pick<BenchRequest, "corner" | "index" | "scheduledAt">, { model, now, signal }: BenchTools): Promise<BenchRequest> {
  const sentAt = now();
  try {
    const reply = await model.ask(request, ignore, signal);
    return { ...place, sentAt, endedAt: now(), status: "ok", reply, error: null };
  } catch (error) {
    const status = signal.aborted && isCancelled(error) ? "cancelled" : "failed";
    return { ...place, sentAt, endedAt: now(), status, reply: null, error: asRetortError(error).fields() };
  }
}

/** The most likely token each time, and no end before `max_tokens`: every request does the same amount of work. */
function requestOf({ cachePrompt, seed }: BenchSpec, { model, precision, maxTokens }: BenchCorner, content: string): ModelRequest {
  return {
    ...(model === undefined ? {} : { model }),
    ...(precision === undefined ? {} : { precision }),
    messages: [{ role: "user", content }],
    max_tokens: maxTokens,
    temperature: 0,
    seed,
    ignore_eos: true,
    cache_prompt: cachePrompt,
  };
}

/** All requests of the benchmark, and how long they take if each is as fast as the warm-up. */
function estimate({ corners }: BenchSpec, msPerToken: number, firstMs: number): [requests: number, ms: number] {
  const total = corners.reduce((sum, corner) => sum + (requestsOf(corner) ?? 0), 0);
  const ms = corners.reduce((sum, corner) => {
    if ("seconds" in corner.amount) return sum + corner.amount.seconds * 1000;
    const atOnce = corner.load.kind === "closed" ? corner.load.concurrency : 1;
    return sum + (corner.amount.requests / atOnce) * (firstMs + msPerToken * corner.maxTokens);
  }, 0);
  return [total, ms];
}

function ignore(): void {
  // The text of an answer says nothing here.
}
