import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import {
  badGrammar,
  contextOverflow,
  engineDied,
  notEmbeddingModel,
  notGeneratingModel,
  notLoaded,
} from "../../runtime/engine/engine-errors.ts";
import type {
  DeviceReport,
  DivergenceResult,
  Engine,
  FallbackNotice,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  PromptPart,
  ScoreResult,
  TokenEvent,
} from "../../runtime/engine/engine.ts";
import { StopMatcher } from "../../runtime/engine/stop-matcher.ts";
import { cancelled, type RetortError } from "../../runtime/errors.ts";
import { nowMs } from "../../runtime/timing.ts";
import { commonPrefix } from "../../runtime/scheduler/common-prefix.ts";
import { FAKE_TOKENS, FakeVocabulary } from "./fake-vocabulary.ts";

/** What a fake reply is made from: a fixed text, or a function of the prompt's text and the request. */
export type FakeReply = string | ((prompt: string, request: GenerateRequest) => string);

export interface FakeEngineOptions {
  reply?: FakeReply;
  /** Time for one generated token. Default 0: one turn of the event loop. */
  tokenDelayMs?: number;
  /** Time for one prompt token that is not in the slot. Default 0. */
  prefillMsPerToken?: number;
  loadDelayMs?: number;
  /** Threads that generations had. Default: as many as the model was loaded with. */
  threadsUsed?: number;
}

/** A fault for the next generate call: before the first token, or after `tokens` of them. */
export interface FakeFault {
  kind: "die" | "stall" | "error";
  afterTokens: number;
  error?: RetortError;
}

interface FakeModel {
  request: LoadRequest;
  loaded: LoadedModel;
  slots: Uint32Array[];
}

const FORBIDDEN_BIAS = -100;
const EMBEDDING_SIZE = 8;

/**
 * A deterministic engine without a model: words are tokens, replies are scripted, an end token follows the last
 * word. It keeps slots, prefixes, stop strings, limits and cancellation like the real one, so that tests of
 * everything above the engine mean something. Grammars are not applied; script a reply that fits.
 */
export class FakeEngine implements Engine {
  readonly vocabulary = new FakeVocabulary();
  /** Every generate request, in order of arrival. */
  readonly requests: GenerateRequest[] = [];
  /** Every load request, in order of arrival. */
  readonly loads: LoadRequest[] = [];
  readonly unloads: string[] = [];
  disposed = false;
  options: FakeEngineOptions;
  /** Largest number of generate calls that ran at once. */
  maxRunning = 0;
  #running = 0;
  #models = new Map<string, FakeModel>();
  #replies: FakeReply[] = [];
  #fault: FakeFault | null = null;
  #loadErrors: RetortError[] = [];
  #fallback: FallbackNotice | null = null;

  constructor(options: FakeEngineOptions = {}) {
    this.options = options;
  }

  /** Replies for the next generate calls, used once each before `options.reply`. */
  script(...replies: FakeReply[]): void {
    this.#replies.push(...replies);
  }

  /** The next generate call rejects with `engine_died` after `afterTokens` tokens; loaded models stay loaded. */
  dieNext(afterTokens = 0): void {
    this.#fault = { kind: "die", afterTokens };
  }

  /** The next generate call gives no sign of life after `afterTokens` tokens until it is cancelled. */
  stallNext(afterTokens = 0): void {
    this.#fault = { kind: "stall", afterTokens };
  }

  /** The next generate call rejects with `error`. */
  failNext(error: RetortError, afterTokens = 0): void {
    this.#fault = { kind: "error", afterTokens, error };
  }

  /** The next load rejects with `error`, e.g. `no_memory`. */
  failNextLoad(error: RetortError): void {
    this.#loadErrors.push(error);
  }

  setFallback(notice: FallbackNotice | null): void {
    this.#fallback = notice;
  }

  /** No generate call runs. */
  get idle(): boolean {
    return this.#running === 0;
  }

