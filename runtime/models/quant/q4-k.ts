import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";
import { groupMinimum, groupScale, K_SCALE_BYTES } from "./k-scales.ts";

/** 256 values in 8 groups: two half-precision scales, 12 bytes of group scales and minima, then 128 bytes of 4-bit values. */
const BLOCK_BYTES = 144;
const VALUES_AT = 4 + K_SCALE_BYTES;

export const q4_k: BlockFormat = {
  name: "Q4_K",
  dequantise(source, target) {
    const halves = words(source);
    for (let at = 0, out = 0; out < target.length; at += BLOCK_BYTES, out += 256) {
      const scale = HALF_TO_FLOAT[halves[at >> 1]!]!;
      const minScale = HALF_TO_FLOAT[halves[(at >> 1) + 1]!]!;
      for (let group = 0; group < 8; group++) {
        const factor = scale * groupScale(source, at + 4, group);
        const minimum = minScale * groupMinimum(source, at + 4, group);
        const from = at + VALUES_AT + (group >> 1) * 32;
        const shift = (group & 1) * 4;
        for (let i = 0; i < 32; i++) target[out + group * 32 + i] = factor * ((source[from + i]! >> shift) & 15) - minimum;
      }
    }
  },
};
