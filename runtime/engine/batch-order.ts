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

/**
 * The next tokens of streams go first, then prompts one after the other: the more important ones, then those that
 * asked first. Pieces of several prompts of different lengths in one batch would cost a pass over the weights each, and
 * the first tokens of all would come as late as the last one's. So the rest of the room is left empty where it holds
 * less than half of the next piece.
 */
export function shared(items: Items, size: number): Ordered {
  const isPrompt = ({ tokens }: Items[number]): number => Number(tokens.length > 1);
  const ordered = [...items].sort((a, b) => isPrompt(a) - isPrompt(b) || importanceOf(b.evaluationPriority) - importanceOf(a.evaluationPriority));
  const taken: Ordered = [];
  let left = size;
  for (const item of ordered) {
    const processAmount = Math.min(item.tokens.length, left);
    const isRest = processAmount < item.tokens.length / 2 && taken.some((one) => one.processAmount > 1);
    if (processAmount === 0 || isRest) break;
    taken.push({ item, processAmount });
    left -= processAmount;
  }
  return taken;
}

/** llama.cpp evaluates together what lies in slots side by side and comes in their order; each gap is a pass over all weights more. */
export function bySlot(ordered: Ordered): Ordered {
  return [...ordered].sort((a, b) => slotOf(a.item.evaluationPriority) - slotOf(b.item.evaluationPriority));
}
