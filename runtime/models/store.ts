import { rm } from "node:fs/promises";
import { join } from "node:path";
import { RetortError } from "../errors.ts";
import { acquireLock } from "../lock.ts";
import { fileError } from "./file-error.ts";
import { modelFolder } from "./file-name.ts";
import type { InspectGguf } from "./inspect.ts";
import { InstalledFiles } from "./installed.ts";
import { isNamedForCode, looseEntry, withFacts } from "./loose-entry.ts";
import type { ModelEntry, OnProgress, Precision, StoredFile, UnfinishedFile } from "./model.ts";
import { OwnFiles, type Listed } from "./own-files.ts";
import { chooseSource, pullFile } from "./pull.ts";
import { precisionOf } from "./quant-name.ts";
import type { Finder, Source } from "./sources/source.ts";
import { bestSource, chooseVariant } from "./variant.ts";

/** Makes the `precision` variant of the file `from` at `to`. */
export type Convert = (request: { from: string; to: string; precision: "fp16" | "int8"; onProgress: OnProgress; signal: AbortSignal }) => Promise<{ bytes: number; sha256: string; quant: string }>;

export interface StoreOptions {
  /** The store's folder. Created when first written to. */
  folder: string;
  catalogue: readonly ModelEntry[];
  sources: readonly Source[];
  finders: readonly Finder[];
  inspect: InspectGguf;
  convert: Convert;
}

export interface WorkOptions {
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface PullOptions extends WorkOptions {
  /** Default: the catalogue's first source. */
  precision?: Precision;
  /** Refuse instead of using the network. */
  offline?: boolean;
}

const LOCK_STEP = "wait for another process";

/** The model files of this user: what is known, what is here, how to get and to make more. Ids may be aliases everywhere. */
export class ModelStore {
  readonly #options: StoreOptions;
  readonly #own: OwnFiles;
  readonly #installed: InstalledFiles;
  /** Entries outside the catalogue, as their files describe them. */
  readonly #described = new Map<string, ModelEntry>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#own = new OwnFiles(options.folder);
    this.#installed = new InstalledFiles(options.finders, join(options.folder, "records"), options.inspect);
  }

  /** The catalogue. */
  entries(): readonly ModelEntry[] {
    return this.#options.catalogue;
  }

  /**
   * The model behind an id, an alias, `file:/absolute.gguf`, `hf:owner/repo/file.gguf`, or `ollama:`, `lmstudio:`, `jan:`,
   * `hf-cache:` names. Models outside the catalogue are described by their name until {@link file} has read them.
   * Errors: `bad_file_name` for an `hf:` path that could not be one.
   */
  find(idOrAlias: string): ModelEntry | undefined {
    const wanted = idOrAlias.toLowerCase();
    const known = this.#options.catalogue.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
    return known ?? this.#described.get(idOrAlias) ?? looseEntry(idOrAlias);
  }

