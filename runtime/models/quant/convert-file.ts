import { closeSync, openSync, readSync } from "node:fs";
import { encodeEntry } from "../gguf/encode.ts";
import type { GgufFile, GgufValue } from "../gguf/gguf.ts";
import { writeModel } from "../gguf/write.ts";
import type { Written } from "../gguf/write.ts";
import { TensorConverter } from "./convert-tensor.ts";
import { planConversion, TARGETS } from "./plan.ts";
import type { TargetPrecision } from "./plan.ts";

/** Version of ggml's block formats. */
const QUANTISATION_VERSION = 2;

/** Converts a checked model into the existing file `to`. Synchronous: for a thread of its own. `onRead` gets the bytes read so far. */
export function convertFile(file: GgufFile, to: string, precision: TargetPrecision, onRead: (done: number) => void): Written {
  const handles = new Map<string, number>();
  try {
    for (const part of file.parts) handles.set(part, openSync(part, "r"));
    const handleOf = (path: string): number => {
      const handle = handles.get(path);
      if (handle === undefined) throw new Error(`${path} is not a part of the model`);
      return handle;
    };
    const converter = new TensorConverter();
    let done = 0;
    const count = (bytes: number): void => onRead(done += bytes);
    const tensors = planConversion(file.tensors, precision).map((conversion) => ({
      ...conversion,
      data: () => converter.convert(handleOf(conversion.source.path), conversion, count),
    }));
    return writeModel(to, { entries: convertedEntries(file, handleOf(file.path), precision), tensors, alignment: file.alignment });
  } finally {
    for (const handle of handles.values()) closeSync(handle);
  }
}

/** The source's metadata byte for byte, but for what the conversion changes. */
function convertedEntries(file: GgufFile, handle: number, precision: TargetPrecision): Uint8Array[] {
  const changed = new Map<string, GgufValue>([
    ["general.file_type", { type: "uint32", data: TARGETS[precision].fileType }],
    ["general.quantization_version", { type: "uint32", data: QUANTISATION_VERSION }],
  ]);
  const kept = [...file.ranges].filter(([key]) => !changed.has(key) && !key.startsWith("split.")).map(([, { start, end }]) => {
    const entry = new Uint8Array(end - start);
    readSync(handle, entry, 0, entry.length, start);
    return entry;
  });
  return [...kept, ...[...changed].map(([key, value]) => encodeEntry(key, value))];
}
