/** The part of a model's metadata that decides how large its KV cache is. */
export interface AttentionShape {
  block_count?: number;
  embedding_length?: number;
  attention?: {
    head_count?: number | readonly number[];
    head_count_kv?: number | readonly number[];
    key_length?: number;
    value_length?: number;
  };
}

/** Bytes per value: 16-bit floats, or blocks of 32 bytes with one 16-bit scale. */
const VALUE_BYTES = { f16: 2, q8_0: 34 / 32 } as const;

/** Bytes of the KV cache for `tokens` cells over all sequences; 0 where the metadata does not tell. */
export function kvCacheBytes(shape: AttentionShape, tokens: number, type: keyof typeof VALUE_BYTES): number {
  const { block_count: layers = 0, embedding_length: width = 0, attention = {} } = shape;
  const heads = perLayer(attention.head_count, layers);
  const kvHeads = perLayer(attention.head_count_kv ?? attention.head_count, layers);
  const headSize = (heads[0] ?? 0) > 0 ? width / (heads[0] ?? 1) : 0;
  const valuesPerHead = (attention.key_length ?? headSize) + (attention.value_length ?? headSize);
  return kvHeads.reduce((sum, count) => sum + count * valuesPerHead, 0) * tokens * VALUE_BYTES[type];
}

function perLayer(count: number | readonly number[] | undefined, layers: number): readonly number[] {
  return typeof count === "object" ? count : Array.from({ length: layers }, () => count ?? 0);
}
