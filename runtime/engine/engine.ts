import type { Disposable } from "../dispose.ts";

/** A piece of a prompt. Control tokens are recognised only in `special` parts; user text stays text. */
export interface PromptPart {
  text: string;
  special: boolean;
}

export type Backend = "cuda" | "vulkan" | "metal" | "cpu";

/** Which back end to use; `auto` takes the best that works. */
export type GpuChoice = "auto" | Backend;

/** A LoRA adapter and how strongly it works. Its file has been checked against the model's, when it had this length and time. */
export interface LoraAdapter {
  name: string;
  path: string;
  bytes: number;
  mtimeMs: number;
  scale: number;
}

/** How to load one GGUF file. The file has passed the GGUF check. */
export interface LoadRequest {
  /** The engine's handle for it, chosen by the caller: `<model id>@<precision>`. */
  handle: string;
  path: string;
  gpu: GpuChoice;
  /** Layers on the GPU; `auto` fits them to free memory. */
  gpuLayers: number | "auto";
  /** Physical cores by default. Never the library's own default. */
  threads: number;
  /** Tokens per sequence. */
  contextSize: number;
  /** Sequences (slots) in the context. */
  sequences: number;
  /** Prompt tokens evaluated between two looks at the cancel flag. */
  prefillChunk: number;
  kvCacheType: "f16" | "q8_0";
  /** Make an embedding context instead of a generating one. */
  embedding: boolean;
  /** Adapters of this context. Its weights are those of every other context of the same file, in memory once. */
  lora?: LoraAdapter[];
}

/** Memory in bytes; null where the platform does not tell. */
export interface ModelMemory {
  weights: number;
  kvCache: number;
  compute: number;
}

export interface LoadedModel {
  handle: string;
  backend: Backend;
  /** Name of the device in use, e.g. the GPU's or the CPU's model name. */
  device: string;
  gpuLayers: number;
  threads: number;
  contextSize: number;
  sequences: number;
  vocabSize: number;
  memory: ModelMemory;
  kvCacheType: LoadRequest["kvCacheType"];
  /** Prompt tokens that one evaluation takes. */
  batchSize: number;
  flashAttention: boolean | "auto";
  /** Version of the GPU's driver; null on the CPU and where it does not tell. */
  driver: string | null;
  loadMs: number;
  /** Token ids that end a generation. */
  endTokens: number[];
  bosToken: number | null;
  addBos: boolean;
  /** Fill-in-the-middle marker ids, where the vocabulary has them. */
  fim: { prefix: number; suffix: number; middle: number } | null;
}

/** Sampling as the engine applies it. temperature 0 is greedy. */
export interface Sampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  seed: number;
  repeatPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  /** Added to the logits of these token ids. -100 or less forbids. */
  logitBias: Array<[token: number, bias: number]>;
}

/** The value may come several times, each between two markers, as models write calls of functions. */
export interface CallMarkers {
  open: string;
  close: string;
  /** Values at most. */
  most: number;
  /** The first opening marker stands before the grammar begins. */
  isOpen: boolean;
}

/** A constraint on the output. */
export type Grammar =
  | { kind: "json_schema"; schema: Record<string, unknown>; calls?: CallMarkers }
  | { kind: "json_object" }
  | { kind: "gbnf"; text: string };

export interface GenerateRequest {
  handle: string;
  /** Index of the sequence to use, 0-based. The caller grants slots; two requests never share one. */
  slot: number;
  /** The whole prompt. The engine re-uses the longest prefix that the slot already holds. */
  tokens: Uint32Array;
  /** False: nothing that the slot holds is re-used. Default true. */
  cachePrompt?: boolean;
  /** 0: the prompt is evaluated, for the next request on this slot, and nothing is generated. */
  maxTokens: number;
  sampling: Sampling;
  /** Generation ends before any of these; they are not part of the text. */
  stop: string[];
  grammar?: Grammar;
  /** The grammar applies only after this text has been generated (the end of a thinking block). */
  grammarAfter?: string;
  /**
   * Number of alternatives with log-probabilities for each token; undefined: none are computed. 0 (the token's own)
   * costs next to nothing in greedy generation; all else costs a second evaluation per token.
   */
  topLogprobs?: number;
  /** 1 (background) to 5 (completion): order within a batch. */
  priority: number;
  /** Go on after an end token. For measurements only. */
  ignoreEnd?: boolean;
}

/** Natural-log probability of one token. */
export interface TokenLogprob {
  token: number;
  text: string;
  logprob: number;
}

