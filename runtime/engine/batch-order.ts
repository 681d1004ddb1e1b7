import type { CustomBatchingPrioritizationStrategy } from "node-llama-cpp";

import { importanceOf, slotOf } from "./batch-place.ts";

type Items = Parameters<CustomBatchingPrioritizationStrategy>[0]["items"];
type Ordered = ReturnType<CustomBatchingPrioritizationStrategy>;

/**
 * Empty turns before a batch at most. The library makes the next batch as soon as the last stream has its token, and
 * that stream needs some turns of the promise queue to ask for the next one. Without them it would miss every batch:
 * two streams would go one after the other, four in batches of three.
 */
const GRACE_TURNS = 24;

/** Decides what goes into a batch: all streams that are about to go on come along. One for each context. */
export class BatchOrder {
  #running = 0;
  #turn = 0;

  /** Runs a generation on the context: it has at most one item in the queue at a time, and batches wait a little for it. */
  async running<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }

  readonly strategy: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
    if (items.length < this.#running && this.#turn++ < GRACE_TURNS) return [];
    this.#turn = 0;
    return bySlot(shared(items, size));
  };
}

/** Short pieces go whole, long ones share what is left; of two long ones the more important one gets the rest. */
export function shared(items: Items, size: number): Ordered {
  const ordered = [...items].sort((a, b) => a.tokens.length - b.tokens.length || importanceOf(a.evaluationPriority) - importanceOf(b.evaluationPriority));
  let left = size;
  return ordered.flatMap((item, i) => {
    const processAmount = Math.min(item.tokens.length, left, Math.max(1, Math.floor(left / (ordered.length - i))));
    left -= processAmount;
    return processAmount === 0 ? [] : [{ item, processAmount }];
  });
}

/** llama.cpp evaluates together what lies in slots side by side and comes in their order; each gap is a pass over all weights more. */
export function bySlot(ordered: Ordered): Ordered {
  return [...ordered].sort((a, b) => slotOf(a.item.evaluationPriority) - slotOf(b.item.evaluationPriority));
}
