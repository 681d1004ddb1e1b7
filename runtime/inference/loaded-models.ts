import type { ModelOffers, RuntimeStatus } from "../api/types.ts";
import type { Engine, LoadedModel } from "../engine/engine.ts";
import { cancelled, RetortError } from "../errors.ts";
import type { ModelEntry, Precision, Progress, StoredFile } from "../models/model.ts";
import { Lane } from "../scheduler/lane.ts";
import { KeepAlive } from "./keep-alive.ts";
import { handleOf, type ReadyModel } from "./loaded-model.ts";
import { doesNotFit, stillLoading } from "./model-errors.ts";
import type { ModelNames } from "./model-names.ts";
import { modelOffers } from "./model-offers.ts";
import type { LoadSettings, MemoryPlanner, ModelFiles, OnLoadProgress, ReadFacts } from "./ports.ts";

export interface LoadedModelsOptions {
  engine: Engine;
  files: ModelFiles;
  readFacts: ReadFacts;
  planner: MemoryPlanner;
  settings: LoadSettings;
  /** Requests that may wait for one model. */
  queueCapacity: number;
  /** How long a model stays in memory without a request; null: until its place is needed. */
  keepAliveMs: number | null;
  names: ModelNames;
  /** The precision that a model starts with. */
  choosePrecision(entry: ModelEntry): Promise<Precision>;
  /** Never download. */
  offline: boolean;
}

/** Prompt tokens between two looks at the cancel flag, on a CPU: about 0.1 s of work. A big model takes longer for each. */
const PREFILL_CHUNK = { small: 128, large: 16 } as const;
const LARGE_MODEL_PARAMETERS = 700e6;

/** Somebody who needs a model that is being loaded. */
interface Waiter {
  ready(model: ReadyModel): void;
  failed(error: unknown): void;
}

interface Load {
  model: ModelEntry;
  precision: Precision;
  share: number;
  listeners: Set<OnLoadProgress>;
  waiters: Set<Waiter>;
}

/**
 * Which models are in memory, and how they get there and out: loaded on first use, one load at a time, others put out
 * for it when the memory budget asks for it, the least recently used first and never in the middle of a request.
 */
