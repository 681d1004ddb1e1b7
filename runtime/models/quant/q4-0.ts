import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";
import { HALF_TO_FLOAT } from "./half.ts";

/** 32 values: a half-precision scale, then 16 bytes; value i in the low half of byte i, value i + 16 in the high one. */
const BLOCK_BYTES = 18;

export const q4_0: BlockFormat = {
  name: "Q4_0",
  dequantise(source, target) {
    const halves = words(source);
    for (let at = 0, out = 0; out < target.length; at += BLOCK_BYTES, out += 32) {
      const scale = HALF_TO_FLOAT[halves[at >> 1]!]!;
      for (let i = 0; i < 16; i++) {
        const pair = source[at + 2 + i]!;
        target[out + i] = scale * ((pair & 15) - 8);
        target[out + i + 16] = scale * ((pair >> 4) - 8);
      }
    }
  },
};
