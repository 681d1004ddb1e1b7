/** Value types of GGUF metadata, in the order of their ids in the file. */
export const VALUE_TYPES = [
  "uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array", "uint64", "int64", "float64",
] as const;

export type GgufValueType = (typeof VALUE_TYPES)[number];

/** An array and the type of its items. */
export interface GgufArray {
  of: GgufValueType;
  items: GgufData[];
}

/** Plain data of a value: 64-bit integers are bigint, all other numbers are number. */
export type GgufData = number | bigint | boolean | string | GgufArray;

/** One metadata value as the file states it. */
export interface GgufValue {
  type: GgufValueType;
  data: GgufData;
}

/** Where something stands in a file, in bytes: [start, end). */
export interface ByteRange {
  start: number;
  end: number;
}

/** One tensor: its shape and where its data stands. */
export interface GgufTensor {
  name: string;
  /** ggml type id. */
  type: number;
  /** ggml's name of the type: F16, Q8_0 … */
  typeName: string;
  /** Innermost first, 1 to 4 of them. dims[0] is the row length. */
  dims: number[];
  /** Absolute offset of the data in the file `path`. */
  offset: number;
  /** Length of the data. */
  bytes: number;
  /** The file that holds it: differs from the model's path in a split model. */
  path: string;
}

/** What the head of one file says. Tensor offsets are absolute. */
export interface GgufHeader {
  version: number;
  metadata: Map<string, GgufValue>;
  /** For each key, where its whole entry (key, type, value) stands in the first file. For copying it unchanged. */
  ranges: Map<string, ByteRange>;
  tensors: GgufTensor[];
  /** Absolute offset of the first tensor's data. */
  dataOffset: number;
  alignment: number;
}

/** A checked model: one file, or all parts of a split one. Metadata is the first part's. */
export interface GgufFile extends GgufHeader {
  path: string;
  /** All files of the model, `path` first. */
  parts: string[];
  /** Bytes of all parts together. */
  size: number;
}
