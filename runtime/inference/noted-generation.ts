import { createHash } from "node:crypto";

import type { Usage } from "../api/types.ts";
import type { ReasoningPiece } from "../models/reasoning.ts";
import type { Timings } from "../timing.ts";
import type { GenerationPlan } from "./generation-plan.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { GenerationNote } from "./request-notes.ts";

/** Keeps what a generation brings while it runs, for whoever keeps a record of the request. */
export class NotedGeneration {
  readonly #model: ReadyModel;
  readonly #plan: GenerationPlan;
  #promptHash: string | undefined;
  readonly #texts: Record<ReasoningPiece["kind"], string> = { thinking: "", answer: "" };

  constructor(model: ReadyModel, plan: GenerationPlan) {
    this.#model = model;
    this.#plan = plan;
  }

  /** Computed once and late: nothing but the prompt itself stands before the first token. */
  get promptHash(): string {
    this.#promptHash ??= hashOf(this.#plan.promptText);
    return this.#promptHash;
  }

  push(pieces: readonly ReasoningPiece[]): void {
    for (const { kind, text } of pieces) this.#texts[kind] += text;
  }

  note(finish: GenerationNote["finish"], usage: Usage | null, timings: Timings | null): GenerationNote {
    const { entry, file, adapters } = this.#model;
    return {
      model: entry.id,
      precision: file.precision,
      file_sha256: file.sha256,
      lora: adapters.map(({ adapter, scale }) => ({ name: adapter.name, scale, file_sha256: adapter.sha256 })),
      prompt_sha256: this.promptHash,
      settings: Object.fromEntries(Object.entries(this.#plan.settings).map(([key, { value }]) => [key, value])),
      ...this.#texts,
      finish,
      usage,
      timings,
    };
  }
}

/** SHA-256 of a text, hex. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
