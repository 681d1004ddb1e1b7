/** What a model will need in memory, from its file alone. Pure; all sizes in bytes. */
import type { GgufFile, GgufTensor } from "./gguf/gguf.ts";
import { modelShape } from "./gguf/shape.ts";
import type { ModelShape } from "./gguf/shape.ts";
import { vocabulary } from "./gguf/facts.ts";
import { convertedBytes } from "./quant/plan.ts";

/** How a model is to be loaded. */
export interface MemoryOptions {
  /** Tokens per sequence. */
  contextSize: number;
  sequences: number;
  kvCacheType: "f16" | "q8_0";
  embedding: boolean;
  /** Tokens evaluated at once. Default {@link DEFAULT_BATCH}. */
  batch?: number;
  /** The processor that computes; left out for a GPU, whose memory holds none of what is added for it. */
  processor?: { amx: boolean };
}

export interface MemoryEstimate {
  weights: number;
  kvCache: number;
  /** Buffers for activations and logits. */
  compute: number;
  /** Tables of the tokens; 0 on a GPU. */
  vocabulary: number;
  total: number;
}

/** Settings that fit, as near as possible to what was asked for: `change` says which one differs. */
export interface Fit {
  change: "context" | "sequences" | "precision";
  contextSize: number;
  sequences: number;
  /** Set where only the INT8 file fits. */
  precision?: "int8";
  estimate: MemoryEstimate;
}

/** The longest prompt chunk that the engine is given. */
export const DEFAULT_BATCH = 128;
/** A context below this is of no use. */
const MIN_CONTEXT = 512;
/** The engine rounds contexts up to a multiple of this. */
const CONTEXT_STEP = 256;
/** Bytes per cached value: 34 bytes hold 32 of them in Q8_0. */
const KV_BYTES = { f16: 2, q8_0: 34 / 32 };
const FLOAT_BYTES = 4;
/** AMX keeps a sum beside each block of Q8_0. */
const AMX_EXTRA = 4 / 34;
/** Texts, merges and look-up tables of one token, in llama.cpp and in the engine: 390 measured with 49,152 tokens, 750 with 151,936. */
const VOCABULARY_BYTES = 700;
/** A file of these only becomes smaller as INT8. */
const WIDE_TYPES = ["F32", "F16", "BF16"];

/**
 * Weights are the file's tensors; where the output is the embedding matrix, llama.cpp keeps it twice. A processor with
 * matrix instructions (AMX) adds up to a tenth to INT8.
 * The KV cache is exact for full attention and an upper bound for sliding windows. Compute is measured to within a
 * tenth on SmolLM2 (24.6 MiB for 128 tokens, 102.5 MiB for 512).
 */
export function estimateMemory(file: GgufFile, options: MemoryOptions): MemoryEstimate {
  return estimateShape(modelShape(file), vocabulary(file).length, options, weightBytes(file, options));
}

/** Bytes of the weights that one step of generation reads: a matrix that only turns tokens into vectors is looked up, not read. */
export function weightsRead(file: GgufFile): number {
  const lookedUp = tiedEmbedding(file) === undefined ? file.tensors.find(({ name }) => name === "token_embd.weight")?.bytes ?? 0 : 0;
  return tensorBytes(file) - lookedUp;
}

function weightBytes(file: GgufFile, { processor }: Pick<MemoryOptions, "processor"> = {}): number {
  return tensorBytes(file) + (tiedEmbedding(file)?.bytes ?? 0) + (processor?.amx === true ? packed(file) * AMX_EXTRA : 0);
}

/** Bytes of the Q8_0 matrices that are multiplied with; the embedding is one of them where it is the output as well. */
function packed(file: GgufFile): number {
  const tied = tiedEmbedding(file)?.name;
  return file.tensors.reduce((sum, { name, typeName, bytes }) => sum + (typeName === "Q8_0" && (name !== "token_embd.weight" || name === tied) ? bytes : 0), 0);
}

function tensorBytes({ tensors }: GgufFile): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}

function tiedEmbedding({ tensors }: GgufFile): GgufTensor | undefined {
  return tensors.some(({ name }) => name === "output.weight") ? undefined : tensors.find(({ name }) => name === "token_embd.weight");
}

