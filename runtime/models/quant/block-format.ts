/**
 * One way of storing weights in blocks. Buffers hold whole blocks and start at an even byte offset; the machine is
 * little-endian, as every platform that Retort is packaged for.
 */
export interface BlockFormat {
  /** ggml's name of the type. */
  name: string;
  /** Unpacks `source` into `target`; `target.length` is the number of values. */
  dequantise(source: Uint8Array, target: Float32Array): void;
}

/** A format that Retort also writes. */
export interface TargetFormat extends BlockFormat {
  /** Packs `source` into `target`. Returns false where a value is infinite or not a number in this format. */
  quantise(source: Float32Array, target: Uint8Array): boolean;
}

/** The same bytes as 16-bit words. */
export function words(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}
