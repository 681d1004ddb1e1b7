/** Calls `act` for each marked thing once nothing was marked for a while. Pure but for its timer. */
export class Debouncer<T> {
  readonly #quietMs: number;
  readonly #act: (thing: T) => void;
  readonly #marked = new Set<T>();
  #timer: NodeJS.Timeout | undefined;

  constructor(quietMs: number, act: (thing: T) => void) {
    this.#quietMs = quietMs;
    this.#act = act;
  }

  mark(thing: T): void {
    this.#marked.add(thing);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fire(), this.#quietMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#marked.clear();
  }

  #fire(): void {
    const marked = [...this.#marked];
    this.#marked.clear();
    for (const thing of marked) this.#act(thing);
  }
}
