import { words } from "./block-format.ts";
import type { BlockFormat } from "./block-format.ts";

/** The upper half of a float32. */
export const bf16: BlockFormat = {
  name: "BF16",
  dequantise(source, target) {
    const values = words(source);
    const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
    for (let i = 0; i < bits.length; i++) bits[i] = values[i]! << 16;
  },
};
