import { VALUE_TYPES } from "./gguf.ts";
import type { GgufArray, GgufData, GgufValue, GgufValueType } from "./gguf.ts";
import { tensorBytes } from "./tensor-types.ts";
import type { TensorType } from "./tensor-types.ts";
import { padded } from "./header.ts";

const MAGIC = "GGUF";
const VERSION = 3;

/** A tensor to be written: its name, type and shape, innermost dimension first. */
export interface TensorPlan {
  name: string;
  type: TensorType;
  dims: number[];
}

/** Bytes of the tensor's data. */
export function planBytes({ type, dims }: TensorPlan): number {
  return tensorBytes(type, dims.reduce((product, dim) => product * dim, 1));
}

/** One metadata entry as it stands in a file. */
export function encodeEntry(key: string, { type, data }: GgufValue): Uint8Array {
  const parts = [text(key), u32(VALUE_TYPES.indexOf(type))];
  encodeData(type, data, parts);
  return Buffer.concat(parts);
}

/** The head of a file, zero-padded up to the first tensor's data. `entries` come from {@link encodeEntry} or another file. */
export function encodeHeader(entries: readonly Uint8Array[], tensors: readonly TensorPlan[], alignment: number): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from(MAGIC), u32(VERSION), u64(tensors.length), u64(entries.length), ...entries];
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), u32(tensor.dims.length), ...tensor.dims.map(u64), u32(tensor.type.id), u64(offset));
    offset += padded(planBytes(tensor), alignment);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat(parts, padded(length, alignment));
}

function encodeData(type: GgufValueType, data: GgufData, parts: Uint8Array[]): void {
  if (type === "array") encodeArray(data as GgufArray, parts);
  else parts.push(encodeScalar(type, data));
}

function encodeArray({ of, items }: GgufArray, parts: Uint8Array[]): void {
  parts.push(u32(VALUE_TYPES.indexOf(of)), u64(items.length));
  for (const item of items) encodeData(of, item, parts);
}

function encodeScalar(type: Exclude<GgufValueType, "array">, data: GgufData): Uint8Array {
  switch (type) {
    case "string": return text(data as string);
    case "bool": return Buffer.of(data === true ? 1 : 0);
    case "uint8": return Buffer.of(data as number);
    case "int8": return Buffer.from(Int8Array.of(data as number).buffer);
    case "uint16": return Buffer.from(Uint16Array.of(data as number).buffer);
    case "int16": return Buffer.from(Int16Array.of(data as number).buffer);
    case "uint32": return u32(data as number);
    case "int32": return Buffer.from(Int32Array.of(data as number).buffer);
    case "float32": return Buffer.from(Float32Array.of(data as number).buffer);
    case "float64": return Buffer.from(Float64Array.of(data as number).buffer);
    case "uint64": return u64(data as bigint);
    case "int64": return Buffer.from(BigInt64Array.of(data as bigint).buffer);
  }
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Uint8Array {
  return Buffer.from(Uint32Array.of(value).buffer);
}

function u64(value: number | bigint): Uint8Array {
  return Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
}
