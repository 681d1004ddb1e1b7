import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { Disposable } from "../../runtime/dispose.ts";
import type { Backend, Model } from "../experiment/model.ts";
import type { MessageTrace } from "../experiment/record/message-trace.ts";

/** What a notebook asks of a runtime besides answers. */
export type RuntimeApi = Pick<RuntimeClient, "local" | "models" | "status" | "devices" | "memory" | "load" | "unload" | "precision" | "tokenize" | "score" | "embeddings"> & Partial<Pick<RuntimeClient, "probe">>;

export interface ModelConnection {
  model: Model;
  /** The messages of the reply that ended last; null before the first. */
  lastTrace?(): MessageTrace | null;
  runtime: RuntimeApi;
}

/** The way from a notebook to its models. */
export interface ModelAccess extends Disposable {
  /** Null until the first `connect`, and never starts anything. */
  readonly current: ModelConnection | null;
  /** Connects, and starts a runtime where none runs. `onStep` is told in plain words what takes time. `backend`: another place than the usual one; throws `no_remote` where none is set. */
  connect(onStep: (step: string) => void, signal: AbortSignal, backend?: Backend): Promise<ModelConnection>;
}