  /**
   * {@link find} for a model that is here, as its file describes it: what a model can do shall be known before it is loaded
   * for the first time. Only heads are read: of the user's own files, and of others that may be able to fill in code.
   */
  async described(id: string): Promise<ModelEntry | undefined> {
    const entry = this.find(id);
    if (entry === undefined || this.#options.catalogue.includes(entry) || this.#described.has(id)) return entry;
    if (!id.startsWith("file:") && !isNamedForCode(id)) return entry;
    try {
      const facts = await this.#installed.facts(id);
      if (facts === undefined) return entry;
      const known = withFacts(entry, facts);
      this.#described.set(id, known);
      return known;
    } catch (error) {
      // A file that must not be loaded says so when somebody wants to load it.
      if (error instanceof RetortError) return entry;
      throw error;
    }
  }

  /** Every model file here, the store's own first; `sha256` is "" for one in place that has never been opened. */
  async list(): Promise<Listed> {
    const [own, installed] = await Promise.all([this.#own.all(), this.#installed.list()]);
    return { files: [...own.files, ...installed.files], warnings: [...own.warnings, ...installed.warnings] };
  }

  /** {@link list} without its warnings. */
  async installed(): Promise<StoredFile[]> {
    return (await this.list()).files;
  }

  /**
   * The file for a precision, checked to be the one that was recorded; undefined when it is not here.
   * The first look at a file in place hashes it, which takes a second or two per GB.
   * Errors: `model_unknown`, `hash_mismatch`, `outside_store`, `gguf_…`.
   */
  async file(modelId: string, precision: Precision, signal?: AbortSignal): Promise<StoredFile | undefined> {
    const entry = this.#need(modelId);
    const file = chooseVariant(await this.#candidates(entry, signal), precision);
    return file === undefined ? undefined : this.#open(file, signal);
  }

  /** Downloads a model's file unless it is here. Errors: `offline`, `precision_unavailable`, those of {@link file} and of the sources. */
  async pull(modelId: string, options: PullOptions = {}): Promise<StoredFile> {
    const entry = this.#need(modelId);
    const here = await this.#genuine(entry, options);
    if (here !== undefined) return here;
    if (entry.sources.length === 0) throw notInstalled(entry.id);
    const wanted = chooseSource(entry, options.precision);
    if (options.offline) {
      throw new RetortError({ code: "offline", message: `${entry.id} is not here, and --offline forbids the network.`, hint: `With a network: retort pull ${entry.id}`, status: 503 });
    }
    return this.#locked(entry, options, async (onProgress, signal) => {
      const meanwhile = await this.#genuine(entry, options);
      if (meanwhile !== undefined) return meanwhile;
      const { sources, inspect } = this.#options;
      const file = await pullFile({ modelId: entry.id, wanted, sources, own: this.#own, inspect, onProgress, signal });
      await this.#describe(file, signal);
      return file;
    });
  }

  /**
   * The file for a precision: the one here, or one made from the best file here; `madeFrom` says from what.
   * Errors: `model_not_installed` (404), those of {@link file} and of the conversion.
   */
  async ensure(modelId: string, precision: Precision, options: WorkOptions = {}): Promise<StoredFile> {
    const entry = this.#need(modelId);
    const here = await this.file(entry.id, precision, options.signal);
    if (here !== undefined) return here;
    const source = bestSource(await this.#candidates(entry, options.signal));
    if (source === undefined || precision === "q4") throw notInstalled(entry.id, source && precision);
    return this.#locked(entry, options, async (onProgress, signal) => {
      const meanwhile = await this.file(entry.id, precision, signal);
      return meanwhile ?? this.#make(entry, precision, await this.#open(source, signal), onProgress, signal);
    });
  }

  /** Downloads of a model that stopped and would go on where they are. */
  async unfinished(modelId: string): Promise<UnfinishedFile[]> {
    return this.#own.unfinished(this.#need(modelId).id);
  }

  /** True for a file that the store itself brought or made: what {@link remove} may delete. */
  owns(file: StoredFile): boolean {
    return this.#own.holds(file);
  }

  /**
   * Deletes the store's own files of a model, and what unfinished downloads left. Files of the user and of other programs
   * stay. Resolves to what was deleted.
   */
  async remove(modelId: string, precision?: Precision): Promise<StoredFile[]> {
    const entry = this.#need(modelId);
    return this.#locked(entry, {}, async () => {
      const files = (await this.#own.of(entry.id)).files.filter((file) => precision === undefined || file.precision === precision);
      for (const file of files) await this.#own.remove(file);
      for (const part of await this.#own.unfinished(entry.id)) {
        if (precision === undefined || precisionOf(part.quant) === precision) await this.#own.removeUnfinished(part);
      }
      return files;
    });
  }

  /** The entry that has the files: of a model with an adapter its base. */
  #need(modelId: string): ModelEntry {
    const named = this.find(modelId);
    const entry = named?.base === undefined ? named : this.find(named.base);
    if (entry !== undefined) return entry;
    const known = this.#options.catalogue.map(({ id }) => id).join(", ");
    throw new RetortError({ code: "model_unknown", message: `There is no model ${JSON.stringify(modelId)}.`, hint: `Known models: ${known}. A file of yours: file:/absolute/path.gguf`, status: 404 });
  }

  /** A file of the model that was not made here, opened. */
  async #genuine(entry: ModelEntry, { precision, signal }: PullOptions): Promise<StoredFile | undefined> {
    // Outside the catalogue, a name says too little about the precision to look for it.
    const wanted = precision ?? (this.#options.catalogue.includes(entry) ? entry.sources[0]?.precision : undefined);
    const files = (await this.#candidates(entry, signal)).filter(({ madeFrom }) => madeFrom === undefined);
    const file = wanted === undefined ? files[0] : chooseVariant(files, wanted);
    return file === undefined ? undefined : this.#open(file, signal);
  }

  /** Own files, and the ones in place that are this very model. */
  async #candidates(entry: ModelEntry, signal: AbortSignal | undefined): Promise<StoredFile[]> {
    const own = (await this.#own.of(entry.id)).files;
    const inPlace = this.#options.catalogue.includes(entry) ? await this.#sameAsSources(entry) : await this.#opened(entry, signal);
    return [...own, ...inPlace];
  }

  /** Other programs' copies of the catalogue's own files: they keep the hub's path. */
  async #sameAsSources(entry: ModelEntry): Promise<StoredFile[]> {
    const { files } = await this.#installed.list();
    return files.flatMap((file) => {
      const path = file.origin.replace(/^(lmstudio|hf-cache):/, "hf:");
      const source = entry.sources.find(({ uri }) => uri === path);
      return source === undefined ? [] : [{ ...file, modelId: entry.id, precision: source.precision, quant: source.quant }];
    });
  }

  async #opened(entry: ModelEntry, signal: AbortSignal | undefined): Promise<StoredFile[]> {
    const opened = await this.#installed.open(entry.id, signal);
    if (opened === undefined) return [];
    this.#described.set(entry.id, withFacts(entry, opened.facts));
    return [opened.file];
  }

