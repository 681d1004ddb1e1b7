import { encodeEntry } from "../../runtime/models/gguf/encode.ts";
import type { GgufArray, GgufFile, GgufValue } from "../../runtime/models/gguf/gguf.ts";
import { readGguf } from "../../runtime/models/gguf/read.ts";
import { tensorTypeNamed } from "../../runtime/models/gguf/tensor-types.ts";
import { writeGguf } from "../../runtime/models/gguf/write.ts";
import type { TensorSource, Written } from "../../runtime/models/gguf/write.ts";
import { f16 } from "../../runtime/models/quant/f16.ts";
import { seeded } from "../helpers/tiny-gguf.ts";

/** Sizes of a model of the Qwen2 family. */
export interface ModelShape {
  name: string;
  sizeLabel: string;
  layers: number;
  hidden: number;
  feedForward: number;
  heads: number;
  kvHeads: number;
  /** False: the family's chat template is left out; it would make a reasoning model of this one. Default true. */
  chatTemplate?: boolean;
}

/** That of DeepSeek-R1-Distill-Qwen-1.5B (its config.json). Head size is 1536 / 12 = 128. */
export const R1_SHAPE: ModelShape = {
  name: "Random weights in the shape of DeepSeek R1 Distill Qwen 1.5B", sizeLabel: "1.5B",
  layers: 28, hidden: 1536, feedForward: 8960, heads: 12, kvHeads: 2,
};

const VOCABULARY = 151_936;
const CONTEXT = 131_072;
const ROPE_BASE = 10_000;
const RMS_EPSILON = 1e-6;

/** Standard deviation about that of trained weights: logits stay finite. */
const WEIGHT_SCALE = 0.02;
/** Random values made once and used again and again. A prime, so that no two rows of a matrix are the same. */
const RANDOM_VALUES = 1_048_573;
const ALIGNMENT = 32;

/**
 * Writes an F16 model with a given shape, the real tokenizer of DeepSeek-R1-Distill-Qwen-1.5B and seeded random weights
 * (3.6 GB in that model's shape, streamed). `header` is the first part of a file of the same family, whose head holds the tokenizer.
 * For measuring speed and memory only; the same input gives the same file on every machine.
 */
export async function makeSyntheticModel({ header, out, shape = R1_SHAPE }: { header: string; out: string; shape?: ModelShape }): Promise<Written> {
  const family = await readGguf(header, undefined, { headerOnly: true });
  const entries = [...metadata(family, shape)].map(([key, value]) => encodeEntry(key, value));
  return writeGguf(out, { entries, tensors: tensors(shape), alignment: ALIGNMENT });
}

/** The family's metadata with this model's sizes, and the vocabulary cut to its rows. */
function metadata(family: GgufFile, shape: ModelShape): Map<string, GgufValue> {
  const uint32 = (data: number): GgufValue => ({ type: "uint32", data });
  const changes: Array<[key: string, value: GgufValue]> = [
    ["general.name", { type: "string", data: shape.name }],
    ["general.size_label", { type: "string", data: shape.sizeLabel }],
    ["general.file_type", uint32(1)],
    ["qwen2.block_count", uint32(shape.layers)],
    ["qwen2.context_length", uint32(CONTEXT)],
    ["qwen2.embedding_length", uint32(shape.hidden)],
    ["qwen2.feed_forward_length", uint32(shape.feedForward)],
    ["qwen2.attention.head_count", uint32(shape.heads)],
    ["qwen2.attention.head_count_kv", uint32(shape.kvHeads)],
    ["qwen2.rope.freq_base", { type: "float32", data: ROPE_BASE }],
    ["qwen2.attention.layer_norm_rms_epsilon", { type: "float32", data: RMS_EPSILON }],
    ["tokenizer.ggml.tokens", cut(family, "tokenizer.ggml.tokens")],
    ["tokenizer.ggml.token_type", cut(family, "tokenizer.ggml.token_type")],
  ];
  const result = new Map(family.metadata);
  for (const [key, value] of changes) result.set(key, value);
  if (shape.chatTemplate === false) result.delete("tokenizer.chat_template");
  return result;
}

function cut(family: GgufFile, key: string): GgufValue {
  const value = family.metadata.get(key);
  if (value?.type !== "array") throw new Error(`${family.path} has no ${key}`);
  const { of, items } = value.data as GgufArray;
  return { type: "array", data: { of, items: items.slice(0, VOCABULARY) } };
}

function tensors({ layers, hidden, feedForward, heads, kvHeads }: ModelShape): TensorSource[] {
  const kvWidth = (hidden / heads) * kvHeads;
  const random = new RandomWeights();
  const matrix = (name: string, rowLength: number, rows: number): TensorSource => ({
    name, type: tensorTypeNamed("F16"), dims: [rowLength, rows], data: () => random.halves(rowLength * rows),
  });
  const bias = (name: string, length: number): TensorSource => ({ name, type: tensorTypeNamed("F32"), dims: [length], data: () => [random.floats(length)] });
  const norm = (name: string): TensorSource => ({
    name, type: tensorTypeNamed("F32"), dims: [hidden], data: () => [new Uint8Array(new Float32Array(hidden).fill(1).buffer)],
  });
  const layer = (i: number): TensorSource[] => [
    norm(`blk.${i}.attn_norm.weight`),
    matrix(`blk.${i}.attn_q.weight`, hidden, hidden), bias(`blk.${i}.attn_q.bias`, hidden),
    matrix(`blk.${i}.attn_k.weight`, hidden, kvWidth), bias(`blk.${i}.attn_k.bias`, kvWidth),
    matrix(`blk.${i}.attn_v.weight`, hidden, kvWidth), bias(`blk.${i}.attn_v.bias`, kvWidth),
    matrix(`blk.${i}.attn_output.weight`, hidden, hidden),
    norm(`blk.${i}.ffn_norm.weight`),
    matrix(`blk.${i}.ffn_gate.weight`, hidden, feedForward),
    matrix(`blk.${i}.ffn_up.weight`, hidden, feedForward),
    matrix(`blk.${i}.ffn_down.weight`, feedForward, hidden),
  ];
  return [
    matrix("token_embd.weight", hidden, VOCABULARY),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    norm("output_norm.weight"),
    matrix("output.weight", hidden, VOCABULARY),
  ];
}

/** An endless ring of random values; every tensor goes on where the last one stopped. */
class RandomWeights {
  readonly #floats: Float32Array;
  readonly #halves: Uint8Array;
  #position = 0;

  constructor() {
    const random = seeded(1536);
    this.#floats = Float32Array.from({ length: RANDOM_VALUES }, () => WEIGHT_SCALE * normal(random));
    this.#halves = new Uint8Array(RANDOM_VALUES * 2);
    f16.quantise(this.#floats, this.#halves);
  }

  /** `count` values in half precision, in pieces. */
  *halves(count: number): Iterable<Uint8Array> {
    for (let left = count; left > 0;) {
      const start = this.#position;
      const end = Math.min(RANDOM_VALUES, start + left);
      yield this.#halves.subarray(start * 2, end * 2);
      left -= end - start;
      this.#position = end % RANDOM_VALUES;
    }
  }

  /** `count` values in single precision, from the ring's start. */
  floats(count: number): Uint8Array {
    return new Uint8Array(this.#floats.buffer, 0, count * 4);
  }
}

/** A normally distributed number (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
