import type { Cursor } from "./cursor.ts";
import { badGguf } from "./errors.ts";
import { VALUE_TYPES } from "./gguf.ts";
import type { ByteRange, GgufArray, GgufData, GgufValue, GgufValueType } from "./gguf.ts";
import { MAX_ARRAY_DEPTH, MAX_ARRAY_ITEMS, MAX_KEY_BYTES, MAX_STRING_BYTES } from "./limits.ts";

/** Fewest bytes that one item of a type takes in the file. */
const leastBytes: Record<GgufValueType, number> = {
  uint8: 1, int8: 1, bool: 1, uint16: 2, int16: 2, uint32: 4, int32: 4, float32: 4, uint64: 8, int64: 8, float64: 8, string: 8, array: 12,
};

/** Reads `count` key-value entries and notes where each of them stands. */
export function readMetadata(cursor: Cursor, count: number): { metadata: Map<string, GgufValue>; ranges: Map<string, ByteRange> } {
  const metadata = new Map<string, GgufValue>();
  const ranges = new Map<string, ByteRange>();
  for (let i = 0; i < count; i++) {
    const start = cursor.position;
    const key = cursor.string(`Metadata key ${i + 1}`, MAX_KEY_BYTES, true);
    if (key === "") throw badGguf("gguf_key", `Metadata key number ${i + 1} is empty.`);
    if (metadata.has(key)) throw badGguf("gguf_key", `The metadata key ${key} stands in the file twice.`);
    const type = readType(cursor, key);
    metadata.set(key, { type, data: readData(cursor, type, key, 0) });
    ranges.set(key, { start, end: cursor.position });
  }
  return { metadata, ranges };
}

function readType(cursor: Cursor, key: string): GgufValueType {
  const id = cursor.u32();
  const type = VALUE_TYPES[id];
  if (type === undefined) throw badGguf("gguf_value_type", `The value of ${key} has the unknown type ${id}.`);
  return type;
}

function readData(cursor: Cursor, type: GgufValueType, key: string, depth: number): GgufData {
  switch (type) {
    case "uint8": return cursor.u8();
    case "int8": return cursor.i8();
    case "uint16": return cursor.u16();
    case "int16": return cursor.i16();
    case "uint32": return cursor.u32();
    case "int32": return cursor.i32();
    case "float32": return cursor.f32();
    case "uint64": return cursor.u64();
    case "int64": return cursor.i64();
    case "float64": return cursor.f64();
    case "bool": return readBool(cursor, key);
    case "string": return cursor.string(key, MAX_STRING_BYTES);
    case "array": return readArray(cursor, key, depth + 1);
  }
}

function readBool(cursor: Cursor, key: string): boolean {
  const byte = cursor.u8();
  if (byte > 1) throw badGguf("gguf_value_type", `The value of ${key} should be true or false, but is ${byte}.`);
  return byte === 1;
}

function readArray(cursor: Cursor, key: string, depth: number): GgufArray {
  if (depth > MAX_ARRAY_DEPTH) throw badGguf("gguf_nesting", `The value of ${key} nests arrays more than ${MAX_ARRAY_DEPTH} deep.`);
  const of = readType(cursor, key);
  const count = cursor.count(key, MAX_ARRAY_ITEMS, leastBytes[of]);
  const items: GgufData[] = [];
  for (let i = 0; i < count; i++) items.push(readData(cursor, of, key, depth));
  return { of, items };
}
