import { encodeEntry } from "../../runtime/models/gguf/encode.ts";
import type { GgufData, GgufTensor, GgufValueType } from "../../runtime/models/gguf/gguf.ts";
import { readGguf } from "../../runtime/models/gguf/read.ts";
import { tensorTypeNamed } from "../../runtime/models/gguf/tensor-types.ts";
import { type TensorSource, writeGguf } from "../../runtime/models/gguf/write.ts";
import { seeded } from "./tiny-gguf.ts";

export interface LoraShape {
  seed: number;
  rank: number;
  /** Largest value of both factors. */
  size: number;
  /** Which matrices of the model it works on. */
  matrices: RegExp;
  /** Metadata beside the usual, or in its place; null leaves an entry out. */
  entries: Readonly<Record<string, [GgufValueType, GgufData] | null>>;
  /** Changes the tensors before they are written. */
  change: (tensors: TensorSource[]) => void;
}

/** Writes a LoRA adapter with random weights for the model at `base`. The same seed gives the same file. */
export async function writeLora(path: string, base: string, over: Partial<LoraShape> = {}): Promise<string> {
  const shape: LoraShape = { seed: 1, rank: 4, size: 0.3, matrices: /\.(attn_q|ffn_down)\.weight$/, entries: {}, change: () => undefined, ...over };
  const random = seeded(shape.seed);
  const file = await readGguf(base);
  const tensors = file.tensors.filter(({ name }) => shape.matrices.test(name)).flatMap((tensor) => pair(tensor, shape, random));
  shape.change(tensors);
  const entries: LoraShape["entries"] = {
    "general.type": ["string", "adapter"],
    "general.architecture": ["string", "llama"],
    "adapter.type": ["string", "lora"],
    "adapter.lora.alpha": ["float32", shape.rank],
    ...shape.entries,
  };
  const encoded = Object.entries(entries).flatMap(([key, value]) => value === null ? [] : [encodeEntry(key, { type: value[0], data: value[1] })]);
  await writeGguf(path, { entries: encoded, tensors, alignment: 32 });
  return path;
}

/** A tensor of 32-bit floats. */
export function floatTensor(name: string, dims: number[], values: () => number): TensorSource {
  return { name, type: tensorTypeNamed("F32"), dims, data: () => [new Uint8Array(Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, values).buffer)] };
}

function pair({ name, dims: [input = 1, output = 1] }: GgufTensor, { rank, size }: LoraShape, random: () => number): TensorSource[] {
  const value = (): number => (random() - 0.5) * 2 * size;
  return [floatTensor(`${name}.lora_a`, [input, rank], value), floatTensor(`${name}.lora_b`, [rank, output], value)];
}
