/**
 * Lets changes of what a context holds in between two batches. The library keeps the context locked as long as it finds
 * a stream that asks for its next token, and of two streams one always does: who must first cut old text off a slot
 * would wait until they have ended. So streams stand still while a change waits.
 */
export class StateChanges {
  #waiting = 0;
  #idle: Promise<void> = Promise.resolve();
  #goOn: () => void = () => undefined;

  /** Runs `change`, which takes the library's lock, as soon as the batch that is being evaluated has ended. */
  async make<T>(change: () => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#idle = new Promise((resolve) => (this.#goOn = resolve));
    try {
      return await change();
    } finally {
      if (--this.#waiting === 0) this.#goOn();
    }
  }

  /** To be awaited before each step of a generation. */
  async pass(): Promise<void> {
    while (this.#waiting > 0) await this.#idle;
  }
}
