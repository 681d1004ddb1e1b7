import { Cursor } from "./cursor.ts";
import { badGguf } from "./errors.ts";
import type { GgufHeader, GgufTensor, GgufValue } from "./gguf.ts";
import { DEFAULT_ALIGNMENT, MAX_ALIGNMENT, MAX_METADATA_ENTRIES, MAX_TENSORS } from "./limits.ts";
import { readMetadata } from "./metadata.ts";
import { readTensorTable } from "./tensors.ts";
import type { TensorRow } from "./tensors.ts";

const MAGIC = 0x46554747;
const SUPPORTED_VERSIONS = [2, 3];
/** Fewest bytes of one metadata entry (key length, one character, type, one byte) and of one tensor row. */
const LEAST_ENTRY_BYTES = 14;
const LEAST_TENSOR_BYTES = 33;

/** What a parse needs to know about the file that the bytes come from. */
export interface HeaderSource {
  path: string;
  size: number;
  /** False for a file that was cut off behind its head on purpose: tensor data need not be there. */
  dataPresent: boolean;
}

/**
 * Parses the head of a GGUF file from its first bytes. Pure.
 * Throws a RetortError (`gguf_…`) on a bad file, and HeaderIncomplete when `bytes` end before the head does.
 */
export function parseHeader(bytes: Uint8Array, source: HeaderSource): GgufHeader {
  const cursor = new Cursor(bytes, source.size);
  const version = readVersion(cursor);
  const tensorCount = cursor.count("Tensors", MAX_TENSORS, LEAST_TENSOR_BYTES);
  const entryCount = cursor.count("Metadata entries", MAX_METADATA_ENTRIES, LEAST_ENTRY_BYTES);
  const { metadata, ranges } = readMetadata(cursor, entryCount);
  const alignment = alignmentOf(metadata);
  const rows = readTensorTable(cursor, tensorCount);
  const dataOffset = padded(cursor.position, alignment);
  const tensors = placeTensors(rows, dataOffset, alignment, source);
  return { version, metadata, ranges, tensors, dataOffset, alignment };
}

function readVersion(cursor: Cursor): number {
  if (cursor.left === 0) throw badGguf("gguf_truncated", "The file is empty.");
  if (cursor.u32() !== MAGIC) throw badGguf("gguf_magic", "The file does not start with GGUF: it is not a model of this kind.", "Choose a .gguf file.");
  const version = cursor.u32();
  if (SUPPORTED_VERSIONS.includes(version)) return version;
  if (version !== 0 && (version & 0xffff) === 0) {
    throw badGguf("gguf_big_endian", "The file was written for big-endian machines.", "Get the little-endian file of this model.");
  }
  throw badGguf("gguf_version", `The file has GGUF version ${version}; 2 and 3 are supported.`, "Convert the model again with a current tool, or update Retort.");
}

function alignmentOf(metadata: Map<string, GgufValue>): number {
  const value = metadata.get("general.alignment");
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (value.type !== "uint32") throw badGguf("gguf_alignment", `general.alignment has the type ${value.type} in place of uint32.`);
  const alignment = value.data as number;
  const isPowerOfTwo = alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment > MAX_ALIGNMENT) {
    throw badGguf("gguf_alignment", `general.alignment is ${alignment}; a power of two up to ${MAX_ALIGNMENT} is possible.`);
  }
  return alignment;
}

/** The data must stand in the table's order without gap or overlap, as the engine demands. */
function placeTensors(rows: TensorRow[], dataOffset: number, alignment: number, source: HeaderSource): GgufTensor[] {
  let expected = 0n;
  return rows.map((row) => {
    const { name, bytes, relativeOffset } = row;
    checkOffset(row, expected, alignment);
    expected = BigInt(padded(Number(relativeOffset), alignment)) + BigInt(padded(bytes, alignment));
    const offset = dataOffset + Number(relativeOffset);
    if (source.dataPresent && offset + bytes > source.size) {
      throw badGguf("gguf_truncated", `Tensor ${name} ends at byte ${offset + bytes}, but the file has only ${source.size}.`);
    }
    return { name, type: row.type.id, typeName: row.type.name, dims: row.dims, offset, bytes, path: source.path };
  });
}

function checkOffset({ name, relativeOffset }: TensorRow, expected: bigint, alignment: number): void {
  if (relativeOffset > BigInt(Number.MAX_SAFE_INTEGER)) throw badGguf("gguf_tensor_offset", `Tensor ${name} claims to stand at byte ${relativeOffset}, beyond any file.`);
  if (relativeOffset % BigInt(alignment) !== 0n) throw badGguf("gguf_tensor_offset", `Tensor ${name} stands at ${relativeOffset}, not a multiple of ${alignment}.`);
  if (relativeOffset < expected) throw badGguf("gguf_tensor_overlap", `Tensor ${name} overlaps the one before it: it stands at ${relativeOffset}, before ${expected}.`);
  if (relativeOffset > expected) throw badGguf("gguf_tensor_offset", `Tensor ${name} stands at ${relativeOffset} in place of ${expected}: there is a gap before it.`);
}

/** `value` rounded up to a multiple of `alignment`. */
export function padded(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
