/** What a model reads while it generates, in bytes. */
export interface ModelReads {
  /** Weights read for each step; all sequences of a batch share them. */
  weights: number;
  /** Keys and values of one token of context. */
  kvPerToken: number;
}

/**
 * Share of the measured memory bandwidth that generation uses: (bytes that a step reads) x (steps a second) / bandwidth.
 * A step reads the weights once for the whole batch, and of every sequence in it the cached context, here at its mean length.
 * Null where one of the figures is not known. Arithmetic and waiting take the rest; above 1 the cache of the processor helps.
 */
export function rooflineShare(reads: ModelReads | null, bandwidth: number | null, decode: { stepsPerSecond: number | null; batch: number; contextTokens: number }): number | null {
  if (reads === null || bandwidth === null || bandwidth <= 0 || decode.stepsPerSecond === null) return null;
  const bytes = reads.weights + decode.batch * decode.contextTokens * reads.kvPerToken;
  return (bytes * decode.stepsPerSecond) / bandwidth;
}
