import { writeFile } from "node:fs/promises";
import { encodeEntry } from "../../runtime/models/gguf/encode.ts";
import type { GgufData, GgufValueType } from "../../runtime/models/gguf/gguf.ts";
import { tensorBytes, tensorTypeNamed } from "../../runtime/models/gguf/tensor-types.ts";
import { f16 } from "../../runtime/models/quant/f16.ts";

/** A row of the tensor table exactly as it will stand in the file, true or not. */
export interface TinyTensor {
  name: string;
  dims: bigint[];
  type: number;
  offset: bigint;
}

/** Everything that a small GGUF file is made of; a test changes a field and so makes a bad file. */
export interface TinyGguf {
  magic: string;
  version: number;
  /** Counts in the head; those of the lists below where undefined. */
  tensorCount?: bigint;
  entryCount?: bigint;
  /** Encoded metadata entries by key. */
  entries: Map<string, Uint8Array>;
  tensors: TinyTensor[];
  data: Uint8Array;
  alignment: number;
}

const LAYERS = 1;
const EMBEDDING = 32;
const FEED_FORWARD = 64;
const HEADS = 2;
const KV_HEADS = 1;
const HEAD_LENGTH = EMBEDDING / HEADS;
const CONTEXT = 256;
const ALIGNMENT = 32;
/** The end token; it follows the 256 bytes in the vocabulary. */
export const TINY_END_TOKEN = 256;

export interface TinyShape {
  name: string;
  /** Tokens. */
  context: number;
  /** Further tokens of the vocabulary, all of them control tokens. */
  control: readonly string[];
}

/** A real llama model with one layer, random weights in F16 and a byte vocabulary: small enough to make in a test. */
export function tinyGguf({ name = "Tiny", context = CONTEXT, control = [] }: Partial<TinyShape> = {}): TinyGguf {
  const tokens = [...byteTokens(), "<|end|>", "he", "ll", ...control];
  const rows = tensorRows(tokens.length);
  return { magic: "GGUF", version: 3, entries: tinyMetadata(tokens, name, context, new Set(["<|end|>", ...control])), alignment: ALIGNMENT, ...withData(rows) };
}

/** The same model in two parts, the last tensor in the second one. */
export function splitTinyGguf(): [first: TinyGguf, second: TinyGguf] {
  const first = tinyGguf();
  const last = first.tensors.pop();
  if (last === undefined) throw new Error("The tiny model has no tensors");
  const second = { ...tinyGguf(), entries: new Map<string, Uint8Array>(), tensors: [{ ...last, offset: 0n }], data: first.data.subarray(Number(last.offset)) };
  for (const [number, part] of [first, second].entries()) {
    setEntry(part, "split.no", "uint16", number);
    setEntry(part, "split.count", "uint16", 2);
  }
  return [first, second];
}

/** Puts one metadata entry in, or replaces it. */
export function setEntry(tiny: TinyGguf, key: string, type: GgufValueType, data: GgufData): void {
  tiny.entries.set(key, encodeEntry(key, { type, data }));
}

/** The file's bytes, with whatever lies the fields tell. */
export function encodeTiny(tiny: TinyGguf): Buffer {
  const table = tiny.tensors.map(({ name, dims, type, offset }) => Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset)]));
  const head = Buffer.concat([
    Buffer.from(tiny.magic, "latin1"), u32(tiny.version),
    u64(tiny.tensorCount ?? BigInt(tiny.tensors.length)), u64(tiny.entryCount ?? BigInt(tiny.entries.size)),
    ...tiny.entries.values(), ...table,
  ]);
  const padding = Buffer.alloc((tiny.alignment - (head.length % tiny.alignment)) % tiny.alignment);
  return Buffer.concat([head, padding, tiny.data]);
}

/** Writes a whole tiny model to `path`; `change` may alter any part of it first. */
export async function writeTinyGguf(path: string, change: (tiny: TinyGguf) => void = () => undefined): Promise<string> {
  const tiny = tinyGguf();
  change(tiny);
  await writeFile(path, encodeTiny(tiny));
  return path;
}

/** A string as GGUF stores it, for entries that the encoder would refuse to write. */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

export function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

export function u64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return buffer;
}

