import type { Precision } from "./model.ts";

const QUANT_IN_NAME = /(?:^|[-._])(bf16|f16|fp16|f32|fp32|i?q\d(?:_[a-z0-9]+)*)(?=[-.]|$)/gi;

/** llama.cpp's type name as a file name carries it: `model-Q4_K_M.gguf` gives `Q4_K_M`. Undefined when it carries none. */
export function quantInName(fileName: string): string | undefined {
  const last = [...fileName.matchAll(QUANT_IN_NAME)].at(-1)?.[1];
  return last?.toUpperCase().replace(/^FP/, "F");
}

/** The side of the toggle a type belongs to. Everything but 16 or 32 bits and Q8_0 counts as `q4`: neither side. */
export function precisionOf(quant: string): Precision {
  if (["F16", "BF16", "F32"].includes(quant)) return "fp16";
  return quant === "Q8_0" ? "int8" : "q4";
}
