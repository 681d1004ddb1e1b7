/** What follows from the end of a cell: the next one runs, the rest does not run, or the rest counts as failed. */
export type RunEnd = "next" | "stop" | "fail";

export interface QueuedCell {
  run(): Promise<RunEnd>;
  /** Called instead of `run`. */
  skip(failed: boolean): void;
}

/** The cells of one notebook, one after the other in the order in which they were asked for. */
export class RunQueue<C extends QueuedCell> {
  #waiting: C[] = [];
  #running: C | null = null;
  #emptied: Promise<void> = Promise.resolve();

  get running(): C | null {
    return this.#running;
  }

  get waiting(): readonly C[] {
    return this.#waiting;
  }

  /** Resolves when the queue is empty again. */
  async add(cells: readonly C[]): Promise<void> {
    this.#waiting.push(...cells);
    if (this.#running === null) this.#emptied = this.#run();
    await this.#emptied;
  }

  /** Takes a waiting cell out; no effect on the running one. */
  remove(cell: C): void {
    if (!this.#waiting.includes(cell)) return;
    this.#waiting = this.#waiting.filter((other) => other !== cell);
    cell.skip(false);
  }

  /** None of the waiting cells will run. */
  clear(failed: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const cell of waiting) cell.skip(failed);
  }

  async #run(): Promise<void> {
    try {
      for (let cell = this.#waiting.shift(); cell !== undefined; cell = this.#waiting.shift()) {
        this.#running = cell;
        const end = await cell.run();
        if (end !== "next") this.clear(end === "fail");
      }
    } finally {
      // Also where the editor has refused something: the next request must find a queue that works.
      this.#running = null;
      this.clear(true);
    }
  }
}
