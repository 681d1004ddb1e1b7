import type { Cursor } from "./cursor.ts";
import { badGguf } from "./errors.ts";
import { MAX_DIMS, MAX_TENSOR_NAME_BYTES } from "./limits.ts";
import { tensorType } from "./tensor-types.ts";
import type { TensorType } from "./tensor-types.ts";

/** One row of the tensor table. The offset still counts from the start of the data, and is not yet checked. */
export interface TensorRow {
  name: string;
  type: TensorType;
  dims: number[];
  bytes: number;
  relativeOffset: bigint;
}

/** Reads `count` rows of the tensor table; sizes are computed without overflow. */
export function readTensorTable(cursor: Cursor, count: number): TensorRow[] {
  const names = new Set<string>();
  const rows: TensorRow[] = [];
  for (let i = 0; i < count; i++) {
    const name = readName(cursor, i);
    if (names.has(name)) throw badGguf("gguf_tensor_name", `Two tensors have the name ${name}.`);
    names.add(name);
    rows.push(readRow(cursor, name));
  }
  return rows;
}

function readName(cursor: Cursor, index: number): string {
  const name = cursor.string(`Name of tensor ${index + 1}`, MAX_TENSOR_NAME_BYTES, true);
  if (name === "") throw badGguf("gguf_tensor_name", `Tensor number ${index + 1} has no name.`);
  return name;
}

function readRow(cursor: Cursor, name: string): TensorRow {
  const rank = cursor.u32();
  if (rank < 1 || rank > MAX_DIMS) throw badGguf("gguf_tensor_dims", `Tensor ${name} has ${rank} dimensions; 1 to ${MAX_DIMS} are possible.`);
  const dims: number[] = [];
  let elements = 1n;
  for (let i = 0; i < rank; i++) {
    const dim = cursor.i64();
    if (dim <= 0n) throw badGguf("gguf_tensor_dims", `Dimension ${i + 1} of tensor ${name} is ${dim}.`);
    elements *= dim;
    dims.push(Number(dim));
  }
  const type = readTensorType(cursor, name);
  const bytes = sizeOf(name, type, dims[0] ?? 0, elements);
  return { name, type, dims, bytes, relativeOffset: cursor.u64() };
}

function readTensorType(cursor: Cursor, name: string): TensorType {
  const id = cursor.u32();
  const type = tensorType(id);
  if (type === undefined) {
    throw badGguf("gguf_tensor_type", `Tensor ${name} has the type ${id}, which this version does not know.`, "Use a file of a common type: F16, Q8_0, Q4_K_M.");
  }
  return type;
}

function sizeOf(name: string, type: TensorType, rowLength: number, elements: bigint): number {
  if (rowLength % type.block !== 0) {
    throw badGguf("gguf_tensor_dims", `Rows of tensor ${name} have ${rowLength} values, not a multiple of ${type.block} as ${type.name} needs.`);
  }
  const bytes = (elements / BigInt(type.block)) * BigInt(type.bytes);
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) throw badGguf("gguf_tensor_dims", `Tensor ${name} claims ${bytes} bytes, more than any file holds.`);
  return Number(bytes);
}
