/** Who waits, most urgent first. */
export const PRIORITIES = ["completion", "chat", "notebook", "background"] as const;

export type Priority = (typeof PRIORITIES)[number];

/** What waits in one class: by client, the client whose turn is next first. */
type Turns<T> = Map<string, Set<T>>;

/**
 * A bounded queue: the most urgent class first. Within a class clients take turns, so that one with fifty requests
 * does not make another wait for all of them; the requests of one client are served as they came.
 */
export class RequestQueue<T> {
  readonly capacity: number;
  readonly #classes: Record<Priority, Turns<T>> = { completion: new Map(), chat: new Map(), notebook: new Map(), background: new Map() };
  #size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** False when the queue is full: the item was not taken, unless `always`. `client`: who shares with others. */
  push(item: T, priority: Priority, client = "", always = false): boolean {
    if (!always && this.#size >= this.capacity) return false;
    const turns = this.#classes[priority];
    const own = turns.get(client);
    if (own === undefined) turns.set(client, new Set([item]));
    else own.add(item);
    this.#size++;
    return true;
  }

  /** Takes the next item out that `accepts`, in the order of service; undefined when there is none. */
  shift(accepts: (item: T) => boolean = () => true): T | undefined {
    for (const priority of PRIORITIES) {
      const turns = this.#classes[priority];
      for (const [client, items] of turns) {
        for (const item of items) {
          if (!accepts(item)) continue;
          this.#take(turns, client, items, item);
          // Its next turn comes after all others'.
          if (items.size > 0) {
            turns.delete(client);
            turns.set(client, items);
          }
          return item;
        }
      }
    }
    return undefined;
  }

  /** Takes this item out wherever it stands; false when it is not (any more) queued. */
  remove(item: T): boolean {
    for (const priority of PRIORITIES) {
      const turns = this.#classes[priority];
      for (const [client, items] of turns) {
        if (!items.has(item)) continue;
        this.#take(turns, client, items, item);
        return true;
      }
    }
    return false;
  }

  /** Takes everything out, in the order in which it would have been served. */
  drain(): T[] {
    const items: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item);
    return items;
  }

  #take(turns: Turns<T>, client: string, items: Set<T>, item: T): void {
    items.delete(item);
    if (items.size === 0) turns.delete(client);
    this.#size--;
  }
}
