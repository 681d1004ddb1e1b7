import type { RuntimeStatus } from "../api/types.ts";
import { cancelled } from "../errors.ts";
import type { ModelEntry, Precision } from "../models/model.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { OnLoadProgress } from "./ports.ts";

/** Somebody who needs a model that is being loaded. */
interface Waiter {
  ready(model: ReadyModel): void;
  failed(error: unknown): void;
}

/** A load in progress. */
export interface Load {
  model: ModelEntry;
  precision: Precision;
  share: number;
  listeners: Set<OnLoadProgress>;
  waiters: Set<Waiter>;
}

/** The loads in progress, each of them once however many wait for it. It goes on when they give up. */
export class LoadList {
  readonly #loads = new Map<string, Load>();

  running(): RuntimeStatus["loading"] {
    return [...this.#loads.values()].map(({ model, precision, share }) => ({ model: model.id, precision, share }));
  }

  /** The load behind `handle`: the one in progress, or a new one by `start`. */
  of(handle: string, model: ModelEntry, precision: Precision, start: (load: Load) => Promise<ReadyModel>): Load {
    const current = this.#loads.get(handle);
    if (current !== undefined) return current;
    const load: Load = { model, precision, share: 0, listeners: new Set(), waiters: new Set() };
    this.#loads.set(handle, load);
    start(load).then(
      (ready) => { this.#loads.delete(handle); for (const waiter of load.waiters) waiter.ready(ready); },
      (error: unknown) => { this.#loads.delete(handle); for (const waiter of load.waiters) waiter.failed(error); },
    );
    return load;
  }
}

/** The model that a load brings. It is in use from the moment that the load is done, so that nothing can put it out before. */
export function entered(load: Load, signal: AbortSignal, onProgress?: OnLoadProgress): Promise<ReadyModel> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      load.waiters.delete(waiter);
      signal.removeEventListener("abort", abort);
      if (onProgress !== undefined) load.listeners.delete(onProgress);
    };
    const waiter: Waiter = {
      ready: (model) => { stop(); model.lane.enter(); resolve(model); },
      failed: (error) => { stop(); reject(error); },
    };
    const abort = (): void => waiter.failed(cancelled());
    load.waiters.add(waiter);
    signal.addEventListener("abort", abort, { once: true });
    if (onProgress !== undefined) load.listeners.add(onProgress);
  });
}
