import { words } from "./block-format.ts";
import type { TargetFormat } from "./block-format.ts";
import { HALF_INFINITY, HALF_TO_FLOAT, halfFromFloatBits } from "./half.ts";

export const f16: TargetFormat = {
  name: "F16",

  dequantise(source, target) {
    const halves = words(source);
    for (let i = 0; i < target.length; i++) target[i] = HALF_TO_FLOAT[halves[i]!]!;
  },

  quantise(source, target) {
    const bits = new Int32Array(source.buffer, source.byteOffset, source.length);
    const halves = words(target);
    let finite = true;
    for (let i = 0; i < bits.length; i++) {
      const half = halfFromFloatBits(bits[i]!);
      halves[i] = half;
      if ((half & 0x7fff) >= HALF_INFINITY) finite = false;
    }
    return finite;
  },
};
