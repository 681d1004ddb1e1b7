import { RetortError } from "../errors.ts";

/** What another server is asked to add to its streams. Learns from what the server shows, so that each is asked for what it has. */
export class StreamOptions {
  #refused = false;
  #counts = false;

  /** `cards`: the server's list of models. vLLM counts tokens in every chunk where it is asked to. */
  learn(cards: ReadonlyArray<{ owned_by?: unknown }>): void {
    this.#counts ||= cards.some(({ owned_by: owner }) => owner === "vllm");
  }

  /** Fields for the body of a request. */
  fields(): { stream_options?: { include_usage: true; continuous_usage_stats?: true } } {
    if (this.#refused) return {};
    return { stream_options: { include_usage: true, ...(this.#counts ? { continuous_usage_stats: true } : {}) } };
  }

  /** True once: the server does not know the field, which is left out from now on. */
  refusedBy(error: unknown): boolean {
    if (this.#refused || !(error instanceof RetortError) || ![400, 422].includes(error.status)) return false;
    this.#refused = /stream_options|include_usage|continuous_usage_stats/.test(`${error.message} ${error.param ?? ""}`);
    return this.#refused;
  }
}
