/** Half-precision numbers as 16-bit patterns: sign 1, exponent 5, fraction 10. */

/** First pattern that is infinite or not a number, the sign left out. */
export const HALF_INFINITY = 0x7c00;

const HALF_OVERFLOW_BITS = 0x47800000; // 65536 as a float32
const HALF_NORMAL_BITS = 0x38800000; // 2^-14, the smallest normal half
const EXPONENT_SHIFT_BITS = 0x38000000; // the two exponent biases' difference, 112, in place
const HALF_TINY_BITS = 0x33000000; // 2^-25, half of the smallest half

/** The float behind every pattern: a look-up is faster than taking the pattern apart. */
export const HALF_TO_FLOAT = buildTable();

/** The nearest half to the float32 with this pattern, ties to even. Not-a-numbers become the quiet one. */
export function halfFromFloatBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= HALF_OVERFLOW_BITS) return sign | (magnitude > 0x7f800000 ? 0x7e00 : HALF_INFINITY);
  if (magnitude >= HALF_NORMAL_BITS) return sign | ((magnitude - EXPONENT_SHIFT_BITS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  if (magnitude <= HALF_TINY_BITS) return sign;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  const below = (1 << (shift - 1)) - 1;
  return sign | ((fraction + below + ((fraction >>> shift) & 1)) >>> shift);
}

function buildTable(): Float32Array {
  const table = new Float32Array(0x10000);
  for (let half = 0; half < 0x10000; half++) {
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 0) table[half] = sign * fraction * 2 ** -24;
    else if (exponent < 31) table[half] = sign * (1024 + fraction) * 2 ** (exponent - 25);
    else table[half] = fraction === 0 ? sign * Infinity : NaN;
  }
  return table;
}
