const NOTHING = new Uint32Array();

/** Share of a prompt that a slot must hold to be worth choosing for it: a common template header alone is not. */
const WORTHWHILE = 0.5;

interface Slot {
  index: number;
  /** What the slot's KV cache holds. */
  tokens: Uint32Array;
  /** Order of use: a larger number is later. */
  usedAt: number;
  busy: boolean;
}

/** The sequences of one loaded model: which are free, and what each still holds of earlier prompts. */
export class SlotPool {
  readonly #slots: Slot[];
  #clock = 0;

  constructor(count: number) {
    this.#slots = Array.from({ length: count }, (_, index) => ({ index, tokens: NOTHING, usedAt: 0, busy: false }));
  }

  get size(): number {
    return this.#slots.length;
  }

  get busy(): number {
    return this.#slots.filter((slot) => slot.busy).length;
  }

  /**
   * Takes the free slot that already holds most of `prompt`, if that is at least half of it; else the one not used
   * for longest, so that other conversations keep their cache. Null when all are taken.
   */
  take(prompt: Uint32Array): number | null {
    let best: Slot | null = null;
    let bestShared = -1;
    for (const slot of this.#slots) {
      if (slot.busy) continue;
      const common = commonPrefix(slot.tokens, prompt);
      const shared = common >= prompt.length * WORTHWHILE ? common : 0;
      if (best === null || shared > bestShared || (shared === bestShared && slot.usedAt < best.usedAt)) {
        best = slot;
        bestShared = shared;
      }
    }
    if (best === null) return null;
    best.busy = true;
    best.usedAt = ++this.#clock;
    return best.index;
  }

  /** Gives a slot back. `tokens` is what it holds now; undefined means that nothing is known about it. */
  give(index: number, tokens: Uint32Array | undefined): void {
    const slot = this.#slots[index];
    if (slot === undefined || !slot.busy) throw new Error(`Slot ${index} was not taken.`);
    slot.busy = false;
    slot.tokens = tokens ?? NOTHING;
  }
}

/** How many tokens two sequences share from their start. */
export function commonPrefix(a: Uint32Array, b: Uint32Array): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a[i] === b[i]) i++;
  return i;
}
