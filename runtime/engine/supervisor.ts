import { entryPath } from "../entry.ts";
import { RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { CrashGuard, type CrashLimits } from "./crash-guard.ts";
import { type CallHooks, EngineChild, type EngineExit } from "./engine-child.ts";
import { engineCrashLoop, gpuLost, notLoaded } from "./engine-errors.ts";
import type {
  Backend,
  DeviceReport,
  DivergenceResult,
  Engine,
  FallbackNotice,
  GenerateRequest,
  GenerateResult,
  GpuChoice,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  PromptPart,
  ScoreResult,
  TokenEvent,
} from "./engine.ts";
import { GpuFallback, type RetryLimits } from "./gpu-fallback.ts";
import type { EngineCall, EngineCalls, EngineOperation } from "./protocol.ts";

export interface SupervisorOptions {
  /** `cpu`: go on without the GPU and say so. `fail`: refuse with `gpu_lost`. */
  fallback?: "cpu" | "fail";
  /** The built entry of the engine process; tests put their own. */
  entry?: string;
  /** No token and no progress for this long: the engine counts as dead. */
  stallMs?: number;
  /** The same while the engine starts or loads a model, which may be silent for long on a slow disk. */
  loadStallMs?: number;
  crash?: CrashLimits;
  gpuRetry?: RetryLimits;
  /** True when a GPU works. Default: a short-lived engine process reports its devices. */
  probeGpu?: () => Promise<boolean>;
  /** A model was loaded again after the engine's death, perhaps on another back end. Its slots are empty. */
  onReload?: (model: LoadedModel) => void;
}

const DEFAULTS = {
  fallback: "cpu",
  stallMs: 60_000,
  loadStallMs: 300_000,
  crash: { deaths: 5, windowMs: 60_000, backOffMs: 30_000 },
  gpuRetry: { firstMs: 60_000, mostMs: 600_000 },
} as const;

/** Load errors after which the CPU may do what the GPU could not. */
const GPU_LOAD_ERRORS = new Set(["load_failed", "no_memory", "numeric_error"]);

/** A running child and what it has loaded. */
interface Running {
  child: EngineChild;
  /** The back end that it was opened with. */
  backend: Backend;
  models: Map<string, Promise<LoadedModel>>;
  /** A model was put on the GPU, or it was tried: a death is then blamed on it. */
  usedGpu: boolean;
}

/**
 * The engine as the runtime sees it: a child process that is started when first needed, started again after its
 * death, with its models loaded again when they are next used, and moved to the CPU when the GPU is the cause.
 */
export class EngineSupervisor implements Engine {
  readonly #options: Required<Omit<SupervisorOptions, "onReload" | "probeGpu">> & Pick<SupervisorOptions, "onReload" | "probeGpu">;
  readonly #guard: CrashGuard;
  readonly #gpu: GpuFallback;
  /** Models that the runtime has loaded, whether or not the child of the moment has them. */
  readonly #wanted = new Map<string, LoadRequest>();
  #running: Running | null = null;
  #starting: Promise<Running> | null = null;
  #probing = false;
  #gpuIsBack = false;
  #disposed = false;

  constructor(options: SupervisorOptions = {}) {
    this.#options = { entry: entryPath("engine"), ...DEFAULTS, ...options };
    this.#guard = new CrashGuard(this.#options.crash);
    this.#gpu = new GpuFallback(this.#options.gpuRetry);
  }

  /** Process id of the engine of the moment. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  devices(): Promise<DeviceReport> {
    return this.#call({ op: "devices" });
  }

  async load(request: LoadRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<LoadedModel> {
    this.#wanted.delete(request.handle);
    const running = await this.#start(request.gpu);
    running.models.delete(request.handle);
    const loaded = await this.#loadInto(running, request, { onProgress, signal });
    this.#wanted.set(request.handle, request);
    return loaded;
  }

  async unload(handle: string): Promise<void> {
    this.#wanted.delete(handle);
    const running = this.#running;
    if (running === null || !running.models.delete(handle)) return;
    await running.child.call({ op: "unload", handle });
  }

  tokenize(handle: string, parts: PromptPart[]): Promise<Uint32Array> {
    return this.#callOn([handle], { op: "tokenize", handle, parts });
  }

  detokenize(handle: string, tokens: Uint32Array): Promise<string> {
    return this.#callOn([handle], { op: "detokenize", handle, tokens });
  }

  generate(request: GenerateRequest, onTokens: (events: TokenEvent[]) => void, signal: AbortSignal): Promise<GenerateResult> {
    return this.#callOn([request.handle], { op: "generate", request }, { onTokens, signal });
  }

  embed(handle: string, tokens: Uint32Array, signal: AbortSignal, lastState = false): Promise<Float32Array> {
    return this.#callOn([handle], { op: "embed", handle, tokens, lastState }, { signal });
  }

  score(handle: string, tokens: Uint32Array, signal: AbortSignal): Promise<ScoreResult> {
    return this.#callOn([handle], { op: "score", handle, tokens }, { signal });
  }

  divergence(handleA: string, handleB: string, tokens: Uint32Array, signal: AbortSignal): Promise<DivergenceResult> {
    return this.#callOn([handleA, handleB], { op: "divergence", handleA, handleB, tokens }, { signal });
  }

  async saveSlot(handle: string, slot: number, tokens: Uint32Array, path: string): Promise<number | null> {
    const running = this.#running;
    // A model that would have to be loaded for it has nothing in its slots.
    if (running === null || !running.child.alive || !running.models.has(handle)) return null;
    return await running.child.call({ op: "saveSlot", handle, slot, tokens, path });
  }

  restoreSlot(handle: string, slot: number, path: string): Promise<Uint32Array> {
    return this.#callOn([handle], { op: "restoreSlot", handle, slot, path });
  }

  memory(): Promise<MemoryReport> {
    return this.#call({ op: "memory" });
  }

  fallback(): FallbackNotice | null {
    return this.#gpu.notice;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#wanted.clear();
    await this.#running?.child.dispose();
  }

  async #call<O extends EngineOperation>(call: Extract<EngineCall, { op: O }>): Promise<EngineCalls[O]["result"]> {
    const { child } = await this.#start();
    return await child.call(call);
  }

  /** A call that needs models: those that a new child lacks are loaded first. */
  async #callOn<O extends EngineOperation>(
    handles: readonly string[],
    call: Extract<EngineCall, { op: O }>,
    hooks: CallHooks = {},
  ): Promise<EngineCalls[O]["result"]> {
    const requests = handles.map((handle) => this.#request(handle));
    const running = await this.#start(requests[0]?.gpu);
    for (const request of requests) await this.#ensureLoaded(running, request);
    return await running.child.call(call, hooks);
  }

  #request(handle: string): LoadRequest {
    const request = this.#wanted.get(handle);
    if (request === undefined) throw notLoaded(handle);
    return request;
  }

  async #ensureLoaded(running: Running, request: LoadRequest): Promise<void> {
    const known = running.models.get(request.handle);
    if (known !== undefined) return void (await known);
    const loaded = await this.#loadInto(running, request, {});
    this.#options.onReload?.(loaded);
  }

  /** Loads once, however many requests wait for it. */
  #loadInto(running: Running, request: LoadRequest, hooks: CallHooks): Promise<LoadedModel> {
    const loading = this.#loadOrFallBack(running, request, hooks);
    running.models.set(request.handle, loading);
    loading.catch(() => running.models.delete(request.handle));
    return loading;
  }

  /** A GPU that fails to load a model is replaced by the CPU where that is allowed. */
  async #loadOrFallBack(running: Running, request: LoadRequest, hooks: CallHooks): Promise<LoadedModel> {
    const gpu = this.#gpu.notice === null ? request.gpu : "cpu";
    const onGpu = gpu !== "cpu" && running.backend !== "cpu";
    running.usedGpu ||= onGpu;
    try {
      const loaded = await running.child.call({ op: "load", request: { ...request, gpu } }, hooks);
      if (onGpu) this.#gpu.recovered();
      return loaded;
    } catch (error) {
      if (!onGpu || !(error instanceof RetortError) || !GPU_LOAD_ERRORS.has(error.code)) throw error;
      if (this.#options.fallback === "fail") throw gpuLost(error.message);
      const loaded = await running.child.call({ op: "load", request: { ...request, gpu: "cpu" } }, hooks);
      this.#gpu.lost(running.backend, error.message, nowMs());
      return loaded;
    }
  }

  /** The child of the moment, or a new one. */
  async #start(choice: GpuChoice = "auto"): Promise<Running> {
    if (this.#disposed) throw new RetortError({ code: "engine_stopped", message: "The engine has been shut down.", status: 503 });
    this.#probeWhenDue();
    if (this.#starting !== null) return await this.#starting;
    if (this.#running !== null && !this.#isOutdated(this.#running, choice)) return this.#running;
    this.#starting = this.#replace(this.#running, choice).finally(() => {
      this.#starting = null;
    });
    return await this.#starting;
  }

  /** An idle child makes room when the GPU is back, and for another back end while nothing is loaded. */
  #isOutdated(running: Running, choice: GpuChoice): boolean {
    if (!running.child.alive) return true;
    if (running.child.pending > 0) return false;
    if (this.#gpuIsBack) return true;
    return running.models.size === 0 && this.#gpu.notice === null && choice !== "auto" && choice !== running.child.gpu;
  }

  async #replace(old: Running | null, choice: GpuChoice): Promise<Running> {
    await old?.child.dispose();
    const notice = this.#gpu.notice;
    if (notice !== null && !this.#gpuIsBack) {
      if (this.#options.fallback === "fail") throw gpuLost(notice.reason);
      return await this.#spawn("cpu");
    }
    this.#gpuIsBack = false;
    this.#gpu.recovered();
    try {
      return await this.#spawn(choice);
    } catch (error) {
      if (!(error instanceof RetortError) || error.code !== "backend_unavailable" || choice === "auto" || choice === "cpu") throw error;
      this.#gpu.lost(choice, error.message, nowMs());
      if (this.#options.fallback === "fail") throw gpuLost(error.message);
      return await this.#spawn("cpu");
    }
  }

  /** Starts a child and learns its back end. Throws `engine_crash_loop`, `engine_died`, `backend_unavailable`. */
  async #spawn(gpu: GpuChoice): Promise<Running> {
    const now = nowMs();
    const wait = this.#guard.waitMs(now);
    if (wait > 0) throw engineCrashLoop(this.#guard.count(now), this.#guard.limits.windowMs, wait);
    const { entry, stallMs, loadStallMs } = this.#options;
    const child = new EngineChild({ entry, gpu, stallMs, loadStallMs });
    const running: Running = { child, backend: "cpu", models: new Map(), usedGpu: false };
    void child.exited.then((exit) => this.#onExit(running, exit));
    this.#running = running;
    try {
      running.backend = (await child.call({ op: "devices" })).backend;
      return running;
    } catch (error) {
      await child.dispose();
      throw error;
    }
  }

  #onExit(running: Running, exit: EngineExit): void {
    if (this.#running === running) this.#running = null;
    if (!exit.unexpected) return;
    const now = nowMs();
    this.#guard.died(now);
    if (running.usedGpu) this.#gpu.lost(running.backend, exit.error.message, now);
  }

  /** Looks in the background whether a lost GPU works again; the next request then moves to it. */
  #probeWhenDue(): void {
    if (this.#probing || this.#gpuIsBack || !this.#gpu.isDue(nowMs())) return;
    this.#probing = true;
    const probe = this.#options.probeGpu ?? (() => this.#probeGpu());
    probe().then(
      (works) => this.#probed(works),
      () => this.#probed(false),
    );
  }

  #probed(works: boolean): void {
    this.#probing = false;
    this.#gpuIsBack = works;
    if (!works) this.#gpu.postpone(nowMs());
  }

  async #probeGpu(): Promise<boolean> {
    const { entry, stallMs, loadStallMs } = this.#options;
    const child = new EngineChild({ entry, gpu: this.#gpu.notice?.from ?? "auto", stallMs, loadStallMs });
    try {
      return (await child.call({ op: "devices" })).backend !== "cpu";
    } finally {
      await child.dispose();
    }
  }
}
