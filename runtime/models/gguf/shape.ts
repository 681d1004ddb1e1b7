import { badGguf } from "./errors.ts";
import type { GgufHeader } from "./gguf.ts";
import { MAX_CONTEXT, MAX_LAYERS, MAX_WIDTH } from "./limits.ts";
import { integerAt, perLayer, stringAt } from "./values.ts";

/** The sizes of a transformer that decide what it costs. Lists have one entry per layer. */
export interface ModelShape {
  /** llama.cpp's name: llama, qwen2 … */
  architecture: string;
  layers: number;
  /** Longest context the model was trained for, in tokens. */
  context: number;
  /** Hidden size. */
  embedding: number;
  feedForward: number[];
  heads: number[];
  /** Heads that the KV cache holds; 0 in a layer without attention. */
  kvHeads: number[];
  /** Values per head. */
  keyLength: number;
  valueLength: number;
}

/** The shape from the metadata. Throws `gguf_architecture` or `gguf_value` where it is missing or absurd. */
export function modelShape(file: GgufHeader): ModelShape {
  const architecture = architectureOf(file);
  const key = (name: string): string => `${architecture}.${name}`;
  const layers = required(key("block_count"), integerAt(file, key("block_count"), 1, MAX_LAYERS));
  const context = required(key("context_length"), integerAt(file, key("context_length"), 1, MAX_CONTEXT));
  const embedding = required(key("embedding_length"), integerAt(file, key("embedding_length"), 1, MAX_WIDTH));
  const none = new Array<number>(layers).fill(0);
  const heads = perLayer(file, key("attention.head_count"), layers, 0, MAX_WIDTH) ?? none;
  const headLength = Math.floor(embedding / Math.max(1, ...heads));
  return {
    architecture,
    layers,
    context,
    embedding,
    feedForward: perLayer(file, key("feed_forward_length"), layers, 0, MAX_WIDTH) ?? none,
    heads,
    kvHeads: perLayer(file, key("attention.head_count_kv"), layers, 0, MAX_WIDTH) ?? heads,
    keyLength: integerAt(file, key("attention.key_length"), 1, MAX_WIDTH) ?? headLength,
    valueLength: integerAt(file, key("attention.value_length"), 1, MAX_WIDTH) ?? headLength,
  };
}

/** Architecture name. Whether the engine knows it, only the engine can say. */
function architectureOf(file: GgufHeader): string {
  const name = stringAt(file, "general.architecture");
  if (name === undefined) throw badGguf("gguf_architecture", "The file does not say which architecture it holds.");
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) throw badGguf("gguf_architecture", "The file's architecture is not a plain name.");
  return name;
}

function required(key: string, value: number | undefined): number {
  if (value === undefined) throw badGguf("gguf_value", `The file has no ${key}.`);
  return value;
}
