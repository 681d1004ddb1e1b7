/** Memory at one moment. Bytes; `at` in ms since the epoch. */
export interface MemorySample {
  at: number;
  ram: number;
  vram: number | null;
}

/** A day at one sample every 30 s would be 2880; a chart shows no more than its pixels. */
const CAPACITY = 720;

/** The last samples, oldest first. When it is full, every second old one goes: a long time stays visible, the latest in detail. */
export class MemoryHistory {
  #samples: MemorySample[] = [];

  get samples(): readonly MemorySample[] {
    return this.#samples;
  }

  add(sample: MemorySample): void {
    this.#samples.push(sample);
    if (this.#samples.length > CAPACITY) this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index > CAPACITY / 2);
  }
}
