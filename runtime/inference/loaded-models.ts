import type { LoraRequest, ModelOffers, RuntimeStatus } from "../api/types.ts";
import type { Engine, LoadedModel } from "../engine/engine.ts";
import { cancelled, RetortError } from "../errors.ts";
import type { AdapterUse } from "../models/adapters/adapter.ts";
import { filesId, type ModelEntry, type Precision, type Progress, type StoredFile } from "../models/model.ts";
import { Lane } from "../scheduler/lane.ts";
import { adaptedSettings, checkAdapters, loadAdapted, markersOf } from "./adapted-model.ts";
import type { AdapterBook } from "./adapter-book.ts";
import { KeepAlive } from "./keep-alive.ts";
import { entered, type Load, LoadList } from "./load-list.ts";
import { handleOf, type ReadyModel } from "./loaded-model.ts";
import { doesNotFit, onlyOfBase, stillLoading } from "./model-errors.ts";
import { DEFAULT_MODEL, type ModelNames } from "./model-names.ts";
import type { SavedPrefixes } from "./saved-prefixes.ts";
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
  adapters: AdapterBook;
  /** Null: what slots hold goes with the model. */
  prefixes: SavedPrefixes | null;
  /** The precision that a model starts with. */
  choosePrecision(entry: ModelEntry): Promise<Precision>;
  /** Never download. */
  offline: boolean;
}

/** Prompt tokens between two looks at the cancel flag, on a CPU: about 0.1 s of work. A big model takes longer for each. */
const PREFILL_CHUNK = { small: 128, large: 16 } as const;
const LARGE_MODEL_PARAMETERS = 700e6;

/** Contexts with adapters in memory at a time, over all models. */
const MOST_ADAPTED = 4;

/**
 * Which models are in memory, and how they get there and out: loaded on first use, one load at a time, others put out
 * for it when the memory budget asks for it, the least recently used first and never in the middle of a request.
 */
