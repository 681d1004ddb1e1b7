import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { Disposable } from "../../runtime/dispose.ts";
import type { Model } from "../experiment/model.ts";

/** What a notebook asks of a runtime besides answers. */
export type RuntimeApi = Pick<RuntimeClient, "local" | "models" | "status" | "devices" | "memory" | "load" | "unload" | "precision" | "tokenize">;

export interface ModelConnection {
  model: Model;
  runtime: RuntimeApi;
}

/** The way from a notebook to its models. */
export interface ModelAccess extends Disposable {
  /** Null until the first `connect`, and never starts anything. */
  readonly current: ModelConnection | null;
  /** Connects, and starts a runtime where none runs. `onStep` is told in plain words what takes time. */
  connect(onStep: (step: string) => void, signal: AbortSignal): Promise<ModelConnection>;
}
