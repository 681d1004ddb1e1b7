/** A piece of other code that helps: part of a file, a definition, the diagnostics. */
export interface ContextChunk {
  /** As the model shall see it: a path relative to the workspace. */
  filename: string;
  text: string;
}

/** One question to the model: what stands at the cursor? */
export interface FillRequest {
  /** Whole lines above the cursor's line, each with its line end. */
  prefix: string;
  /** The cursor's line up to the cursor. Changes with every key, so the model sees it last. */
  typed: string;
  /** The rest of the cursor's line and what follows. */
  suffix: string;
  /** In stable order: new ones are appended, so that what was evaluated stays valid. */
  chunks: readonly ContextChunk[];
  maxTokens: number;
  stop: readonly string[];
  /** 0 unless alternatives are wanted. */
  temperature: number;
  seed?: number;
}

/** Text that has become certain, with the probability of each token that made it, 0 to 1. Empty where the server tells none. */
export interface FillPiece {
  text: string;
  probabilities: readonly number[];
}

/** Tokens and times in ms of one answer, for the log and the statistics. */
export interface FillEnd {
  finish: "stop" | "length";
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  ttftMs: number | null;
  decodeTokS: number | null;
  /** Time in the runtime's queue. Null or absent where the server does not tell. */
  queueMs?: number | null;
}

/** How the model can complete: by filling in the middle, or by going on with the text before the cursor. */
export type FillMode = { kind: "fim" | "continuation"; model: string } | { kind: "refused"; model: string; reason: string; instead: string | null };

/** The model, seen from the completion pipeline. Rejections are RetortErrors, `cancelled` after an abort. */
export interface CompletionEngine {
  mode(): Promise<FillMode>;
  /** Streams to `onPiece`. An abort of `signal` reaches the decoder. */
  fill(request: FillRequest, onPiece: (piece: FillPiece) => void, signal: AbortSignal): Promise<FillEnd>;
  /** Evaluates all but the answer, in idle time and at background priority. */
  warm(request: FillRequest, signal: AbortSignal): Promise<void>;
}

/** Other code that helps, gathered in idle time: the same between two keys, so that what was evaluated stays valid. */
export interface ContextChunks {
  current(uri: string): readonly ContextChunk[];
}