/** One generated token. */
export interface TokenEvent {
  token: number;
  /** Text that became certain with this token; "" while a character or a stop string is incomplete. */
  text: string;
  /** Engine clock, `nowMs()`. */
  at: number;
  logprob?: number;
  top?: TokenLogprob[];
}

export interface GenerateResult {
  finish: "stop" | "length" | "cancelled";
  /** The stop string that ended it, if one did. */
  stopText?: string;
  /** Text that was held back and became certain at the end, after the last token event. */
  tail: string;
  promptTokens: number;
  cachedTokens: number;
  /** Engine clock: work on this request began, and ended. */
  startedAt: number;
  endedAt: number;
  /** What the slot holds now, for prefix routing. */
  slotTokens: Uint32Array;
  /** The fewest threads that any of its evaluations had: less than asked for while other programs use the cores. */
  threads: number;
  /** How long it stood still for completions, in ms. */
  pausedMs: number;
}

/** Teacher-forced score of one position: how likely the model finds `token` after all tokens before it. */
export interface PositionScore {
  token: number;
  logprob: number;
  /** The most likely token here. */
  top1: number;
}

export interface ScoreResult {
  /** positions[i] scores tokens[i + 1]; length is tokens.length - 1. */
  positions: PositionScore[];
}

/** Distance of two loaded files over the same tokens. `a` is the reference (FP16). Natural logarithms. */
export interface DivergenceResult {
  positions: number;
  /** KL(a || b) per position, in nats: mean, maximum and the list. Over the full vocabulary. */
  klMean: number;
  klMax: number;
  kl: number[];
  /** Share of positions whose most likely token is the same. */
  top1Agreement: number;
  perplexityA: number;
  perplexityB: number;
}

export interface DeviceInfo {
  backend: Backend;
  name: string;
  totalBytes: number | null;
  freeBytes: number | null;
}

export interface DeviceReport {
  /** All devices that work here, the CPU included. */
  devices: DeviceInfo[];
  /** The back end in use and one sentence why. */
  backend: Backend;
  reason: string;
  engineVersion: string;
  threads: number;
}

export interface MemoryReport {
  models: Array<{ handle: string } & ModelMemory>;
  process: { rss: number; rssAnon: number | null; swap: number | null };
  vram: { used: number; total: number } | null;
}

/** Set while the engine runs on another back end than asked for. */
export interface FallbackNotice {
  from: Backend;
  to: Backend;
  reason: string;
}

/**
 * Native inference, seen from the runtime. Every method rejects with a RetortError. Codes of its own:
 * `engine_died`, `engine_stalled`, `context_overflow`, `no_memory`, `load_failed`, `not_loaded`, `cancelled`.
 */
export interface Engine extends Disposable {
  devices(): Promise<DeviceReport>;
  load(request: LoadRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<LoadedModel>;
  unload(handle: string): Promise<void>;
  /** Token ids of the parts, concatenated. No begin token is added. */
  tokenize(handle: string, parts: PromptPart[]): Promise<Uint32Array>;
  detokenize(handle: string, tokens: Uint32Array): Promise<string>;
  /** Streams tokens to `onTokens` and resolves when the generation has ended, also when cancelled. */
  generate(request: GenerateRequest, onTokens: (events: TokenEvent[]) => void, signal: AbortSignal): Promise<GenerateResult>;
  /** A vector of length 1. With `lastState` a generating model gives that of its last token; else it refuses. */
  embed(handle: string, tokens: Uint32Array, signal: AbortSignal, lastState?: boolean): Promise<Float32Array>;
  score(handle: string, tokens: Uint32Array, signal: AbortSignal): Promise<ScoreResult>;
  divergence(handleA: string, handleB: string, tokens: Uint32Array, signal: AbortSignal): Promise<DivergenceResult>;
  /**
   * Writes what a slot holds into the empty file at `path`; resolves to its length. Null: the slot does not hold just
   * `tokens`, or its state is of no use elsewhere. Never loads a model for it.
   */
  saveSlot(handle: string, slot: number, tokens: Uint32Array, path: string): Promise<number | null>;
  /** Fills a slot from a file that {@link saveSlot} wrote for the same model and settings. Resolves to the tokens that it holds. */
  restoreSlot(handle: string, slot: number, path: string): Promise<Uint32Array>;
  memory(): Promise<MemoryReport>;
  /** Non-null while a fallback is in force. */
  fallback(): FallbackNotice | null;
}