  /** Handles that are loaded now. */
  get handles(): string[] {
    return [...this.#models.keys()];
  }

  /** What a slot holds. */
  slotTokens(handle: string, slot: number): Uint32Array {
    return this.#model(handle).slots[slot] ?? new Uint32Array();
  }

  devices(): Promise<DeviceReport> {
    return Promise.resolve({
      devices: [{ backend: "cpu", name: "Fake CPU", totalBytes: 8e9, freeBytes: 4e9 }],
      backend: "cpu",
      reason: "This is the fake engine.",
      engineVersion: "fake",
      threads: 2,
    });
  }

  async load(request: LoadRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<LoadedModel> {
    this.loads.push(request);
    onProgress(0);
    await pause(this.options.loadDelayMs ?? 0, signal);
    const error = this.#loadErrors.shift();
    if (error !== undefined) throw error;
    if (signal.aborted) throw cancelled();
    onProgress(1);
    const loaded = describeModel(request, this.options.loadDelayMs ?? 0);
    const slots = Array.from({ length: request.sequences }, () => new Uint32Array());
    this.#models.set(request.handle, { request, loaded, slots });
    return loaded;
  }

  unload(handle: string): Promise<void> {
    this.unloads.push(handle);
    this.#models.delete(handle);
    return Promise.resolve();
  }

  async tokenize(handle: string, parts: PromptPart[]): Promise<Uint32Array> {
    this.#model(handle);
    return Uint32Array.from(parts.flatMap((part) => this.vocabulary.encode(part.text, part.special)));
  }

  async detokenize(handle: string, tokens: Uint32Array): Promise<string> {
    this.#model(handle);
    return this.vocabulary.decode(tokens);
  }

  async generate(request: GenerateRequest, onTokens: (events: TokenEvent[]) => void, signal: AbortSignal): Promise<GenerateResult> {
    this.requests.push(request);
    const model = this.#model(request.handle);
    if (model.request.embedding) throw notGeneratingModel(request.handle);
    if (request.tokens.length >= model.request.contextSize) throw contextOverflow(request.tokens.length, model.request.contextSize);
    if (request.grammar?.kind === "gbnf" && request.grammar.text === "") throw badGrammar("the grammar is empty");
    const fault = this.#fault;
    this.#fault = null;
    this.#running++;
    this.maxRunning = Math.max(this.maxRunning, this.#running);
    try {
      return await this.#generate(model, request, onTokens, signal, fault);
    } finally {
      this.#running--;
    }
  }

  async #generate(
    model: FakeModel,
    request: GenerateRequest,
    onTokens: (events: TokenEvent[]) => void,
    signal: AbortSignal,
    fault: FakeFault | null,
  ): Promise<GenerateResult> {
    const startedAt = nowMs();
    const cachedTokens = request.cachePrompt === false ? 0 : Math.min(commonPrefix(model.slots[request.slot] ?? new Uint32Array(), request.tokens), request.tokens.length - 1);
    const fresh = request.tokens.length - cachedTokens;
    const reply = this.#reply(request);
    const held = [...request.tokens];
    const stops = new StopMatcher(request.stop);
    const finish = (reason: GenerateResult["finish"], tail: string, stopText?: string): GenerateResult => {
      const slotTokens = Uint32Array.from(held);
      model.slots[request.slot] = slotTokens;
      return {
        finish: reason,
        ...(stopText === undefined ? {} : { stopText }),
        tail,
        promptTokens: request.tokens.length,
        cachedTokens,
        startedAt,
        endedAt: nowMs(),
        threads: this.options.threadsUsed ?? model.request.threads,
        pausedMs: 0,
        slotTokens,
      };
    };

    await pause((this.options.prefillMsPerToken ?? 0) * fresh, signal);
    for (let produced = 0; ; produced++) {
      if (fault !== null && produced >= fault.afterTokens) await strike(fault, signal);
      if (signal.aborted) return finish("cancelled", stops.flush());
      const token = reply[produced];
      const ended = token === undefined || token === FAKE_TOKENS.end;
      if (ended && request.ignoreEnd !== true) return finish("stop", stops.flush());
      if (produced >= request.maxTokens || held.length >= model.request.contextSize) return finish("length", stops.flush());
      await pause(this.options.tokenDelayMs ?? 0, signal);
      if (signal.aborted) return finish("cancelled", stops.flush());
      const id = token ?? FAKE_TOKENS.end;
      held.push(id);
      const step = stops.push(this.vocabulary.decode([id]));
      onTokens([this.#event(id, step.text, request.topLogprobs)]);
      if (step.stop !== null) return finish("stop", "", step.stop);
    }
  }

  async embed(handle: string, tokens: Uint32Array, signal: AbortSignal, lastState = false): Promise<Float32Array> {
    const model = this.#model(handle);
    if (!model.request.embedding && !lastState) throw notEmbeddingModel(handle);
    if (signal.aborted) throw cancelled();
    const vector = new Float32Array(EMBEDDING_SIZE);
    for (const token of tokens) vector[token % EMBEDDING_SIZE] = (vector[token % EMBEDDING_SIZE] ?? 0) + 1;
    const norm = Math.hypot(...vector) || 1;
    return vector.map((x) => x / norm);
  }

  /** Every token has probability one half. */
  async score(handle: string, tokens: Uint32Array, signal: AbortSignal): Promise<ScoreResult> {
    this.#model(handle);
    if (signal.aborted) throw cancelled();
    return { positions: [...tokens.slice(1)].map((token) => ({ token, logprob: -Math.LN2, top1: token })) };
  }

  /** The same handle twice: no distance. Two handles: 0.01 nats and 90 % agreement everywhere. */
  async divergence(handleA: string, handleB: string, tokens: Uint32Array, signal: AbortSignal): Promise<DivergenceResult> {
    this.#model(handleA);
    this.#model(handleB);
    if (signal.aborted) throw cancelled();
    const positions = tokens.length - 1;
    const distance = handleA === handleB ? 0 : 0.01;
    return {
      positions,
      klMean: distance,
      klMax: distance,
      kl: Array.from({ length: positions }, () => distance),
      top1Agreement: handleA === handleB ? 1 : 0.9,
      perplexityA: 2,
      perplexityB: 2,
    };
  }

  /** The file holds the tokens, as decimal numbers. */
  async saveSlot(handle: string, slot: number, tokens: Uint32Array, path: string): Promise<number | null> {
    const held = this.#models.get(handle)?.slots[slot];
    if (held?.join() !== tokens.join()) return null;
    await writeFile(path, tokens.join());
    return tokens.join().length;
  }

  async restoreSlot(handle: string, slot: number, path: string): Promise<Uint32Array> {
    const tokens = Uint32Array.from((await readFile(path, "utf8")).split(","), Number);
    this.#model(handle).slots[slot] = tokens;
    return tokens;
  }

  memory(): Promise<MemoryReport> {
    return Promise.resolve({
      models: [...this.#models.values()].map(({ loaded }) => ({ handle: loaded.handle, ...loaded.memory })),
      process: { rss: 300e6, rssAnon: 100e6, swap: 0 },
      vram: null,
    });
  }

  fallback(): FallbackNotice | null {
    return this.#fallback;
  }

  dispose(): void {
    this.disposed = true;
    this.#models.clear();
  }

  #model(handle: string): FakeModel {
    const model = this.#models.get(handle);
    if (model === undefined) throw notLoaded(handle);
    return model;
  }

  #reply(request: GenerateRequest): number[] {
    const reply = this.#replies.shift() ?? this.options.reply ?? "The answer is 42.";
    const text = typeof reply === "string" ? reply : reply(this.vocabulary.decode(request.tokens), request);
    const forbidden = new Set(request.sampling.logitBias.filter(([, bias]) => bias <= FORBIDDEN_BIAS).map(([token]) => token));
    return this.vocabulary.encode(text, true).filter((token) => !forbidden.has(token));
  }

  #event(token: number, text: string, topLogprobs: number | undefined): TokenEvent {
    const event: TokenEvent = { token, text, at: nowMs() };
    if (topLogprobs === undefined) return event;
    const own = { token, text: this.vocabulary.decode([token]), logprob: Math.log(0.5) };
    return { ...event, logprob: own.logprob, top: topLogprobs > 0 ? [own] : [] };
  }
}

function describeModel(request: LoadRequest, loadMs: number): LoadedModel {
  return {
    handle: request.handle,
    backend: "cpu",
    device: "Fake CPU",
    gpuLayers: 0,
    threads: request.threads,
    contextSize: request.contextSize,
    sequences: request.sequences,
    vocabSize: FakeVocabulary.size,
    memory: { weights: 100e6, kvCache: 10e6, compute: 5e6 },
    kvCacheType: request.kvCacheType,
    batchSize: request.prefillChunk,
    flashAttention: false,
    driver: null,
    loadMs,
    endTokens: [FAKE_TOKENS.end],
    bosToken: FAKE_TOKENS.begin,
    addBos: false,
    fim: { prefix: FAKE_TOKENS.fimPrefix, suffix: FAKE_TOKENS.fimSuffix, middle: FAKE_TOKENS.fimMiddle },
  };
}

async function strike(fault: FakeFault, signal: AbortSignal): Promise<void> {
  if (fault.kind === "die") throw engineDied("killed by the fake engine");
  if (fault.kind === "error" && fault.error !== undefined) throw fault.error;
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Waits, but not longer than until the abort. A wait of 0 is one turn of the event loop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) await new Promise((resolve) => setImmediate(resolve));
  else await sleep(ms, undefined, { signal }).catch((error: unknown) => { if (!signal.aborted) throw error; });
}
