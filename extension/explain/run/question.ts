import type { ChatRequest } from "../../../runtime/api/types.ts";
import { withClosedThought } from "../../../runtime/client/closed-thought.ts";
import type { ChatReply, ReplyDelta } from "../../../runtime/client/replies.ts";
import { isCancelled } from "../../../runtime/errors.ts";
import { nowMs } from "../../../runtime/timing.ts";
import { estimateTokens } from "../context/tokens.ts";

/** Sends a request to a model; its words come by `onDelta`. */
export type Send = (request: ChatRequest, options: { signal: AbortSignal; onDelta: (delta: ReplyDelta) => void }) => Promise<ChatReply>;

export interface QuestionOptions {
  send: Send;
  /** Ends all of it. */
  signal: AbortSignal;
  /** Tokens of thinking at most, by estimate: whoever reaches them answers. */
  thinkingTokens: number;
  onDelta?: (delta: ReplyDelta) => void;
  /** The model has begun to think (true), or answers or has ended (false). */
  onThinking?: (thinks: boolean) => void;
  /** The thinking was ended, and the answer is asked for. */
  onCut?: () => void;
}

/** How a question was answered. */
export interface Answered {
  /** Of a question whose thinking was ended: `timings` and `usage` are those of the answer. */
  reply: ChatReply;
  /** The thinking was ended from outside. */
  cut: boolean;
  /** From the request to the first text of any kind, ms; null: there was none. */
  firstTextMs: number | null;
}

/** However long a model has thought, it may say this many tokens. */
const LEAST_ANSWER_TOKENS = 64;
/** Of all tokens, thinking never has more than this share. */
const MOST_THINKING_SHARE = 0.75;

/**
 * One question to a model that may think first. When the thinking reaches its cap, or {@link answerNow} is called, the
 * request is ended and sent once more with the thought closed: the model goes on with its answer, and a runtime of ours
 * finds the prompt in its cache.
 */
export class Question {
  readonly #options: QuestionOptions;
  readonly #cut = new AbortController();
  #thinking = "";
  #state: "waiting" | "thinking" | "answering" = "waiting";
  #cap = Infinity;
  #sentAt = 0;
  #firstTextAt: number | null = null;

  constructor(options: QuestionOptions) {
    this.#options = options;
  }

  /** True while there is a thought that {@link answerNow} can end. */
  get thinks(): boolean {
    return this.#state === "thinking" && !this.#cut.signal.aborted;
  }

  /** Ends the thinking. Nothing while the model does not think. */
  answerNow(): void {
    if (!this.thinks) return;
    this.#cut.abort();
    this.#options.onThinking?.(false);
  }

  /** Asks, once in the life of this. Errors: those of the client, `cancelled` when the signal was aborted. */
  async ask(request: ChatRequest): Promise<Answered> {
    const limit = request.max_tokens ?? Infinity;
    this.#cap = Math.min(this.#options.thinkingTokens, limit * MOST_THINKING_SHARE);
    this.#sentAt = nowMs();
    try {
      const reply = await this.#first(request);
      if (reply !== null && !ranOutOfThoughts(reply)) return this.#answered(reply);
      // What still comes is thinking only where a server begins anew; it is not cut twice.
      this.#cap = Infinity;
      this.#options.onCut?.();
      const left = Math.max(LEAST_ANSWER_TOKENS, limit - estimateTokens(this.#thinking));
      return this.#answered(await this.#send(withClosedThought(request, this.#thinking, left), this.#options.signal), true);
    } finally {
      if (this.thinks) this.#options.onThinking?.(false);
    }
  }

  /** The reply; null when the thinking was ended. */
  async #first(request: ChatRequest): Promise<ChatReply | null> {
    const { signal } = this.#options;
    try {
      return await this.#send(request, AbortSignal.any([signal, this.#cut.signal]));
    } catch (error) {
      if (isCancelled(error) && this.#cut.signal.aborted && !signal.aborted) return null;
      throw error;
    }
  }

  #send(request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
    return this.#options.send(request, { signal, onDelta: (delta) => this.#take(delta, signal) });
  }

  #take(delta: ReplyDelta, signal: AbortSignal): void {
    // What was under way when the thought was ended belongs to no answer.
    if (signal.aborted) return;
    this.#firstTextAt ??= nowMs();
    this.#move(delta.kind === "thinking" ? "thinking" : "answering");
    this.#options.onDelta?.(delta);
    if (delta.kind !== "thinking") return;
    this.#thinking += delta.text;
    if (estimateTokens(this.#thinking) >= this.#cap) this.answerNow();
  }

  #move(state: "thinking" | "answering"): void {
    if (this.#state === state) return;
    const before = this.thinks;
    this.#state = state;
    if (this.thinks !== before) this.#options.onThinking?.(this.thinks);
  }

  #answered(reply: ChatReply, cut = false): Answered {
    return { reply, cut, firstTextMs: this.#firstTextAt === null ? null : this.#firstTextAt - this.#sentAt };
  }
}

/** Thinking took all the tokens that the request allowed. */
function ranOutOfThoughts({ answer, thinking, finish }: ChatReply): boolean {
  return answer === "" && thinking !== "" && finish === "length";
}
