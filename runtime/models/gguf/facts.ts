/** What a checked file says about the model in it. Pure. */
import type { GgufHeader } from "./gguf.ts";
import { modelShape } from "./shape.ts";
import { arrayAt, booleanAt, integerAt, stringAt } from "./values.ts";

/** Fill-in-the-middle marker ids. */
export interface FimTokens {
  prefix: number;
  suffix: number;
  middle: number;
}

/** general.file_type → llama.cpp's name of the mixture. */
const FILE_TYPES: Record<number, string> = {
  0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L",
  14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS",
  23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M",
  32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4", 39: "NVFP4", 40: "Q1_0",
};

/** Encoders that can only embed. */
const EMBEDDING_ARCHITECTURES = new Set([
  "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2", "jina-bert-v3", "eurobert", "gemma-embedding", "llama-embed", "t5encoder",
]);

/** Texts that mark fill-in-the-middle, by vocabulary family, where no metadata key names the ids. Same list as the engine's. */
const FIM_TEXTS: Record<keyof FimTokens, string[]> = {
  prefix: ["<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>"],
  suffix: ["<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>"],
  middle: ["<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>"],
};
const FIM_KEYS: Record<keyof FimTokens, string[]> = {
  prefix: ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"],
  suffix: ["tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"],
  middle: ["tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id"],
};

/** The vocabulary, by token id. */
export function vocabulary(file: GgufHeader): string[] {
  return (arrayAt(file, "tokenizer.ggml.tokens", "string") ?? []) as string[];
}

/** Longest context the model was trained for, in tokens. */
export function contextLength(file: GgufHeader): number {
  return modelShape(file).context;
}

/** The model's own name, where it has one. */
export function modelName(file: GgufHeader): string | undefined {
  return stringAt(file, "general.name");
}

/** Source of the Jinja chat template, where the file has one. */
export function chatTemplate(file: GgufHeader): string | undefined {
  return stringAt(file, "tokenizer.chat_template");
}

/** Id of a special token: `bos`, `eos`, `unknown`, `padding`; undefined where the file has none. */
export function specialToken(file: GgufHeader, name: "bos" | "eos" | "unknown" | "padding"): number | undefined {
  return tokenId(file, `tokenizer.ggml.${name}_token_id`);
}

/** True for a model that yields vectors and no text: an encoder, or a decoder with pooling. */
export function isEmbeddingModel(file: GgufHeader): boolean {
  const { architecture } = modelShape(file);
  if (EMBEDDING_ARCHITECTURES.has(architecture)) return true;
  const pooling = integerAt(file, `${architecture}.pooling_type`, 0, 255) ?? 0;
  return pooling > 0 || booleanAt(file, `${architecture}.attention.causal`) === false;
}

/** llama.cpp's name of the file's quantisation; by the tensors where the file does not say. */
export function quantName(file: GgufHeader): string {
  const stated = FILE_TYPES[integerAt(file, "general.file_type", 0, 2 ** 31) ?? -1];
  return stated ?? commonestType(file);
}

/** The type that most of the weights' bytes have. */
function commonestType(file: GgufHeader): string {
  const bytes = new Map<string, number>();
  for (const tensor of file.tensors) bytes.set(tensor.typeName, (bytes.get(tensor.typeName) ?? 0) + tensor.bytes);
  const [most] = [...bytes].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? "unknown";
}

/**
 * Fill-in-the-middle markers, or null where one of the three is missing. That a vocabulary has them does not mean
 * that the model was trained with them: the R1 distillates inherit Qwen's unused markers. The catalogue decides.
 */
export function fimTokens(file: GgufHeader): FimTokens | null {
  const tokens = vocabulary(file);
  const find = (role: keyof FimTokens): number | undefined => {
    const stated = FIM_KEYS[role].map((key) => tokenId(file, key)).find((id) => id !== undefined);
    if (stated !== undefined) return stated;
    const index = tokens.findIndex((token) => FIM_TEXTS[role].includes(token));
    return index < 0 ? undefined : index;
  };
  const prefix = find("prefix");
  const suffix = find("suffix");
  const middle = find("middle");
  return prefix === undefined || suffix === undefined || middle === undefined ? null : { prefix, suffix, middle };
}

/** A token id under `key`. One outside the vocabulary counts as none, as in the engine. */
function tokenId(file: GgufHeader, key: string): number | undefined {
  const id = integerAt(file, key, -1, 2 ** 32);
  return id === undefined || id < 0 || id >= vocabulary(file).length ? undefined : id;
}