export class LoadedModels {
  readonly #options: LoadedModelsOptions;
  /** By handle, least recently used first. */
  readonly #ready = new Map<string, ReadyModel>();
  readonly #loads = new LoadList();
  readonly #active = new Map<string, Precision>();
  readonly #pinned = new Map<string, number>();
  /** Ends the loads when the runtime does. */
  readonly #closing = new AbortController();
  readonly #keepAlive: KeepAlive;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: LoadedModelsOptions) {
    this.#options = options;
    this.#keepAlive = new KeepAlive((model) => void this.#inTurn(async () => {
      if (!this.#inUse(model)) await this.#putOut(model);
    }));
  }

  /** The catalogue's models. */
  entries(): readonly ModelEntry[] {
    return this.#options.files.entries();
  }

  /** The model of that name. Throws `model_not_found` naming the known ones. */
  find(name: string): ModelEntry {
    const find = (one: string): ModelEntry => this.#options.names.find(one, () => this.ready().at(-1)?.entry.id, this.#options.adapters.names());
    return this.#options.adapters.entry(name, () => find(DEFAULT_MODEL)) ?? find(name);
  }

  /** The adapters that work on a request for this model. Throws `adapter_not_found`. */
  adapters(entry: ModelEntry, asked?: readonly LoraRequest[]): Promise<AdapterUse[]> {
    return this.#options.adapters.uses(entry, asked);
  }

  /** The adapters that requests may name. */
  get adapterBook(): AdapterBook {
    return this.#options.adapters;
  }

  /** {@link find}, for what a model can do: the head of a user's own file is read for it, where that was not done yet. */
  async described(name: string): Promise<ModelEntry> {
    const entry = this.find(name);
    if (entry.base === undefined) return (await this.#options.files.described(entry.id)) ?? entry;
    const fills = markersOf(await this.adapters(entry)) !== null && !entry.capabilities.includes("fim");
    return fills ? { ...entry, capabilities: [...entry.capabilities, "fim"] } : entry;
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
    if (entry.base !== undefined) throw onlyOfBase(entry, "it has no file of its own that could be deleted.");
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
    return this.#loads.running();
  }

  activePrecisions(): Record<string, Precision> {
    return Object.fromEntries(this.#active);
  }

  /** The precision that answers a request which names none. Chosen on first use. */
  async activePrecision(asked: ModelEntry): Promise<Precision> {
    const entry = this.#weights(asked);
    const known = this.#active.get(entry.id);
    if (known !== undefined) return known;
    const chosen = await this.#options.choosePrecision(entry);
    const meanwhile = this.#active.get(entry.id);
    if (meanwhile === undefined) this.#active.set(entry.id, chosen);
    return meanwhile ?? chosen;
  }

  /**
   * Runs `work` with the model, which is loaded first when it is not in memory and stays there until `work` ends.
   * A load goes on when its first caller gives up. With `adapters`, in a context that has them.
   */
  async use<T>(entry: ModelEntry, precision: Precision | undefined, signal: AbortSignal, work: (model: ReadyModel) => Promise<T>, adapters: readonly AdapterUse[] = []): Promise<T> {
    const model = await this.#enter(entry, precision, signal, adapters);
    try {
      return await work(model);
    } finally {
      model.lane.leave();
    }
  }

  /** Throws `model_loading` for a model that is not in memory, after its load has been started. */
  async requireReady(asked: ModelEntry, precision: Precision | undefined, adapters: readonly AdapterUse[] = []): Promise<void> {
    const entry = this.#weights(asked);
    const wanted = precision ?? (await this.activePrecision(entry));
    const handle = handleOf(entry.id, wanted, adapters);
    if (this.#ready.has(handle)) return;
    const file = await this.#file(entry, wanted, false, this.#closing.signal);
    throw stillLoading(handle, this.#loadOf(entry, file, adapters).share);
  }

  /** Makes a model ready, downloading it where that is allowed. */
  async load(name: string, precision: Precision | undefined, signal: AbortSignal, onProgress: OnLoadProgress): Promise<ReadyModel> {
    const asked = this.find(name);
    const adapters = await this.adapters(asked);
    const entry = this.#weights(asked);
    const file = await this.#file(entry, precision ?? (await this.activePrecision(entry)), true, signal, onProgress);
    return left(await this.#enterFile(entry, file, adapters, signal, onProgress));
  }

  /**
   * Makes `precision` the one that answers from now on. The file is made ready first, while the old one still
   * answers; then queued requests go to the new one, and those already running finish where they are.
   */
  async switchPrecision(name: string, precision: Precision, signal: AbortSignal, onProgress: OnLoadProgress): Promise<ReadyModel> {
    const entry = this.#weights(this.find(name));
    const file = await this.#file(entry, precision, true, signal, onProgress);
    const before = this.#active.get(entry.id);
    this.#active.set(entry.id, precision);
    const load = this.#enterFile(entry, file, [], signal, onProgress);
    const old = this.ready().filter((model) => model.entry.id === entry.id && model.file.precision === before && before !== precision);
    for (const model of old) model.lane.moveQueued();
    try {
      return left(await load);
    } catch (error) {
      if (before !== undefined && !signal.aborted) this.#active.set(entry.id, before);
      throw error;
    }
  }

  /**
   * Puts a model out of memory when the requests for it have ended, with its contexts that have adapters; by an adapter's
   * name only the contexts with that one. Nothing happens to one that is not loaded.
   */
  async unload(name: string, precision?: Precision): Promise<void> {
    const entry = this.find(name);
    const isMeant = (model: ReadyModel): boolean => entry.base === undefined || model.adapters.some(({ adapter }) => adapter.name === entry.id);
    const targets = this.ready().filter((model) => model.entry.id === filesId(entry) && isMeant(model) && (precision === undefined || model.file.precision === precision));
    await this.#inTurn(async () => {
      for (const model of targets) await this.#putOut(model);
    });
  }

  /** The engine has loaded a model again after it died, perhaps elsewhere. */
  reloaded(loaded: LoadedModel): void {
    const model = this.#ready.get(loaded.handle);
    if (model !== undefined) model.engine = { ...loaded, fim: markersOf(model.adapters) ?? loaded.fim };
  }

  /**
   * {@link use}, of a model in two precisions; neither is put out for the other. They are held only together: whoever
   * puts a held one out waits for it, and the load of the other would wait for that.
   */
  async useBoth<T>(entry: ModelEntry, precisions: readonly [Precision, Precision], signal: AbortSignal, work: (a: ReadyModel, b: ReadyModel) => Promise<T>, adapters: readonly AdapterUse[] = []): Promise<T> {
    const id = filesId(entry);
    return this.#pinnedHandles(precisions.flatMap((precision) => [handleOf(id, precision), handleOf(id, precision, adapters)]), async () => {
      for (;;) {
        for (const precision of precisions) left(await this.#enter(entry, precision, signal, adapters));
        const [a, b] = precisions.map((precision) => this.#ready.get(handleOf(id, precision, adapters)));
        if (a === undefined || b === undefined) continue;
        for (const { lane } of [a, b]) lane.enter();
        try {
          return await work(a, b);
        } finally {
          for (const { lane } of [a, b]) lane.leave();
        }
      }
    });
  }

  async #pinnedHandles<T>(handles: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const handle of handles) this.#pinned.set(handle, (this.#pinned.get(handle) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const handle of handles) this.#pinned.set(handle, (this.#pinned.get(handle) ?? 1) - 1);
    }
  }

  #isPinned(handle: string): boolean {
    return (this.#pinned.get(handle) ?? 0) > 0;
  }

  /** Saves what the slots hold, where that is wished, for the next life of each model. */
  async savePrefixes(): Promise<void> {
    for (const model of this.ready()) await this.#options.prefixes?.save(model);
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
  async #enter(asked: ModelEntry, precision: Precision | undefined, signal: AbortSignal, adapters: readonly AdapterUse[]): Promise<ReadyModel> {
    const entry = this.#weights(asked);
    const wanted = precision ?? (await this.activePrecision(entry));
    const ready = this.#ready.get(handleOf(entry.id, wanted, adapters));
    if (ready === undefined) return this.#enterFile(entry, await this.#file(entry, wanted, false, signal), adapters, signal);
    this.#touch(ready);
    ready.lane.enter();
    return ready;
  }

  /** As `#enter`. */
  async #enterFile(entry: ModelEntry, file: StoredFile, adapters: readonly AdapterUse[], signal: AbortSignal, onProgress?: OnLoadProgress): Promise<ReadyModel> {
    if (signal.aborted) throw cancelled();
    return entered(this.#loadOf(entry, file, adapters), signal, onProgress);
  }

  #loadOf(entry: ModelEntry, file: StoredFile, adapters: readonly AdapterUse[]): Load {
    const handle = handleOf(entry.id, file.precision, adapters);
    return this.#loads.of(handle, entry, file.precision, (load) => this.#inTurn(() =>
      adapters.length === 0 ? this.#loadNow(handle, entry, file, load) : this.#adaptNow(handle, entry, file, adapters, load)));
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
    const prefillChunk = entry.parameters > LARGE_MODEL_PARAMETERS ? PREFILL_CHUNK.large : PREFILL_CHUNK.small;
    const loaded = await engine.load({
      handle,
      path: file.path,
      gpu: settings.gpu,
      gpuLayers: settings.gpuLayers,
      threads: settings.threads,
      contextSize,
      sequences: settings.slots,
      prefillChunk,
      kvCacheType: settings.kvCacheType,
      embedding: facts.embedding,
    }, (share) => {
      load.share = share;
      for (const listener of load.listeners) listener({ step: `load ${handle}`, done: Math.round(share * file.bytes), total: file.bytes, unit: "bytes" });
    }, signal);
    const { engineVersion } = await engine.devices();
    const lane = new Lane(loaded.sequences, queueCapacity, () => this.#keepAlive.idle(model));
    const model: ReadyModel = { entry, file, facts, engine: loaded, engineVersion, lane, keepAliveMs, need, prefillChunk, adapters: [] };
    await this.#options.prefixes?.restore(model);
    this.#ready.set(handle, model);
    return model;
  }

  /** A context with adapters on the model's weights; the model itself is loaded first where it is not in memory. */
  async #adaptNow(handle: string, asked: ModelEntry, file: StoredFile, adapters: readonly AdapterUse[], load: Load): Promise<ReadyModel> {
    const ready = this.#ready.get(handle);
    if (ready !== undefined) return ready;
    const { engine, settings, planner, queueCapacity } = this.#options;
    const signal = this.#closing.signal;
    const base = await this.#loadNow(handleOf(asked.id, file.precision), asked, file, load);
    this.#keepAlive.idle(base);
    await checkAdapters(base, adapters, signal);
    const own = adaptedSettings(settings, base);
    const need = (await planner.contextNeed(base.file, own)) + adapters.reduce((sum, { adapter }) => sum + adapter.bytes, 0);
    return this.#pinnedHandles([base.engine.handle], async () => {
      for (let others = this.adapted(); others.length >= MOST_ADAPTED; others = this.adapted()) await this.#putOut(this.#victim(others) as ReadyModel);
      await this.#free(handle, need, await planner.budget());
      const loaded = await loadAdapted(engine, own, base, adapters, signal);
      const lane = new Lane(loaded.sequences, queueCapacity, () => this.#keepAlive.idle(base));
      const model: ReadyModel = { ...base, engine: loaded, lane, need, adapters, base };
      await this.#options.prefixes?.restore(model);
      this.#ready.set(handle, model);
      this.#touch(base);
      return model;
    });
  }

  /** Puts other models out until the new one fits. Returns what it needs. Throws `no_memory`. */
  async #makeRoom(handle: string, file: StoredFile, settings: LoadSettings): Promise<number> {
    const { planner } = this.#options;
    const budget = await planner.budget();
    const { total, nearestFit } = await planner.need(file, settings, budget);
    if (total > budget) throw doesNotFit(handle, total, 0, budget, nearestFit);
    await this.#free(handle, total, budget);
    return total;
  }

  async #free(handle: string, total: number, budget: number): Promise<void> {
    for (let used = this.#used(); used + total > budget; used = this.#used()) {
      const victim = this.#victim();
      if (victim === undefined) throw doesNotFit(handle, total, used, budget, "Unload another model first, or raise the memory budget.");
      await this.#putOut(victim);
    }
  }

  #used(): number {
    return this.ready().reduce((sum, { need }) => sum + need, 0);
  }

  /** The least recently used model, one without work before one that has some. */
  #victim(among: readonly ReadyModel[] = this.ready()): ReadyModel | undefined {
    const free = among.filter(({ engine }) => !this.#isPinned(engine.handle));
    return free.find((model) => [model, ...this.adapted(model)].every(({ lane }) => lane.active + lane.queued === 0)) ?? free[0];
  }

  /** Contexts with adapters, on this model or on any. */
  adapted(base?: ReadyModel): ReadyModel[] {
    return this.ready().filter((model) => model.base !== undefined && (base === undefined || model.base === base));
  }

  #inUse(model: ReadyModel): boolean {
    return [model, ...this.adapted(model)].some(({ lane, engine }) => lane.inUse || this.#isPinned(engine.handle));
  }

  /** The model whose files an entry uses. */
  #weights(entry: ModelEntry): ModelEntry {
    return entry.base === undefined ? entry : this.find(entry.base);
  }

  /** The contexts that have adapters on this model's weights go before it. */
  async #putOut(model: ReadyModel): Promise<void> {
    const { handle } = model.engine;
    if (this.#ready.get(handle) !== model) return;
    this.#ready.delete(handle);
    for (const adapted of this.adapted(model)) await this.#putOut(adapted);
    await model.lane.unused();
    await this.#options.prefixes?.save(model);
    await this.#options.engine.unload(handle);
  }

  /** A context with adapters is older than its model: it is put out first. */
  #touch(model: ReadyModel): void {
    for (const used of [model, ...(model.base === undefined ? [] : [model.base])]) {
      if (!this.#ready.delete(used.engine.handle)) continue;
      this.#ready.set(used.engine.handle, used);
    }
  }
}

/** A model that was only to be made ready. */
function left(model: ReadyModel): ReadyModel {
  model.lane.leave();
  return model;
}
