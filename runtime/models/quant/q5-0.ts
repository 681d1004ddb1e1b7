import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";

/** 32 values: a half-precision scale, 4 bytes with the fifth bit of each value, then 16 bytes as in Q4_0. */
const BLOCK_BYTES = 22;

export const q5_0: BlockFormat = {
  name: "Q5_0",
  dequantise(source, target) {
    const halves = words(source);
    for (let at = 0, out = 0; out < target.length; at += BLOCK_BYTES, out += 32) {
      const scale = HALF_TO_FLOAT[halves[at >> 1]!]!;
      const high = halves[(at >> 1) + 1]! | (halves[(at >> 1) + 2]! << 16);
      for (let i = 0; i < 16; i++) {
        const pair = source[at + 6 + i]!;
        target[out + i] = scale * (((pair & 15) | (((high >>> i) & 1) << 4)) - 16);
        target[out + i + 16] = scale * (((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) - 16);
      }
    }
  },
};
