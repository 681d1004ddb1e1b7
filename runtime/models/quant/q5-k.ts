import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";
import { groupMinimum, groupScale, K_SCALE_BYTES } from "./k-scales.ts";

/** As Q4_K, with 32 bytes of fifth bits before the 4-bit values: bit `group` of byte i belongs to value i of that group. */
const BLOCK_BYTES = 176;
const HIGH_AT = 4 + K_SCALE_BYTES;
const VALUES_AT = HIGH_AT + 32;

export const q5_k: BlockFormat = {
  name: "Q5_K",
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
        for (let i = 0; i < 32; i++) {
          const high = (source[at + HIGH_AT + i]! >> group) & 1;
          target[out + group * 32 + i] = factor * (((source[from + i]! >> shift) & 15) | (high << 4)) - minimum;
        }
      }
    }
  },
};
