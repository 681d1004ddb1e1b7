import type { ContextChunk, ContextChunks } from "../completion-engine.ts";
import { ChunkRing } from "./chunk-ring.ts";
import type { ContextQuery, ContextSource } from "./context-source.ts";
import { type Candidate, rank, within } from "./ranking.ts";
import { withoutSecrets } from "./secrets.ts";

/** Tokens for other files. More is rarely read by a small model, and all of it is evaluated once. */
export const CONTEXT_TOKENS = 768;

export interface GathererOptions {
  sources: readonly ContextSource[];
  budget?: number;
  /** Told about a source that failed: the others go on. */
  onFailure(source: string, error: unknown): void;
}

/**
 * What the model is shown of the rest of the workspace. Between two refreshes it does not change: a chunk that came or
 * went with a key would make everything after it be evaluated anew.
 */
export class ContextGatherer implements ContextChunks {
  readonly #options: GathererOptions;
  readonly #ring: ChunkRing;
  readonly #budget: number;

  constructor(options: GathererOptions) {
    this.#options = options;
    this.#budget = options.budget ?? CONTEXT_TOKENS;
    this.#ring = new ChunkRing(this.#budget);
  }

  current(uri: string): readonly ContextChunk[] {
    return this.#ring.chunks(uri);
  }

  /** Asks all sources and takes up what fits the cursor best. True when the chunks have changed. Nothing changes after an abort. */
  async refresh(query: ContextQuery, signal: AbortSignal): Promise<boolean> {
    const candidates = (await Promise.all(this.#options.sources.map((source) => this.#ask(source, query, signal)))).flat();
    if (signal.aborted) return false;
    return this.#ring.update(within(rank(candidates, query.around), this.#budget), query.uri);
  }

  clear(): void {
    this.#ring.clear();
  }

  async #ask(source: ContextSource, query: ContextQuery, signal: AbortSignal): Promise<Candidate[]> {
    try {
      const snippets = await source.gather(query, signal);
      return snippets
        .map((snippet) => ({ snippet: { ...snippet, text: withoutSecrets(snippet.text) }, weight: source.weight }))
        .filter(({ snippet }) => snippet.text.trim() !== "");
    } catch (error) {
      this.#options.onFailure(source.name, error);
      return [];
    }
  }
}
