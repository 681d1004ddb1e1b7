import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";

/** 32 values: scale and minimum in half precision, then 16 bytes; value i in the low half of byte i, value i + 16 in the high one. */
const BLOCK_BYTES = 20;

export const q4_1: BlockFormat = {
  name: "Q4_1",
  dequantise(source, target) {
    const halves = words(source);
    for (let at = 0, out = 0; out < target.length; at += BLOCK_BYTES, out += 32) {
      const scale = HALF_TO_FLOAT[halves[at >> 1]!]!;
      const minimum = HALF_TO_FLOAT[halves[(at >> 1) + 1]!]!;
      for (let i = 0; i < 16; i++) {
        const pair = source[at + 4 + i]!;
        target[out + i] = scale * (pair & 15) + minimum;
        target[out + i + 16] = scale * (pair >> 4) + minimum;
      }
    }
  },
};
