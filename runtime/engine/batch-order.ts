import type { CustomBatchingPrioritizationStrategy } from "node-llama-cpp";

type Items = Parameters<CustomBatchingPrioritizationStrategy>[0]["items"];
type Ordered = ReturnType<CustomBatchingPrioritizationStrategy>;

/**
 * Empty turns before each batch. The library makes the next batch as soon as the last stream has its token, and that
 * stream needs some turns of the promise queue to ask for the next one. Without them it would miss every batch: two
 * streams would go one after the other, four in batches of three.
 */
const GRACE_TURNS = 12;

/** Decides what goes into a batch: lets all streams that are about to go on come along. One for each context. */
export function batchOrder(): CustomBatchingPrioritizationStrategy {
  let turn = 0;
  return ({ items, size }) => {
    if (turn++ < GRACE_TURNS) return [];
    turn = 0;
    return shared(items, size);
  };
}

/** Short pieces go whole, long ones share what is left; of two long ones the more important one gets the rest. */
export function shared(items: Items, size: number): Ordered {
  const ordered = [...items].sort((a, b) => a.tokens.length - b.tokens.length || a.evaluationPriority - b.evaluationPriority);
  let left = size;
  return ordered.flatMap((item, i) => {
    const processAmount = Math.min(item.tokens.length, left, Math.max(1, Math.floor(left / (ordered.length - i))));
    left -= processAmount;
    return processAmount === 0 ? [] : [{ item, processAmount }];
  });
}
