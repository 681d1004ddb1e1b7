import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What may lie about before it is collected. A collection stops the process for some milliseconds. */
const BUDGET = 64 * 2 ** 20;

/** The library's table entry for a token: its number, its logit and its probability. */
const ENTRY_BYTES = 12;

/**
 * Every generation, and every look at probabilities, leaves a sampler behind with a table of the whole vocabulary. V8
 * frees it when it collects the small object that holds it, but does not know how much memory that is: without a
 * reminder it may wait for thousands of them, which are gigabytes.
 */
export class SamplerGarbage {
  readonly #tableBytes: number;
  readonly #collect: () => void;
  #bytes = 0;

  constructor(vocabSize: number, collect: () => void = collectGarbage) {
    this.#tableBytes = vocabSize * ENTRY_BYTES;
    this.#collect = collect;
  }

  /** A sampler was used for the last time. */
  left(): void {
    this.#bytes += this.#tableBytes;
    if (this.#bytes < BUDGET) return;
    this.#bytes = 0;
    this.#collect();
  }
}

let collector: (() => void) | undefined;

/** V8 gives its collector to contexts that are made while the flag is set. */
function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString("--expose-gc");
    collector = runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  collector();
}
