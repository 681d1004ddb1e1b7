import { bf16 } from "./bf16.ts";
import type { BlockFormat } from "./block-format.ts";
import { f16 } from "./f16.ts";
import { f32 } from "./f32.ts";
import { q4_0 } from "./q4-0.ts";
import { q4_1 } from "./q4-1.ts";
import { q4_k } from "./q4-k.ts";
import { q5_0 } from "./q5-0.ts";
import { q5_1 } from "./q5-1.ts";
import { q5_k } from "./q5-k.ts";
import { q6_k } from "./q6-k.ts";
import { q8_0 } from "./q8-0.ts";

/**
 * Every format that Retort can unpack, by ggml's name. In all of them the products and sums of one value are exact in
 * a double, so that storing into a Float32Array rounds once, as single-precision arithmetic does.
 */
export const BLOCK_FORMATS: ReadonlyMap<string, BlockFormat> = new Map(
  [f32, f16, bf16, q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k].map((format) => [format.name, format]),
);