function tinyMetadata(tokens: string[], name: string, context: number, control: ReadonlySet<string>): Map<string, Uint8Array> {
  const values: Array<[key: string, type: GgufValueType, data: GgufData]> = [
    ["general.architecture", "string", "llama"],
    ["general.type", "string", "model"],
    ["general.name", "string", name],
    ["general.file_type", "uint32", 1],
    ["llama.block_count", "uint32", LAYERS],
    ["llama.context_length", "uint32", context],
    ["llama.embedding_length", "uint32", EMBEDDING],
    ["llama.feed_forward_length", "uint32", FEED_FORWARD],
    ["llama.attention.head_count", "uint32", HEADS],
    ["llama.attention.head_count_kv", "uint32", KV_HEADS],
    ["llama.attention.layer_norm_rms_epsilon", "float32", 1e-5],
    ["llama.rope.dimension_count", "uint32", HEAD_LENGTH],
    ["tokenizer.ggml.model", "string", "gpt2"],
    ["tokenizer.ggml.pre", "string", "gpt-2"],
    ["tokenizer.ggml.tokens", "array", { of: "string", items: tokens }],
    ["tokenizer.ggml.token_type", "array", { of: "int32", items: tokens.map((token) => (control.has(token) ? 3 : 1)) }],
    ["tokenizer.ggml.merges", "array", { of: "string", items: ["h e", "l l"] }],
    ["tokenizer.ggml.bos_token_id", "uint32", TINY_END_TOKEN],
    ["tokenizer.ggml.eos_token_id", "uint32", TINY_END_TOKEN],
    ["tokenizer.chat_template", "string", "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}"],
  ];
  return new Map(values.map(([key, type, data]) => [key, encodeEntry(key, { type, data })]));
}

function tensorRows(vocabulary: number): Array<{ name: string; dims: number[]; typeName: "F16" | "F32" }> {
  const kvWidth = KV_HEADS * HEAD_LENGTH;
  return [
    { name: "token_embd.weight", dims: [EMBEDDING, vocabulary], typeName: "F16" },
    { name: "blk.0.attn_norm.weight", dims: [EMBEDDING], typeName: "F32" },
    { name: "blk.0.attn_q.weight", dims: [EMBEDDING, EMBEDDING], typeName: "F16" },
    { name: "blk.0.attn_k.weight", dims: [EMBEDDING, kvWidth], typeName: "F16" },
    { name: "blk.0.attn_v.weight", dims: [EMBEDDING, kvWidth], typeName: "F16" },
    { name: "blk.0.attn_output.weight", dims: [EMBEDDING, EMBEDDING], typeName: "F16" },
    { name: "blk.0.ffn_norm.weight", dims: [EMBEDDING], typeName: "F32" },
    { name: "blk.0.ffn_gate.weight", dims: [EMBEDDING, FEED_FORWARD], typeName: "F16" },
    { name: "blk.0.ffn_up.weight", dims: [EMBEDDING, FEED_FORWARD], typeName: "F16" },
    { name: "blk.0.ffn_down.weight", dims: [FEED_FORWARD, EMBEDDING], typeName: "F16" },
    { name: "output_norm.weight", dims: [EMBEDDING], typeName: "F32" },
  ];
}

/** Rows with true offsets, and data for them: norms are ones, matrices small random numbers. */
function withData(rows: ReturnType<typeof tensorRows>): { tensors: TinyTensor[]; data: Uint8Array } {
  const pieces: Buffer[] = [];
  const tensors: TinyTensor[] = [];
  let offset = 0;
  const random = seeded(1);
  for (const { name, dims, typeName } of rows) {
    const type = tensorTypeNamed(typeName);
    const count = dims.reduce((product, dim) => product * dim, 1);
    const data = Buffer.alloc(Math.ceil(tensorBytes(type, count) / ALIGNMENT) * ALIGNMENT);
    if (typeName === "F32") new Float32Array(data.buffer, data.byteOffset, count).fill(1);
    else f16.quantise(Float32Array.from({ length: count }, () => (random() - 0.5) * 0.2), data);
    tensors.push({ name, dims: dims.map(BigInt), type: type.id, offset: BigInt(offset) });
    pieces.push(data);
    offset += data.length;
  }
  return { tensors, data: Buffer.concat(pieces) };
}

/** The 256 characters that stand for bytes in GPT-2's vocabulary: printable ones for themselves, the others from U+0100 on. */
function byteTokens(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : next++);
  });
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
