import { nowMs } from "../timing.ts";
import { commonPrefix } from "./common-prefix.ts";

const NOTHING = new Uint32Array();

/** How long a slot stays reserved after its last completion. */
const KEEP_MS = 5 * 60_000;

/** Share of a prompt that a slot must hold to be worth choosing for it: a common template header alone is not. */
const WORTHWHILE = 0.5;

/** The same for a completion, in tokens: it shares no header with conversations, so what it shares is its own text. */
const COMPLETION_WORTHWHILE = 16;

interface Slot {
  index: number;
  /** What the slot's KV cache holds. */
  tokens: Uint32Array;
  /** Order of use: a larger number is later. */
  usedAt: number;
  busy: boolean;
}

/** A free slot and how many tokens of a prompt it holds. */
export interface SlotChoice {
  index: number;
  shared: number;
}

/**
 * The sequences of one loaded model: which are free, and what each still holds of earlier prompts. The slot that
 * served a completion last is kept for the next one, which comes with the next key and finds its text evaluated; other
 * requests get it only if it holds their prompt, or where it is the only one.
 */
export class SlotPool {
  readonly #slots: Slot[];
  readonly #now: () => number;
  #clock = 0;
  #kept: { index: number; until: number } | null = null;

  constructor(count: number, now: () => number = nowMs) {
    this.#now = now;
    this.#slots = Array.from({ length: count }, (_, index) => ({ index, tokens: NOTHING, usedAt: 0, busy: false }));
  }

  get size(): number {
    return this.#slots.length;
  }

  get busy(): number {
    return this.#slots.filter((slot) => slot.busy).length;
  }

  /** Tokens that each slot holds, as far as they are known: of a busy one, from before. */
  held(): number[] {
    return this.#slots.map(({ tokens }) => tokens.length);
  }

  /** Takes the slot that {@link choose} names. Null when there is none. `urgent`: for a completion. */
  take(prompt: Uint32Array, urgent = false): number | null {
    const choice = this.choose(prompt, urgent);
    const slot = choice === null ? undefined : this.#slots[choice.index];
    if (slot === undefined) return null;
    slot.busy = true;
    slot.usedAt = ++this.#clock;
    if (urgent) this.#kept = { index: slot.index, until: this.#now() + KEEP_MS };
    return slot.index;
  }

  /**
   * The free slot that already holds most of `prompt`, if that is worth while; else the one beside most busy slots,
   * because llama.cpp evaluates slots side by side in one pass over the weights and others in one each; of several the
   * one not used for longest, so that other conversations keep their cache. Null when none is free for this request.
   */
  choose(prompt: Uint32Array, urgent = false): SlotChoice | null {
    let best: { slot: Slot; shared: number; neighbours: number } | null = null;
    for (const slot of this.#slots) {
      if (slot.busy) continue;
      const common = commonPrefix(slot.tokens, prompt);
      const shared = common >= (urgent ? COMPLETION_WORTHWHILE : prompt.length * WORTHWHILE) ? common : 0;
      if (!urgent && shared === 0 && this.#isKept(slot)) continue;
      const neighbours = this.#busyNeighbours(slot);
      const order = best === null ? -1 : best.shared - shared || best.neighbours - neighbours || slot.usedAt - best.slot.usedAt;
      if (order < 0) best = { slot, shared, neighbours };
    }
    return best === null ? null : { index: best.slot.index, shared: best.shared };
  }

  /** Gives a slot back. `tokens` is what it holds now; undefined means that nothing is known about it. */
  give(index: number, tokens: Uint32Array | undefined): void {
    const slot = this.#slots[index];
    if (slot === undefined || !slot.busy) throw new Error(`Slot ${index} was not taken.`);
    slot.busy = false;
    slot.tokens = tokens ?? NOTHING;
  }

  /** What the free slots hold. */
  free(): Array<{ slot: number; tokens: Uint32Array }> {
    return this.#slots.filter(({ busy }) => !busy).map(({ index, tokens }) => ({ slot: index, tokens }));
  }

  /** A free slot was filled from elsewhere. */
  fill(index: number, tokens: Uint32Array): void {
    const slot = this.#slots[index];
    if (slot === undefined || slot.busy) throw new Error(`Slot ${index} is not free.`);
    slot.tokens = tokens;
    slot.usedAt = ++this.#clock;
  }

  #busyNeighbours({ index }: Slot): number {
    return Number(this.#slots[index - 1]?.busy ?? false) + Number(this.#slots[index + 1]?.busy ?? false);
  }

  #isKept(slot: Slot): boolean {
    return this.#slots.length > 1 && this.#kept?.index === slot.index && this.#now() < this.#kept.until;
  }
}
