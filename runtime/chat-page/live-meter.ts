import { seconds } from "./reply-measures.ts";

/** Counts one reply while it streams. Times are the page's own, so they hold the way through the network, too. */
export class LiveMeter {
  readonly #sentAt: number;
  #firstAt: number | null = null;
  #firstTokens = 0;
  #lastAt = 0;
  #tokens = 0;

  /** `sentAt`: when the request went off. All times in ms of one monotonic clock. */
  constructor(sentAt: number) {
    this.#sentAt = sentAt;
  }

  /** The server has said that there are `tokens` so far. */
  count(tokens: number, at: number): void {
    if (tokens <= this.#tokens) return;
    if (this.#firstAt === null) [this.#firstAt, this.#firstTokens] = [at, tokens];
    [this.#tokens, this.#lastAt] = [tokens, at];
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Time to the first token, in ms; null before it. */
  get ttftMs(): number | null {
    return this.#firstAt === null ? null : this.#firstAt - this.#sentAt;
  }

  /** Tokens per second after the first chunk; null until there is a second one. */
  get tokensPerSecond(): number | null {
    if (this.#firstAt === null || this.#lastAt <= this.#firstAt) return null;
    return (this.#tokens - this.#firstTokens) * 1000 / (this.#lastAt - this.#firstAt);
  }

  /** One line for the eye while it goes on. */
  line(): string {
    const { ttftMs, tokensPerSecond } = this;
    if (ttftMs === null) return "";
    return [`${this.#tokens} ${this.#tokens === 1 ? "token" : "tokens"}`, `first after ${seconds(ttftMs)}`, ...(tokensPerSecond === null ? [] : [`${tokensPerSecond.toFixed(1)} tok/s`])].join(" · ");
  }
}
