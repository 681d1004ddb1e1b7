import type { Backend, Model } from "../experiment/model.ts";
import type { Plan, PlannedRun } from "../experiment/plan.ts";
import { type LoadedModels, loadModels } from "./loaded-models.ts";
import type { ModelAccess, ModelConnection, RuntimeApi } from "./model-access.ts";

/** The back ends that the requests of one cell go to. */
export class JobBackends {
  readonly #connections: ReadonlyMap<Backend | undefined, ModelConnection>;

  private constructor(connections: ReadonlyMap<Backend | undefined, ModelConnection>) {
    this.#connections = connections;
  }

  /** Connects to every back end that a request names, and to the usual one where one names none. */
  static async connect(plan: Plan, access: ModelAccess, onStep: (step: string) => void, signal: AbortSignal): Promise<JobBackends> {
    const connections = new Map<Backend | undefined, ModelConnection>();
    for (const backend of new Set(plan.runs.filter((run) => run.problem === null).map(({ request }) => request.backend))) {
      connections.set(backend, await access.connect(onStep, signal, backend));
    }
    return new JobBackends(connections);
  }

  /** The first one: for what is asked besides the runs, such as a judge. */
  get main(): ModelConnection {
    return [...this.#connections.values()][0] as ModelConnection;
  }

  /** Every answer is from this machine. */
  get local(): boolean {
    return [...this.#connections.values()].every(({ runtime }) => runtime.local);
  }

  /** One model that sends each request where it belongs. */
  get model(): Model {
    if (this.#connections.size === 1) return this.main.model;
    return { ask: (request, onDelta, signal) => this.#of(request.backend).model.ask(request, onDelta, signal) };
  }

  /** Names the model in every request that names none; `choose` is asked once for each back end. */
  async named(plan: Plan, choose: (runtime: RuntimeApi) => Promise<string>): Promise<Plan> {
    const models = new Map<Backend | undefined, string>();
    for (const [backend, { runtime }] of this.#connections) models.set(backend, await choose(runtime));
    return { ...plan, runs: plan.runs.map((run) => ({ ...run, request: { ...run.request, model: run.request.model ?? models.get(run.request.backend) ?? [...models.values()][0] ?? "" } })) };
  }

  /** Makes ready what the runs need on this machine. */
  async load(runs: readonly PlannedRun[], signal: AbortSignal, onStep: (step: string) => void): Promise<LoadedModels> {
    const loaded = new Map<string, NonNullable<ReturnType<LoadedModels["get"]>>>();
    for (const [backend, { runtime }] of this.#connections) {
      for (const [key, info] of await loadModels(runs.filter(({ request }) => request.backend === backend), runtime, signal, onStep)) loaded.set(key, info);
    }
    return loaded;
  }

  #of(backend: Backend | undefined): ModelConnection {
    return this.#connections.get(backend) ?? this.main;
  }
}
