import type { EvaluationPriority, LlamaContextSequence, LlamaGrammar, Token } from "node-llama-cpp";

import { RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { batchPlace } from "./batch-place.ts";
import { evenChunks, growingChunks } from "./chunks.ts";
import { contextOverflow, numericError } from "./engine-errors.ts";
import type { GenerateRequest, GenerateResult, TokenEvent } from "./engine.ts";
import { GrammarGate } from "./grammar.ts";
import { greedyTokens, type SampledToken } from "./greedy-tokens.ts";
import { lastTokenLogprobs, withText } from "./logprobs.ts";
import type { ModelSession } from "./model-session.ts";
import { prefill } from "./prefill.ts";
import type { Job } from "./protocol.ts";
import { type RightOfWay, URGENT } from "./right-of-way.ts";
import { samplingOptions } from "./sampling.ts";
import { takeSharedPrefix } from "./shared-prefix.ts";
import { StopMatcher } from "./stop-matcher.ts";
import { TokenText } from "./token-text.ts";

/** Why a generation ended, and the stop string if it was one. */
interface Ending {
  finish: GenerateResult["finish"];
  stopText?: string;
}

/** One generation on one slot: prefill, then one event for each token. */
export class Generation {
  readonly #session: ModelSession;
  readonly #sequence: LlamaContextSequence;
  readonly #request: GenerateRequest;
  readonly #prompt: Token[];
  readonly #priority: EvaluationPriority;
  readonly #text: TokenText;
  readonly #stops: StopMatcher;
  readonly #gate: GrammarGate | null;
  readonly #ends: ReadonlySet<number>;
  readonly #way: RightOfWay;
  #history: number[];
  #threads: number;
  #pausedMs = 0;

  constructor(session: ModelSession, sequence: LlamaContextSequence, request: GenerateRequest, grammar: LlamaGrammar | null, way: RightOfWay) {
    this.#session = session;
    this.#sequence = sequence;
    this.#request = request;
    this.#prompt = checkedPrompt(request, session.loaded.contextSize);
    this.#priority = batchPlace(request.priority, request.slot);
    this.#text = new TokenText(session.decode, this.#prompt);
    this.#stops = new StopMatcher(request.stop);
    this.#gate = grammar === null ? null : new GrammarGate(session.model, grammar, request.grammarAfter);
    this.#ends = new Set(session.loaded.endTokens);
    this.#way = way;
    this.#history = [...this.#prompt];
    this.#threads = session.loaded.threads;
  }

  async run(onToken: (event: TokenEvent) => void, job: Job): Promise<GenerateResult> {
    const startedAt = nowMs();
    if (!job.signal.aborted) await this.#reuse();
    const { cached, last } = await prefill(this.#sequence, this.#prompt, (tokens) => this.#cut(tokens), this.#priority, job, () => this.#pause(job.signal));
    const ending = last.length === 0 ? { finish: "cancelled" as const } : await this.#decode(last, onToken, job.signal);
    this.#session.samplers.left();
    const { tail, stopText } = this.#close(ending);
    return {
      finish: stopText === undefined ? ending.finish : "stop",
      ...(stopText === undefined ? {} : { stopText }),
      tail,
      promptTokens: this.#prompt.length,
      cachedTokens: cached,
      startedAt,
      endedAt: nowMs(),
      threads: this.#threads,
      pausedMs: this.#pausedMs,
      slotTokens: Uint32Array.from(this.#sequence.contextTokens),
    };
  }

  /** Leaves in the slot what the prompt begins with, from the slot itself or from another one. */
  async #reuse(): Promise<void> {
    const { sequences, changes } = this.#session;
    // The last token is always evaluated anew: its logits give the first token.
    const reusable = this.#prompt.slice(0, -1);
    await changes.make(async () => {
      if (this.#request.cachePrompt === false) return await this.#sequence.clearHistory();
      await takeSharedPrefix(this.#sequence, sequences, reusable);
      await this.#sequence.adaptStateToTokens(reusable, false);
    });
  }

  /** A GPU is through with the largest piece in the time of the smallest. */
  #cut(tokens: readonly Token[]): Token[][] {
    const { request: { prefillChunk }, loaded: { backend } } = this.#session;
    return this.#request.priority >= URGENT && backend === "cpu" ? growingChunks(tokens, prefillChunk) : evenChunks(tokens, prefillChunk);
  }

  async #decode(last: Token[], onToken: (event: TokenEvent) => void, signal: AbortSignal): Promise<Ending> {
    if (this.#request.maxTokens <= 0) {
      await this.#sequence.evaluateWithoutGeneratingNewTokens(last, { evaluationPriority: this.#priority });
      return { finish: "length" };
    }
    let generated = 0;
    for await (const { token, logprob } of this.#tokens(last)) {
      const at = nowMs();
      if (signal.aborted) return { finish: "cancelled" };
      if (this.#ends.has(token) && this.#request.ignoreEnd !== true) return { finish: "stop" };
      const stopText = await this.#accept(token, at, logprob, onToken);
      if (stopText !== null) return { finish: "stop", stopText };
      if (++generated >= this.#request.maxTokens || this.#isFull()) return { finish: "length" };
      await this.#pause(signal);
      if (signal.aborted) return { finish: "cancelled" };
    }
    throw numericError("the sampler gave no token");
  }

  /** Lets a completion go first, and changes of other slots in between. */
  async #pause(signal: AbortSignal): Promise<void> {
    await this.#session.changes.pass();
    this.#pausedMs += await this.#way.pass(this.#request.priority, signal);
  }

  async *#tokens(last: Token[]): AsyncGenerator<SampledToken, void, void> {
    const sampling = samplingOptions(this.#session.model, this.#request.sampling, () => this.#history);
    if (this.#isPlainGreedy() && this.#request.topLogprobs === 0) return yield* greedyTokens(this.#sequence, last, sampling, this.#priority);
    const tokens = this.#sequence.evaluate(last, {
      ...sampling,
      ...(this.#gate === null ? {} : { grammarEvaluationState: this.#gate.current }),
      evaluationPriority: this.#priority,
      yieldEogToken: true,
    });
    for await (const token of tokens) yield { token };
  }

  /** True where nothing changes the model's own logits, and the likeliest token is taken. */
  #isPlainGreedy(): boolean {
    const { temperature, repeatPenalty, frequencyPenalty, presencePenalty, logitBias } = this.#request.sampling;
    return this.#gate === null && temperature === 0 && repeatPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0 && logitBias.length === 0;
  }

  /** Makes the token's event. Returns the stop string that it completed, or null. */
  async #accept(token: Token, at: number, logprob: number | undefined, onToken: (event: TokenEvent) => void): Promise<string | null> {
    this.#history.push(token);
    this.#threads = Math.min(this.#threads, this.#sequence.context.currentThreads);
    const piece = this.#text.push(token);
    this.#gate?.push(piece);
    const { text, stop } = this.#stops.push(piece);
    if (this.#request.topLogprobs !== undefined) this.#session.samplers.left();
    onToken({ token, text, at, ...(logprob === undefined ? await this.#logprobs(token) : { logprob, top: [] }) });
    return stop;
  }

  async #logprobs(token: Token): Promise<Pick<TokenEvent, "logprob" | "top">> {
    const count = this.#request.topLogprobs;
    if (count === undefined) return {};
    const { logprob, top } = await lastTokenLogprobs(this.#sequence, token, count, this.#priority, this.#session.changes);
    return { logprob, top: withText(top, (one) => this.#session.decode([one])) };
  }

  /** The next evaluation would not fit: a context is never shifted silently. */
  #isFull(): boolean {
    return this.#sequence.nextTokenIndex >= this.#session.loaded.contextSize - 1;
  }

  /** Text that was held back becomes certain, unless a stop string ended the text. It may complete one itself. */
  #close(ending: Ending): { tail: string; stopText?: string } {
    if (ending.stopText !== undefined) return { tail: "", stopText: ending.stopText };
    const { text, stop } = this.#stops.push(this.#text.flush());
    return stop === null ? { tail: text + this.#stops.flush() } : { tail: text, stopText: stop };
  }
}

function checkedPrompt(request: GenerateRequest, contextSize: number): Token[] {
  if (request.tokens.length === 0) {
    throw new RetortError({ code: "empty_prompt", message: "The prompt has no tokens.", hint: "Send at least one character.", status: 400 });
  }
  if (request.tokens.length >= contextSize) throw contextOverflow(request.tokens.length, contextSize);
  return Array.from(request.tokens) as Token[];
}
