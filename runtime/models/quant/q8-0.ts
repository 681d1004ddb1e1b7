import { words } from "./block-format.ts";
import type { TargetFormat } from "./block-format.ts";
import { HALF_INFINITY, HALF_TO_FLOAT, halfFromFloatBits } from "./half.ts";

/** Values per block: a half-precision scale, then one signed byte each. */
const BLOCK = 32;
const BLOCK_BYTES = 34;
const BLOCK_WORDS = 17;

/** One number seen as a float and as its pattern. */
const scratchFloat = new Float32Array(1);
const scratchBits = new Int32Array(scratchFloat.buffer);

export const q8_0: TargetFormat = {
  name: "Q8_0",

  dequantise(source, target) {
    const scales = words(source);
    const weights = new Int8Array(source.buffer, source.byteOffset, source.byteLength);
    for (let start = 0, block = 0; start < target.length; start += BLOCK, block++) {
      const scale = HALF_TO_FLOAT[scales[block * BLOCK_WORDS]!]!;
      const first = block * BLOCK_BYTES + 2;
      for (let i = 0; i < BLOCK; i++) target[start + i] = scale * weights[first + i]!;
    }
  },

  /** As ggml's reference: scale = largest magnitude / 127; weight = value / scale, halves rounded away from zero. */
  quantise(source, target) {
    const bits = new Int32Array(source.buffer, source.byteOffset, source.length);
    const scales = words(target);
    const weights = new Int8Array(target.buffer, target.byteOffset, target.byteLength);
    let largestScale = 0;
    for (let start = 0, block = 0; start < source.length; start += BLOCK, block++) {
      const scale = Math.fround(largestMagnitude(bits, start) / 127);
      // From the float32 scale, not from the stored half. An infinite one (of a scale too small for a half) yields zeros.
      const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
      scratchFloat[0] = scale;
      const half = halfFromFloatBits(scratchBits[0]!);
      scales[block * BLOCK_WORDS] = half;
      largestScale = Math.max(largestScale, half);
      const first = block * BLOCK_BYTES + 2;
      for (let i = 0; i < BLOCK; i++) {
        const magnitude = (Math.abs(Math.fround(source[start + i]! * inverse)) + 0.5) | 0;
        // Gives the magnitude its sign without a branch, which would be mispredicted every second time.
        const sign = bits[start + i]! >> 31;
        weights[first + i] = (magnitude ^ sign) - sign;
      }
    }
    return largestScale < HALF_INFINITY;
  },
};

/** Patterns of positive floats have the order of the floats, and not-a-numbers come last. */
function largestMagnitude(bits: Int32Array, start: number): number {
  let largest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude > largest) largest = magnitude;
  }
  scratchBits[0] = largest;
  return scratchFloat[0]!;
}
