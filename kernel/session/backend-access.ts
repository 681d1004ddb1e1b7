import type { Backend } from "../experiment/model.ts";
import type { ModelAccess, ModelConnection } from "./model-access.ts";
import { type OpenClient, RuntimeAccess } from "./runtime-access.ts";

/** A notebook's usual way to its models, and the ways to back ends that a cell names. */
export class BackendAccess implements ModelAccess {
  readonly #ways: Record<Backend, ModelAccess>;
  readonly #usual: Backend;

  /** `usual` is where a cell goes that names no back end. */
  constructor(open: Record<Backend, OpenClient>, usual: Backend) {
    this.#ways = { local: new RuntimeAccess(open.local), remote: new RuntimeAccess(open.remote) };
    this.#usual = usual;
  }

  get current(): ModelConnection | null {
    return this.#ways[this.#usual].current;
  }

  connect(onStep: (step: string) => void, signal: AbortSignal, backend: Backend = this.#usual): Promise<ModelConnection> {
    return this.#ways[backend].connect(onStep, signal);
  }

  async dispose(): Promise<void> {
    await Promise.all(Object.values(this.#ways).map((way) => way.dispose()));
  }
}