  /** A model outside the catalogue is known by its name only until one of its files has been read. */
  async #describe({ modelId, path }: StoredFile, signal: AbortSignal | undefined): Promise<void> {
    const entry = this.#need(modelId);
    if (this.#options.catalogue.includes(entry) || this.#described.has(modelId)) return;
    this.#described.set(modelId, withFacts(entry, await this.#options.inspect(path, signal)));
  }

  async #open(file: StoredFile, signal: AbortSignal | undefined): Promise<StoredFile> {
    if (this.#own.holds(file)) {
      const verified = await this.#own.verify(file, signal);
      await this.#describe(verified, signal);
      return verified;
    }
    const opened = await this.#installed.open(file.origin, signal);
    if (opened === undefined) throw notInstalled(file.modelId);
    return { ...opened.file, modelId: file.modelId };
  }

  /** INT8 is always made from FP16 weights, so that the two differ by the quantisation alone. */
  async #make(entry: ModelEntry, precision: "fp16" | "int8", source: StoredFile, onProgress: OnProgress, signal: AbortSignal): Promise<StoredFile> {
    const wide = precision === "int8" && source.precision !== "fp16";
    const from = wide ? ((await this.file(entry.id, "fp16", signal)) ?? (await this.#make(entry, "fp16", source, onProgress, signal))) : source;
    const madeFrom = { quant: source.quant, sha256: source.sha256 };
    const path = this.#own.pathFor(entry.id, precision === "int8" ? "Q8_0" : "F16", madeFrom);
    await this.#own.prepare(path);
    const part = `${path}.part`;
    try {
      const made = await this.#options.convert({ from: from.path, to: part, precision, onProgress, signal });
      return await this.#own.adopt(part, { modelId: entry.id, precision, path, ...made, origin: "made", madeFrom });
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  /** One process at a time works on a model's files. */
  async #locked<T>(entry: ModelEntry, options: WorkOptions, work: (onProgress: OnProgress, signal: AbortSignal) => Promise<T>): Promise<T> {
    const onProgress = options.onProgress ?? (() => undefined);
    const signal = options.signal ?? new AbortController().signal;
    const path = join(this.#options.folder, "locks", `${modelFolder(entry.id)}.lock`);
    try {
      const lock = await acquireLock(path, { signal, onWait: () => onProgress({ step: LOCK_STEP, done: 0, total: null, unit: "bytes" }) });
      try {
        return await work(onProgress, signal);
      } finally {
        await lock.dispose();
      }
    } catch (error) {
      throw fileError(error, this.#options.folder);
    }
  }
}

function notInstalled(modelId: string, precision?: Precision): RetortError {
  const what = precision === undefined ? modelId : `${modelId} in ${precision}`;
  return new RetortError({ code: "model_not_installed", message: `${what} is not on this machine.`, hint: howToGet(modelId, precision), status: 404 });
}

function howToGet(modelId: string, precision: Precision | undefined): string {
  if (modelId.startsWith("file:")) return "Check the path.";
  if (/^(ollama|lmstudio|jan|hf-cache):/.test(modelId)) return "Download it with the program that keeps it; retort models lists what is there.";
  return `Run: retort pull ${modelId}${precision === undefined ? "" : ` --precision ${precision}`}`;
}
