import { createHash } from "node:crypto";

import type { Engine } from "../engine/engine.ts";
import { asRetortError } from "../errors.ts";
import { commonPrefix } from "../scheduler/common-prefix.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { PrefixFiles } from "./prefix-files.ts";

/** Shorter prompts are evaluated about as fast as a file is checked. */
const LEAST_TOKENS = 256;

/** A slot that shares so much of its tokens with one that is saved need not be saved, too. */
const SAME = 0.9;

const HASH_CHARS = 32;

/**
 * What slots hold, kept on disk between two lives of a model: a long system prompt or the head of a notebook need not be
 * evaluated again. Only for the same model file, adapters, settings and engine. A failure costs a line in the log.
 */
export class SavedPrefixes {
  readonly #engine: Pick<Engine, "saveSlot" | "restoreSlot">;
  readonly #files: PrefixFiles;
  readonly #most: number;
  readonly #log: (line: string) => void;

  /** `most`: bytes of all files together. */
  constructor(engine: Pick<Engine, "saveSlot" | "restoreSlot">, files: PrefixFiles, most: number, log: (line: string) => void) {
    this.#engine = engine;
    this.#files = files;
    this.#most = most;
    this.#log = log;
  }

  /** Saves what the free slots of a model hold. Never rejects. */
  async save(model: ReadyModel): Promise<void> {
    try {
      for (const { slot, tokens } of worthSaving(model)) await this.#saveSlot(model, slot, tokens);
      await this.#trim(familyOf(model), model.engine.sequences);
    } catch (error) {
      this.#log(`prefixes of ${model.engine.handle} were not saved: ${asRetortError(error).message}`);
    }
  }

  /** Fills the slots of a model that has just been loaded. Never rejects. */
  async restore(model: ReadyModel): Promise<void> {
    try {
      const family = familyOf(model);
      const files = (await this.#files.list()).filter((file) => file.family === family).slice(0, model.engine.sequences);
      // The one used last gets the slot that is taken last.
      for (const [i, { name }] of files.reverse().entries()) await this.#restoreSlot(model, i, name);
    } catch (error) {
      this.#log(`saved prefixes of ${model.engine.handle} were not read: ${asRetortError(error).message}`);
    }
  }

  async #saveSlot(model: ReadyModel, slot: number, tokens: Uint32Array): Promise<void> {
    const { engine } = model;
    const expected = (engine.memory.kvCache / (engine.contextSize * engine.sequences)) * tokens.length;
    if (expected > this.#most) return;
    const name = `${familyOf(model)}-${shortHash(tokens)}`;
    if ((await this.#files.list()).some((file) => file.name === name)) return this.#files.touch(name);
    await this.#makeRoom(expected);
    await this.#files.add(name, (path) => this.#engine.saveSlot(engine.handle, slot, tokens, path));
  }

  async #restoreSlot(model: ReadyModel, slot: number, name: string): Promise<void> {
    try {
      const path = await this.#files.sealed(name);
      if (path === null) throw new Error("it is not the file that was written");
      model.lane.restored(slot, await this.#engine.restoreSlot(model.engine.handle, slot, path));
    } catch (error) {
      this.#log(`a saved prefix of ${model.engine.handle} is not used, and removed: ${asRetortError(error).message}`);
      await this.#files.remove(name);
    }
  }

  /** Removes what was not used for longest until `bytes` more have room. */
  async #makeRoom(bytes: number): Promise<void> {
    let left = this.#most - bytes;
    for (const file of await this.#files.list()) {
      left -= file.bytes;
      if (left < 0) await this.#files.remove(file.name);
    }
  }

  /** No more of a family than there are slots for, and no more in all than there is room for. */
  async #trim(family: string, slots: number): Promise<void> {
    const own = (await this.#files.list()).filter((file) => file.family === family);
    for (const { name } of own.slice(slots)) await this.#files.remove(name);
    await this.#makeRoom(0);
  }
}

/** The longest first, without those that another one covers. */
function worthSaving({ lane }: ReadyModel): Array<{ slot: number; tokens: Uint32Array }> {
  const chosen: Array<{ slot: number; tokens: Uint32Array }> = [];
  for (const one of lane.held().sort((a, b) => b.tokens.length - a.tokens.length)) {
    if (one.tokens.length < LEAST_TOKENS) break;
    if (!chosen.some(({ tokens }) => commonPrefix(tokens, one.tokens) >= one.tokens.length * SAME)) chosen.push(one);
  }
  return chosen;
}

/** All that a state depends on. */
function familyOf({ file, adapters, engine, engineVersion }: ReadyModel): string {
  const { backend, driver, contextSize, kvCacheType, flashAttention, vocabSize, gpuLayers } = engine;
  return shortHash(JSON.stringify([
    file.sha256, adapters.map(({ adapter, scale }) => [adapter.sha256, scale]),
    backend, driver, contextSize, kvCacheType, flashAttention, vocabSize, gpuLayers, engineVersion,
  ]));
}

function shortHash(data: string | Uint32Array): string {
  return createHash("sha256").update(typeof data === "string" ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex").slice(0, HASH_CHARS);
}
