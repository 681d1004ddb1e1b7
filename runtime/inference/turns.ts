/** Lets one at a time pass, in the order of asking. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn. The result, which may be called more than once, ends the turn. */
  take(): Promise<() => void> {
    const before = this.#last;
    let end: () => void = () => undefined;
    this.#last = new Promise((resolve) => { end = resolve; });
    return before.then(() => end);
  }
}
