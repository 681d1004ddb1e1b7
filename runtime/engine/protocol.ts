import type { ErrorFields } from "../errors.ts";
import type {
  DeviceReport,
  DivergenceResult,
  GenerateRequest,
  GenerateResult,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  PromptPart,
  ScoreResult,
  TokenEvent,
} from "./engine.ts";

/** What the parent can ask of the engine process, and what each call answers. */
export interface EngineCalls {
  devices: { args: object; result: DeviceReport };
  load: { args: { request: LoadRequest }; result: LoadedModel };
  unload: { args: { handle: string }; result: null };
  tokenize: { args: { handle: string; parts: PromptPart[] }; result: Uint32Array };
  detokenize: { args: { handle: string; tokens: Uint32Array }; result: string };
  generate: { args: { request: GenerateRequest }; result: GenerateResult };
  embed: { args: { handle: string; tokens: Uint32Array; lastState: boolean }; result: Float32Array };
  score: { args: { handle: string; tokens: Uint32Array }; result: ScoreResult };
  divergence: { args: { handleA: string; handleB: string; tokens: Uint32Array }; result: DivergenceResult };
  saveSlot: { args: { handle: string; slot: number; tokens: Uint32Array; path: string }; result: number | null };
  restoreSlot: { args: { handle: string; slot: number; path: string }; result: Uint32Array };
  memory: { args: object; result: MemoryReport };
}

export type EngineOperation = keyof EngineCalls;

/** One call with its arguments, for any operation. */
export type EngineCall = { [O in EngineOperation]: { op: O } & EngineCalls[O]["args"] }[EngineOperation];

/**
 * Parent to child. `id` is chosen by the parent, unique in the child's life. `cancelled`: the caller has given up
 * already, and the call is made for its answer only.
 */
export type ParentMessage = { kind: "call"; id: number; call: EngineCall; cancelled: boolean } | { kind: "cancel"; id: number };

/**
 * Child to parent. Every call ends with exactly one `result` or `error`. `progress` is a sign of life: a prompt chunk,
 * a scored position, a part of a load (`share` from 0 to 1, null where there is none).
 */
export type ChildMessage =
  | { kind: "result"; id: number; value: EngineCalls[EngineOperation]["result"] }
  | { kind: "error"; id: number; error: ErrorFields }
  | { kind: "progress"; id: number; share: number | null }
  | { kind: "tokens"; id: number; events: TokenEvent[] };

/** What a running call can tell, and how it learns that nobody waits any more. */
export interface Job {
  signal: AbortSignal;
  progress(share?: number): void;
}
