import type { ReadyModel } from "./loaded-model.ts";

/** Puts models out of memory that nobody has used for a while. */
export class KeepAlive {
  readonly #putOut: (model: ReadyModel) => void;
  readonly #timers = new Map<ReadyModel, NodeJS.Timeout>();

  /** `putOut` is called for a model whose time is over and that is not in use. */
  constructor(putOut: (model: ReadyModel) => void) {
    this.#putOut = putOut;
  }

  /** The last one has stopped using it: its time begins. */
  idle(model: ReadyModel): void {
    clearTimeout(this.#timers.get(model));
    this.#timers.delete(model);
    if (model.keepAliveMs === null) return;
    const timer = setTimeout(() => {
      this.#timers.delete(model);
      if (!model.lane.inUse) this.#putOut(model);
    }, model.keepAliveMs);
    this.#timers.set(model, timer.unref());
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
