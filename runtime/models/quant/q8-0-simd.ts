import { words } from "./block-format.ts";
import { HALF_INFINITY } from "./half.ts";
import { Q8_CODE } from "./q8-0-code.ts";

const BLOCK = 32;
const BLOCK_BYTES = 34;

/** The part of WebAssembly that is used here; Node's type declarations have none of it. */
interface WebAssemblyApi {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}

interface Q8Exports {
  memory: { buffer: ArrayBuffer };
  /** Blocks of halves at `source` to blocks of Q8_0 at `target`; returns the largest magnitude's pattern. */
  quantise(source: number, blocks: number, target: number): number;
}

/** Packs half-precision numbers as Q8_0: the same bytes as unpacking and packing them one by one, several times as fast. */
export class HalvesToQ8 {
  readonly #code: Q8Exports;
  readonly #memory: Uint8Array;
  readonly #blocks: number;

  /** Throws WebAssembly.CompileError on a processor without vector instructions. */
  constructor() {
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    this.#code = new Instance(new Module(Buffer.from(Q8_CODE, "base64"))).exports as Q8Exports;
    this.#memory = new Uint8Array(this.#code.memory.buffer);
    this.#blocks = Math.floor(this.#memory.length / (2 * BLOCK + BLOCK_BYTES));
  }

  /** Whole blocks of either. Returns false where a value is infinite or not a number. */
  quantise(source: Uint8Array, target: Uint8Array): boolean {
    const total = words(source).length / BLOCK;
    let most = 0;
    for (let done = 0; done < total; done += this.#blocks) {
      const count = Math.min(this.#blocks, total - done);
      const halves = 2 * BLOCK * count;
      this.#memory.set(source.subarray(2 * BLOCK * done, 2 * BLOCK * done + halves));
      most = Math.max(most, this.#code.quantise(0, count, halves));
      target.set(this.#memory.subarray(halves, halves + BLOCK_BYTES * count), BLOCK_BYTES * done);
    }
    return most < HALF_INFINITY;
  }
}
