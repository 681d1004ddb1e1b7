import { readSync } from "node:fs";
import { RetortError } from "../../errors.ts";
import { tensorBytes, tensorTypeNamed } from "../gguf/tensor-types.ts";
import type { BlockFormat, TargetFormat } from "./block-format.ts";
import { f16 } from "./f16.ts";
import { BLOCK_FORMATS } from "./formats.ts";
import type { Conversion } from "./plan.ts";
import { HalvesToQ8 } from "./q8-0-simd.ts";
import { q8_0 } from "./q8-0.ts";

/** Values converted at once: a whole number of blocks of every type, and small enough for the processor's cache. */
const CHUNK_VALUES = 128 * 1024;
const COPY_BYTES = 1024 * 1024;
const TARGET_FORMATS = new Map<string, TargetFormat>([f16, q8_0].map((format) => [format.name, format]));

/** Converts tensors chunk by chunk; owns the buffers, which it uses again for every tensor. */
export class TensorConverter {
  readonly #source = new Uint8Array(CHUNK_VALUES * 4);
  readonly #values = new Float32Array(CHUNK_VALUES);
  readonly #target = new Uint8Array(CHUNK_VALUES * 2);
  readonly #copy = new Uint8Array(COPY_BYTES);
  readonly #halvesToQ8 = new HalvesToQ8();

  /** The converted data of one tensor in pieces, each valid until the next. `file` is the open source; `onRead` gets its bytes read. */
  *convert(file: number, conversion: Conversion, onRead: (bytes: number) => void): Iterable<Uint8Array> {
    const { source, type } = conversion;
    if (source.type === type.id) yield* this.#copied(file, conversion, onRead);
    else yield* this.#converted(file, conversion, onRead);
  }

  *#copied(file: number, { source }: Conversion, onRead: (bytes: number) => void): Iterable<Uint8Array> {
    for (let done = 0; done < source.bytes;) {
      const piece = this.#copy.subarray(0, Math.min(COPY_BYTES, source.bytes - done));
      readFully(file, piece, source.offset + done);
      yield piece;
      done += piece.length;
      onRead(piece.length);
    }
  }

  *#converted(file: number, { source, type }: Conversion, onRead: (bytes: number) => void): Iterable<Uint8Array> {
    const from = BLOCK_FORMATS.get(source.typeName);
    const to = TARGET_FORMATS.get(type.name);
    if (from === undefined || to === undefined) throw new Error(`No conversion from ${source.typeName} to ${type.name}`);
    const sourceType = tensorTypeNamed(source.typeName);
    const total = source.dims.reduce((product, dim) => product * dim, 1);
    for (let done = 0; done < total; done += CHUNK_VALUES) {
      const count = Math.min(CHUNK_VALUES, total - done);
      const input = this.#source.subarray(0, tensorBytes(sourceType, count));
      const values = this.#values.subarray(0, count);
      const output = this.#target.subarray(0, tensorBytes(type, count));
      readFully(file, input, source.offset + tensorBytes(sourceType, done));
      if (!this.#recode(from, to, input, values, output)) throw notFinite(source.name, type.name);
      yield output;
      onRead(input.length);
    }
  }

  /** From one format into another, by way of `values` where there is no shorter one. False for values that are not finite. */
  #recode(from: BlockFormat, to: TargetFormat, input: Uint8Array, values: Float32Array, output: Uint8Array): boolean {
    if (from === f16 && to === q8_0) return this.#halvesToQ8.quantise(input, output);
    from.dequantise(input, values);
    return to.quantise(values, output);
  }
}

function readFully(file: number, buffer: Uint8Array, position: number): void {
  for (let done = 0; done < buffer.length;) {
    const read = readSync(file, buffer, done, buffer.length - done, position + done);
    if (read === 0) {
      throw new RetortError({ code: "gguf_truncated", message: "The model file became shorter while it was converted.", hint: "Start the conversion again.", status: 422 });
    }
    done += read;
  }
}

function notFinite(tensor: string, type: string): RetortError {
  return new RetortError({
    code: "convert_not_finite",
    message: `Tensor ${tensor} has a value that is infinite or not a number as ${type}.`,
    hint: "The weights are damaged, or too large for this precision. Use another file of the model.",
    status: 422,
  });
}