export class LoadedModels {
  readonly #options: LoadedModelsOptions;
  /** By handle, least recently used first. */
  readonly #ready = new Map<string, ReadyModel>();
  readonly #loads = new Map<string, Load>();
  readonly #active = new Map<string, Precision>();
  readonly #pinned = new Map<string, number>();
  /** Ends the loads when the runtime does. */
  readonly #closing = new AbortController();
  readonly #keepAlive: KeepAlive;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: LoadedModelsOptions) {
    this.#options = options;
    this.#keepAlive = new KeepAlive((model) => void this.#inTurn(async () => {
      if (!model.lane.inUse) await this.#putOut(model);
    }));
  }

  /** The catalogue's models. */
  entries(): readonly ModelEntry[] {
    return this.#options.files.entries();
  }

  /** The model of that name. Throws `model_not_found` naming the known ones. */
  find(name: string): ModelEntry {
    return this.#options.names.find(name, () => this.ready().at(-1)?.entry.id);
  }

  /** {@link find}, for what a model can do: the head of a user's own file is read for it, where that was not done yet. */
  async described(name: string): Promise<ModelEntry> {
    const entry = this.find(name);
    return (await this.#options.files.described(entry.id)) ?? entry;
  }

  /** How every model is loaded. */
  get settings(): Readonly<LoadSettings> {
    return this.#options.settings;
  }

  get aliases(): Readonly<Record<string, string>> {
    return this.#options.names.aliases;
  }

  /** Looks again at the user's own list of files. */
  async refreshNames(): Promise<void> {
    await this.#options.names.refresh();
  }

  /** Every model that could be used here. Looks again at the user's own list first. */
  async offers(): Promise<ModelOffers> {
    const { files, planner, settings, names } = this.#options;
    await names.refresh();
    return modelOffers({ files, planner, settings, ready: () => this.ready(), aliases: () => names.aliases });
  }

  /** Puts a model out of memory and deletes the files of it that Retort downloaded or made. */
  async remove(name: string, precision?: Precision): Promise<{ id: string; removed: StoredFile[] }> {
    const entry = this.find(name);
    await this.unload(entry.id, precision);
    const removed = await this.#options.files.remove(entry.id, precision);
    // The choice may have been a file that is gone.
    this.#active.delete(entry.id);
    return { id: entry.id, removed };
  }

  /** Least recently used first. */
  ready(): ReadyModel[] {
    return [...this.#ready.values()];
  }

  loading(): RuntimeStatus["loading"] {
    return [...this.#loads.values()].map(({ model, precision, share }) => ({ model: model.id, precision, share }));
  }

  activePrecisions(): Record<string, Precision> {
    return Object.fromEntries(this.#active);
  }

  /** The precision that answers a request which names none. Chosen on first use. */
  async activePrecision(entry: ModelEntry): Promise<Precision> {
    const known = this.#active.get(entry.id);
    if (known !== undefined) return known;
    const chosen = await this.#options.choosePrecision(entry);
    const meanwhile = this.#active.get(entry.id);
    if (meanwhile === undefined) this.#active.set(entry.id, chosen);
    return meanwhile ?? chosen;
  }

  /**
   * Runs `work` with the model, which is loaded first when it is not in memory and stays there until `work` ends.
   * A load goes on when its first caller gives up.
   */
  async use<T>(entry: ModelEntry, precision: Precision | undefined, signal: AbortSignal, work: (model: ReadyModel) => Promise<T>): Promise<T> {
    const model = await this.#enter(entry, precision, signal);
    try {
      return await work(model);
    } finally {
      model.lane.leave();
    }
  }

  /** Throws `model_loading` for a model that is not in memory, after its load has been started. */
  async requireReady(entry: ModelEntry, precision: Precision | undefined): Promise<void> {
    const wanted = precision ?? (await this.activePrecision(entry));
    const handle = handleOf(entry.id, wanted);
    if (this.#ready.has(handle)) return;
    const file = await this.#file(entry, wanted, false, this.#closing.signal);
    throw stillLoading(handle, this.#loadOf(entry, file).share);
  }

  /** Makes a model ready, downloading it where that is allowed. */
  async load(name: string, precision: Precision | undefined, signal: AbortSignal, onProgress: OnLoadProgress): Promise<ReadyModel> {
    const entry = this.find(name);
    const file = await this.#file(entry, precision ?? (await this.activePrecision(entry)), true, signal, onProgress);
    return left(await this.#enterFile(entry, file, signal, onProgress));
  }

  /**
   * Makes `precision` the one that answers from now on. The file is made ready first, while the old one still
   * answers; then queued requests go to the new one, and those already running finish where they are.
   */
  async switchPrecision(name: string, precision: Precision, signal: AbortSignal, onProgress: OnLoadProgress): Promise<ReadyModel> {
    const entry = this.find(name);
    const file = await this.#file(entry, precision, true, signal, onProgress);
    const before = this.#active.get(entry.id);
    this.#active.set(entry.id, precision);
    const load = this.#enterFile(entry, file, signal, onProgress);
    if (before !== undefined && before !== precision) this.#ready.get(handleOf(entry.id, before))?.lane.moveQueued();
    try {
      return left(await load);
    } catch (error) {
      if (before !== undefined && !signal.aborted) this.#active.set(entry.id, before);
      throw error;
    }
  }

  /** Puts a model out of memory when the requests for it have ended. Nothing happens to one that is not loaded. */
  async unload(name: string, precision?: Precision): Promise<void> {
    const entry = this.find(name);
    const targets = this.ready().filter((model) => model.entry.id === entry.id && (precision === undefined || model.file.precision === precision));
    await this.#inTurn(async () => {
      for (const model of targets) await this.#putOut(model);
    });
  }

  /** The engine has loaded a model again after it died, perhaps elsewhere. */
  reloaded(loaded: LoadedModel): void {
    const model = this.#ready.get(loaded.handle);
    if (model !== undefined) model.engine = loaded;
  }

  /** Runs `work` while these files of a model may not be put out of memory. */
  async pinned<T>({ id }: ModelEntry, precisions: readonly Precision[], work: () => Promise<T>): Promise<T> {
    const handles = precisions.map((precision) => handleOf(id, precision));
    for (const handle of handles) this.#pinned.set(handle, (this.#pinned.get(handle) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const handle of handles) this.#pinned.set(handle, (this.#pinned.get(handle) ?? 1) - 1);
    }
  }

  /** Ends loads in progress. The models themselves end with the engine. */
  async dispose(): Promise<void> {
    this.#keepAlive.dispose();
    this.#closing.abort();
    await this.#lastChange;
  }

  /** The file, made from another one where only that is here; downloaded only when `download` allows it. */
  async #file(entry: ModelEntry, precision: Precision, download: boolean, signal: AbortSignal, onProgress?: OnLoadProgress): Promise<StoredFile> {
    const { files, offline } = this.#options;
    const work = { onProgress: (progress: Progress): void => onProgress?.(progress), signal };
    try {
      return await files.ensure(entry.id, precision, work);
    } catch (error) {
      if (!download || !(error instanceof RetortError) || error.code !== "model_not_installed") throw error;
    }
    const offered = entry.sources.some((source) => source.precision === precision);
    await files.pull(entry.id, { ...work, offline, ...(offered ? { precision } : {}) });
    return files.ensure(entry.id, precision, work);
  }

  /** The model in memory and in use: the caller must leave its lane. */
  async #enter(entry: ModelEntry, precision: Precision | undefined, signal: AbortSignal): Promise<ReadyModel> {
    const wanted = precision ?? (await this.activePrecision(entry));
    const handle = handleOf(entry.id, wanted);
    const ready = this.#ready.get(handle);
    if (ready === undefined) return this.#enterFile(entry, await this.#file(entry, wanted, false, signal), signal);
    this.#touch(handle, ready);
    ready.lane.enter();
    return ready;
  }

  /** As `#enter`. A model is in use from the moment its load is done, so that nothing can put it out before. */
  #enterFile(entry: ModelEntry, file: StoredFile, signal: AbortSignal, onProgress?: OnLoadProgress): Promise<ReadyModel> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const load = this.#loadOf(entry, file);
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

  /** The load of this file: the one in progress, or a new one. */
  #loadOf(entry: ModelEntry, file: StoredFile): Load {
    const handle = handleOf(entry.id, file.precision);
    const current = this.#loads.get(handle);
    if (current !== undefined) return current;
    const load: Load = { model: entry, precision: file.precision, share: 0, listeners: new Set(), waiters: new Set() };
    this.#loads.set(handle, load);
    this.#inTurn(() => this.#loadNow(handle, entry, file, load)).then(
      (model) => { this.#loads.delete(handle); for (const waiter of load.waiters) waiter.ready(model); },
      (error: unknown) => { this.#loads.delete(handle); for (const waiter of load.waiters) waiter.failed(error); },
    );
    return load;
  }

  /** One change of what is in memory at a time, so that each sees how much is free. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastChange.then(work);
    this.#lastChange = done.catch(() => undefined);
    return done;
  }

  async #loadNow(handle: string, asked: ModelEntry, file: StoredFile, load: Load): Promise<ReadyModel> {
    const ready = this.#ready.get(handle);
    if (ready !== undefined) return ready;
    const { engine, settings, readFacts, queueCapacity, keepAliveMs } = this.#options;
    const signal = this.#closing.signal;
    // A model outside the catalogue is known by its name only, until its file has been opened.
    const entry = this.#options.files.find(asked.id) ?? asked;
    const facts = await readFacts(file.path, signal);
    const contextSize = Math.min(settings.contextSize, entry.context);
    const need = await this.#makeRoom(handle, file, { ...settings, contextSize });
    const loaded = await engine.load({
      handle,
      path: file.path,
      gpu: settings.gpu,
      gpuLayers: settings.gpuLayers,
      threads: settings.threads,
      contextSize,
      sequences: settings.slots,
      prefillChunk: entry.parameters > LARGE_MODEL_PARAMETERS ? PREFILL_CHUNK.large : PREFILL_CHUNK.small,
      kvCacheType: settings.kvCacheType,
      embedding: facts.embedding,
    }, (share) => {
      load.share = share;
      for (const listener of load.listeners) listener({ step: `load ${handle}`, done: Math.round(share * file.bytes), total: file.bytes, unit: "bytes" });
    }, signal);
    const { engineVersion } = await engine.devices();
    const lane = new Lane(loaded.sequences, queueCapacity, () => this.#keepAlive.idle(model));
    const model: ReadyModel = { entry, file, facts, engine: loaded, engineVersion, lane, keepAliveMs, need };
    this.#ready.set(handle, model);
    return model;
  }

  /** Puts other models out until the new one fits. Returns what it needs. Throws `no_memory`. */
  async #makeRoom(handle: string, file: StoredFile, settings: LoadSettings): Promise<number> {
    const { planner } = this.#options;
    const budget = await planner.budget();
    const { total, nearestFit } = await planner.need(file, settings, budget);
    if (total > budget) throw doesNotFit(handle, total, 0, budget, nearestFit);
    for (let used = this.#used(); used + total > budget; used = this.#used()) {
      const victim = this.#victim();
      if (victim === undefined) throw doesNotFit(handle, total, used, budget, "Unload another model first, or raise the memory budget.");
      await this.#putOut(victim);
    }
    return total;
  }

  #used(): number {
    return this.ready().reduce((sum, { need }) => sum + need, 0);
  }

  /** The least recently used model, one without work before one that has some. */
  #victim(): ReadyModel | undefined {
    const free = this.ready().filter(({ engine }) => (this.#pinned.get(engine.handle) ?? 0) === 0);
    return free.find(({ lane }) => lane.active + lane.queued === 0) ?? free[0];
  }

  async #putOut(model: ReadyModel): Promise<void> {
    const { handle } = model.engine;
    if (this.#ready.get(handle) !== model) return;
    this.#ready.delete(handle);
    await model.lane.unused();
    await this.#options.engine.unload(handle);
  }

  #touch(handle: string, model: ReadyModel): void {
    this.#ready.delete(handle);
    this.#ready.set(handle, model);
  }
}

/** A model that was only to be made ready. */
function left(model: ReadyModel): ReadyModel {
  model.lane.leave();
  return model;
}
