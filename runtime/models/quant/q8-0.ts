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

  quantise(source, target) {
    const bits = new Int32Array(source.buffer, source.byteOffset, source.length);
    const scales = words(target);
    const weights = new Int8Array(target.buffer, target.byteOffset, target.byteLength);
    let finite = true;
    for (let start = 0, block = 0; start < source.length; start += BLOCK, block++) {
      const scale = scaleOf(floatFromBits(largestMagnitude(bits, start)));
      const half = halfFromFloatBits(bitsOfFloat(scale));
      if (half >= HALF_INFINITY) finite = false;
      scales[block * BLOCK_WORDS] = half;
      const inverse = inverseOf(scale);
      const first = block * BLOCK_BYTES + 2;
      for (let i = 0; i < BLOCK; i++) {
        const magnitude = (Math.abs(Math.fround(source[start + i]! * inverse)) + 0.5) | 0;
        weights[first + i] = signed(magnitude, bits[start + i]!);
      }
    }
    return finite;
  },
};

// ggml's reference: scale = largest magnitude / 127, weight = value / scale, halves rounded away from zero, all in
// single precision. A double product or quotient of two floats, rounded to single precision, is the float result.

function scaleOf(largest: number): number {
  return Math.fround(largest / 127);
}

/** Of the float scale, not of the half that is stored. Infinite for a scale too small for a half: the weights become 0. */
function inverseOf(scale: number): number {
  return scale === 0 ? 0 : Math.fround(1 / scale);
}

/** Patterns of positive floats have the order of the floats, not-a-numbers last. `lead` avoids a branch to mispredict. */
function largestMagnitude(floats: Int32Array, start: number): number {
  let largest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const lead = largest - (floats[i]! & 0x7fffffff);
    largest -= lead & (lead >> 31);
  }
  return largest;
}

/** `magnitude` with the sign bit of `pattern`, without a branch. */
function signed(magnitude: number, pattern: number): number {
  const sign = pattern >> 31;
  return (magnitude ^ sign) - sign;
}

function bitsOfFloat(value: number): number {
  scratchFloat[0] = value;
  return scratchBits[0]!;
}

function floatFromBits(bits: number): number {
  scratchBits[0] = bits;
  return scratchFloat[0]!;
}
