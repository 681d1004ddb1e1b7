import type { LlamaContext, LlamaContextSequence, LlamaEmbeddingContext, LlamaModel } from "node-llama-cpp";

import { RetortError } from "../errors.ts";
import { notGeneratingModel } from "./engine-errors.ts";
import type { BatchOrder } from "./batch-order.ts";
import type { LoadedModel, LoadRequest } from "./engine.ts";
import { SamplerGarbage } from "./sampler-garbage.ts";
import type { Weights } from "./shared-weights.ts";
import { StateChanges } from "./state-changes.ts";

/** One loaded file with its context. Knows which slots are in use and waits for them before it goes. */
export class ModelSession {
  readonly request: LoadRequest;
  readonly model: LlamaModel;
  readonly loaded: LoadedModel;
  readonly embedding: LlamaEmbeddingContext | null;
  /** For whatever changes what a slot holds, other than by evaluating. */
  readonly changes = new StateChanges();
  /** To be told of each sampler that the library made and has no more use for. */
  readonly samplers: SamplerGarbage;
  readonly #weights: Weights;
  readonly #context: LlamaContext | LlamaEmbeddingContext | null;
  readonly #sequences: LlamaContextSequence[];
  readonly #order: BatchOrder;
  readonly #busy = new Set<number>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(
    request: LoadRequest,
    weights: Weights,
    loaded: LoadedModel,
    contexts: { order: BatchOrder; generating: LlamaContext | null; sequences: LlamaContextSequence[]; embedding: LlamaEmbeddingContext | null },
  ) {
    this.request = request;
    this.model = weights.model;
    this.#weights = weights;
    this.loaded = loaded;
    this.samplers = new SamplerGarbage(loaded.vocabSize);
    this.embedding = contexts.embedding;
    this.#context = contexts.generating ?? contexts.embedding;
    this.#sequences = contexts.sequences;
    this.#order = contexts.order;
  }

  /** Text of tokens; control tokens come out as their text, so that nothing the model says vanishes. */
  readonly decode = (tokens: readonly number[], before: readonly number[] = []): string =>
    this.model.detokenize(tokens as Parameters<LlamaModel["detokenize"]>[0], true, before as Parameters<LlamaModel["detokenize"]>[0]);

  /** The slots' sequences, whoever uses them. */
  get sequences(): readonly LlamaContextSequence[] {
    return this.#sequences;
  }

  /** Runs `work` alone on a slot. */
  async withSlot<T>(slot: number, work: (sequence: LlamaContextSequence) => Promise<T>): Promise<T> {
    if (this.embedding !== null) throw notGeneratingModel(this.request.handle);
    const sequence = this.#sequences[slot];
    if (sequence === undefined) throw badSlot(`There is no slot ${slot}; the model has ${this.#sequences.length}.`);
    if (this.#busy.has(slot)) throw badSlot(`Slot ${slot} is in use by another request.`);
    this.#busy.add(slot);
    try {
      return await this.#order.running(() => work(sequence));
    } finally {
      this.#busy.delete(slot);
    }
  }

  /** Runs `work` with a signal that also fires when the model is being unloaded. */
  async run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = work(AbortSignal.any([signal, this.#closing.signal]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Cancels what runs, waits for it, then frees the memory. */
  async dispose(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#context?.dispose();
    await this.#weights.release();
  }
}

function badSlot(message: string): RetortError {
  return new RetortError({ code: "bad_slot", message, hint: "The scheduler must grant a free slot first.", status: 500 });
}
