import type { Clock } from "./clock.ts";
import type { CompletionEngine, ContextChunks, FillRequest } from "./completion-engine.ts";
import type { DocumentView } from "./document-view.ts";
import { Generation } from "./generation.ts";
import type { Shape } from "./line-policy.ts";
import { layoutPrompt } from "./prompt-layout.ts";

/** How alternatives differ from the most probable text. */
export interface Sampling {
  temperature: number;
  seed: number;
}

/** The engine works on one request of this window at a time: a new one ends the one before. */
export class EngineTurn {
  readonly #engine: CompletionEngine;
  readonly #context: ContextChunks;
  readonly #clock: Clock;
  #generation: Generation | null = null;

  constructor(engine: CompletionEngine, context: ContextChunks, clock: Clock) {
    this.#engine = engine;
    this.#context = context;
    this.#clock = clock;
  }

  /** What the engine is working on. */
  get running(): Generation | null {
    return this.#generation?.running === true ? this.#generation : null;
  }

  start(view: DocumentView, shape: Shape, sampling?: Sampling): Generation {
    this.stop();
    const request = { ...this.request(view, shape.maxTokens), ...sampling };
    this.#generation = new Generation(this.#engine, this.#clock, view, request, shape.decodeLines);
    return this.#generation;
  }

  stop(): void {
    this.running?.stop();
    this.#generation = null;
  }

  request(view: DocumentView, maxTokens: number): FillRequest {
    return { ...layoutPrompt(view), chunks: this.#context.current(view.uri), maxTokens, stop: [], temperature: 0 };
  }
}
