/** Who waits, most urgent first. */
export const PRIORITIES = ["completion", "chat", "notebook", "background"] as const;

export type Priority = (typeof PRIORITIES)[number];

/** A bounded queue: the most urgent class first, first come first served within a class. */
export class RequestQueue<T> {
  readonly capacity: number;
  readonly #classes: Record<Priority, Set<T>> = { completion: new Set(), chat: new Set(), notebook: new Set(), background: new Set() };

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.#classes[priority].size, 0);
  }

  /** False when the queue is full: the item was not taken. */
  push(item: T, priority: Priority): boolean {
    if (this.size >= this.capacity) return false;
    this.#classes[priority].add(item);
    return true;
  }

  /** Takes the next item out that `accepts`, in the order of service; undefined when there is none. */
  shift(accepts: (item: T) => boolean = () => true): T | undefined {
    for (const priority of PRIORITIES) {
      for (const item of this.#classes[priority]) {
        if (!accepts(item)) continue;
        this.#classes[priority].delete(item);
        return item;
      }
    }
    return undefined;
  }

  /** Takes this item out wherever it stands; false when it is not (any more) queued. */
  remove(item: T): boolean {
    return PRIORITIES.some((priority) => this.#classes[priority].delete(item));
  }

  /** Takes everything out, in the order in which it would have been served. */
  drain(): T[] {
    const items = PRIORITIES.flatMap((priority) => [...this.#classes[priority]]);
    for (const priority of PRIORITIES) this.#classes[priority].clear();
    return items;
  }
}
