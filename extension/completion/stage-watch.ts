import type { Clock } from "./clock.ts";
import type { Generation } from "./generation.ts";
import type { Answer, CompletionRequest, RequestRecord } from "./request.ts";

/** Where the time of one request goes. */
export class StageWatch {
  readonly #clock: Clock;
  readonly #request: CompletionRequest;
  readonly #startedAt: number;
  #debounce: number | null = null;
  #filter: number | null = null;
  #generation: Generation | null = null;

  constructor(clock: Clock, request: CompletionRequest) {
    this.#clock = clock;
    this.#request = request;
    this.#startedAt = clock.now();
  }

  async debounced(waiting: Promise<void>): Promise<void> {
    const from = this.#clock.now();
    try {
      await waiting;
    } finally {
      this.#debounce = this.#clock.now() - from;
    }
  }

  generating(generation: Generation): void {
    this.#generation = generation;
  }

  filtered<T>(filter: () => T): T {
    const from = this.#clock.now();
    const result = filter();
    this.#filter = this.#clock.now() - from;
    return result;
  }

  /** Tells `report` once all is known: the engine's own numbers come when it is done. */
  report(answer: Answer, report: (record: RequestRecord) => void): void {
    const { id, view: { languageId }, invoked } = this.#request;
    const now = this.#clock.now();
    const generation = this.#generation;
    const ttft = generation?.ttftMs ?? null;
    const stages = {
      debounce: this.#debounce,
      queue: null,
      ttft,
      decode: generation === null || ttft === null ? null : Math.max(0, now - generation.startedAt - ttft - (this.#filter ?? 0)),
      filter: this.#filter,
      total: now - this.#startedAt,
    };
    const record = { id, languageId, invoked, answer, stages, promptTokens: null, cachedTokens: null, generatedTokens: 0 };
    if (generation === null) return report(record);
    void generation.settled.then((end) => report({
      ...record,
      stages: { ...stages, queue: end?.queueMs ?? null },
      promptTokens: end?.promptTokens ?? null,
      cachedTokens: end?.cachedTokens ?? null,
      generatedTokens: generation.draft.generated,
    }));
  }
}
