import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";

/**
 * 256 values in two halves of 128: 128 bytes of low 4 bits, 64 bytes of high 2 bits, 16 signed group scales (one for
 * 16 values), a half-precision scale. Within a half, row r (0 to 3) has 32 values: its low bits stand in the r-th
 * quarter (rows 2 and 3 in the upper half of the bytes of rows 0 and 1), its high bits at bit 2 r.
 */
const BLOCK_BYTES = 210;
const HIGH_AT = 128;
const SCALES_AT = 192;
const SCALE_AT = 208;

export const q6_k: BlockFormat = {
  name: "Q6_K",
  dequantise(source, target) {
    const halves = words(source);
    for (let at = 0, out = 0; out < target.length; at += BLOCK_BYTES, out += 256) {
      const scale = HALF_TO_FLOAT[halves[(at + SCALE_AT) >> 1]!]!;
      for (let row = 0; row < 8; row++) dequantiseRow(source, at, row, scale, target, out + row * 32);
    }
  },
};

function dequantiseRow(source: Uint8Array, at: number, row: number, scale: number, target: Float32Array, out: number): void {
  const half = row >> 2;
  const rowInHalf = row & 3;
  const low = at + half * 64 + (rowInHalf & 1) * 32;
  const lowShift = (rowInHalf >> 1) * 4;
  const high = at + HIGH_AT + half * 32;
  for (let i = 0; i < 32; i++) {
    const groupScale = (source[at + SCALES_AT + row * 2 + (i >> 4)]! << 24) >> 24;
    const value = ((source[low + i]! >> lowShift) & 15) | (((source[high + i]! >> (rowInHalf * 2)) & 3) << 4);
    target[out + i] = scale * groupScale * (value - 32);
  }
}
