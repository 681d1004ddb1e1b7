import type { LoraRequest } from "../api/types.ts";
import type { Grammar, Sampling } from "../engine/engine.ts";
import type { ModelEntry, Precision } from "../models/model.ts";
import type { Settings } from "../models/profile.ts";
import type { Priority } from "../scheduler/request-queue.ts";
import type { GenerationObserver } from "./generation-observer.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { RequestNotes } from "./request-notes.ts";

/** What every request that generates text brings along. */
export interface Caller {
  priority: Priority;
  signal: AbortSignal;
  /** When the front accepted the request, monotonic ms. */
  acceptedAt: number;
  /** False: refuse with `model_loading` instead of waiting for a load. */
  waitForLoad: boolean;
  /** How long the model stays in memory after this request; null: until its place is needed, undefined: as before. */
  keepAliveMs?: number | null | undefined;
  /** Who asks, for a fair share between several. */
  client: string;
  /** An earlier generation of the same request has had a slot: this one is not refused, whoever waits. */
  isAccepted?: boolean;
  /** Called when the generation has its slot. */
  granted?: () => void;
  /** Counts what generations take. */
  observer: GenerationObserver;
  /** Null: nobody keeps a record. */
  notes: RequestNotes | null;
}

/** One generation, ready for the engine but for its slot. Made anew when a request moves to another precision. */
export interface GenerationPlan {
  tokens: Uint32Array;
  /** The prompt as text, for its hash. */
  promptText: string;
  maxTokens: number;
  sampling: Sampling;
  stop: string[];
  grammar?: Grammar;
  grammarAfter?: string;
  topLogprobs?: number;
  cachePrompt: boolean;
  ignoreEnd: boolean;
  /** Whether the reply may hold a think block, and whether the prompt has opened it. */
  reasoning: { enabled: boolean; opened: boolean };
  settings: Settings;
  warnings: string[];
}

export interface GenerationTarget {
  entry: ModelEntry;
  /** Undefined: whichever is active. */
  precision: Precision | undefined;
  /** Adapters that the request names, beside that of its model. */
  lora?: readonly LoraRequest[] | undefined;
  plan(model: ReadyModel): Promise<GenerationPlan>;
}