/** {@link estimateMemory} for a file that is not here: `weights` bytes of a model of this shape. */
export function estimateShape(shape: ModelShape, vocabularySize: number, options: MemoryOptions, weights: number): MemoryEstimate {
  const kvCache = options.embedding ? 0 : kvCacheBytes(shape, options);
  const compute = options.embedding ? embeddingCompute(shape, options) : generatingCompute(shape, vocabularySize, options);
  const tokens = options.processor === undefined ? 0 : vocabularySize * VOCABULARY_BYTES;
  return { weights, kvCache, compute, vocabulary: tokens, total: weights + kvCache + compute + tokens };
}

/**
 * The nearest settings that fit into `budget`: the longest context that is at least half as long, else fewer sequences,
 * else any context from 512 tokens on with one sequence, else the same with the INT8 file. Null where nothing fits.
 */
export function nearestFit(file: GgufFile, options: MemoryOptions, budget: number): Fit | null {
  const shape = modelShape(file);
  const vocabularySize = vocabulary(file).length;
  const weights = weightBytes(file, options);
  const fits = (change: Partial<MemoryOptions>, bytes = weights): MemoryEstimate | null => {
    const estimate = estimateShape(shape, vocabularySize, { ...options, ...change }, bytes);
    return estimate.total <= budget ? estimate : null;
  };
  const context = longestContext(options.contextSize, (contextSize) => fits({ contextSize }));
  if (context !== null && context.contextSize >= options.contextSize / 2) return { change: "context", sequences: options.sequences, ...context };
  for (let sequences = options.sequences - 1; sequences >= 1; sequences--) {
    const estimate = fits({ sequences });
    if (estimate !== null) return { change: "sequences", contextSize: options.contextSize, sequences, estimate };
  }
  const single = longestContext(options.contextSize, (contextSize) => fits({ contextSize, sequences: 1 }));
  if (single !== null) return { change: "context", sequences: 1, ...single };
  return int8Fit(file, options, fits);
}

function int8Fit(file: GgufFile, options: MemoryOptions, fits: (change: Partial<MemoryOptions>, bytes: number) => MemoryEstimate | null): Fit | null {
  if (!file.tensors.every(({ typeName }) => WIDE_TYPES.includes(typeName))) return null;
  const smaller = (convertedBytes(file, "int8") - file.dataOffset) * (weightBytes(file) / tensorBytes(file)) * (options.processor?.amx === true ? 1 + AMX_EXTRA : 1);
  const asAsked = fits({}, smaller);
  if (asAsked !== null) return { change: "precision", precision: "int8", contextSize: options.contextSize, sequences: options.sequences, estimate: asAsked };
  const single = longestContext(options.contextSize, (contextSize) => fits({ contextSize, sequences: 1 }, smaller));
  return single === null ? null : { change: "precision", precision: "int8", sequences: 1, ...single };
}

/** The longest context up to `wanted`, in whole steps, for which `fits` gives an estimate. */
function longestContext(wanted: number, fits: (contextSize: number) => MemoryEstimate | null): { contextSize: number; estimate: MemoryEstimate } | null {
  let low = Math.ceil(MIN_CONTEXT / CONTEXT_STEP);
  let high = Math.floor(wanted / CONTEXT_STEP);
  let best: { contextSize: number; estimate: MemoryEstimate } | null = null;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const estimate = fits(middle * CONTEXT_STEP);
    if (estimate === null) high = middle - 1;
    else {
      best = { contextSize: middle * CONTEXT_STEP, estimate };
      low = middle + 1;
    }
  }
  return best;
}

function kvCacheBytes(shape: ModelShape, { contextSize, sequences, kvCacheType }: MemoryOptions): number {
  const tokens = Math.ceil(contextSize / CONTEXT_STEP) * CONTEXT_STEP * sequences;
  const heads = shape.kvHeads.reduce((sum, count) => sum + count, 0);
  return Math.ceil(tokens * heads * (shape.keyLength + shape.valueLength) * KV_BYTES[kvCacheType]);
}

/** Logits of every token of a batch, and the widest layer's activations. */
function generatingCompute(shape: ModelShape, vocabularySize: number, { batch = DEFAULT_BATCH, sequences }: MemoryOptions): number {
  return Math.max(batch, sequences) * (vocabularySize + activations(shape)) * FLOAT_BYTES;
}

/** Pooling takes the whole text as one batch; the attention scores of one layer are kept in full. */
function embeddingCompute(shape: ModelShape, { contextSize }: MemoryOptions): number {
  return contextSize * (activations(shape) + contextSize * Math.max(...shape.heads)) * FLOAT_BYTES;
}

function activations({ embedding, feedForward }: ModelShape): number {
  return 4 * embedding + 2 * Math.max(...feedForward);
}
