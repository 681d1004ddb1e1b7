import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { encodeHeader, planBytes } from "./encode.ts";
import type { TensorPlan } from "./encode.ts";
import { padded } from "./header.ts";
import { replaceFile } from "./replace-file.ts";

/** A tensor to be written, with its data in pieces of any length. A piece is used up before the next is asked for. */
export interface TensorSource extends TensorPlan {
  data(): Iterable<Uint8Array>;
}

/** A whole model to be written. */
export interface ModelSource {
  /** Encoded metadata entries, see encode.ts. */
  entries: readonly Uint8Array[];
  tensors: readonly TensorSource[];
  alignment: number;
}

/** Size and lower-case hex SHA-256 of what was written. */
export interface Written {
  bytes: number;
  sha256: string;
}

/** Writes a model so that `path` holds the whole of it or is not touched. Blocks its thread while it writes. */
export async function writeGguf(path: string, model: ModelSource): Promise<Written> {
  return replaceFile(path, async (temporary) => writeModel(temporary, model));
}

/** Writes a model into an existing file, front to back, hashing on the way. Synchronous: for a thread of its own. */
export function writeModel(path: string, { entries, tensors, alignment }: ModelSource): Written {
  const file = openSync(path, "r+");
  const hash = createHash("sha256");
  let bytes = 0;
  const put = (piece: Uint8Array): void => {
    writeFully(file, piece);
    hash.update(piece);
    bytes += piece.length;
  };
  try {
    put(encodeHeader(entries, tensors, alignment));
    for (const tensor of tensors) {
      const start = bytes;
      for (const piece of tensor.data()) put(piece);
      const expected = planBytes(tensor);
      if (bytes - start !== expected) throw new Error(`Tensor ${tensor.name} gave ${bytes - start} bytes in place of ${expected}`);
      put(new Uint8Array(padded(bytes, alignment) - bytes));
    }
  } finally {
    closeSync(file);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** A disk that is nearly full takes a part first, and refuses the rest. */
function writeFully(file: number, piece: Uint8Array): void {
  for (let done = 0; done < piece.length;) done += writeSync(file, piece, done);
}
