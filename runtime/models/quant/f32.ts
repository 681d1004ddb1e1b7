import type { BlockFormat } from "./block-format.ts";

export const f32: BlockFormat = {
  name: "F32",
  dequantise(source, target) {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(source.subarray(0, target.byteLength));
  },
};
