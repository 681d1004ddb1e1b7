import { basename, join, resolve } from "node:path";

import type { LoraRequest } from "../api/types.ts";
import { packageRoot } from "../entry.ts";
import { RetortError } from "../errors.ts";
import type { AdapterUse, NamedAdapter, OpenedAdapter } from "../models/adapters/adapter.ts";
import { openAdapter } from "../models/adapters/open-adapter.ts";
import type { ModelEntry } from "../models/model.ts";
import { printable } from "./printable.ts";

/** The adapters that requests may name, in the order of the command line: a place in it is an adapter's number. */
export class AdapterBook {
  readonly #named: readonly NamedAdapter[];
  readonly #open: (adapter: NamedAdapter) => Promise<OpenedAdapter>;
  /** By path. An adapter is checked and hashed once. */
  readonly #opened = new Map<string, Promise<OpenedAdapter>>();

  constructor(named: readonly NamedAdapter[], open: (adapter: NamedAdapter) => Promise<OpenedAdapter> = openAdapter) {
    this.#named = named;
    this.#open = open;
  }

  /** Opens all that are named, so that a wrong file is told at the start. Throws `bad_adapter`, `gguf_…`. */
  async openAll(): Promise<void> {
    for (const adapter of this.#named) await this.#file(adapter);
  }

  names(): string[] {
    return this.#named.map(({ name }) => name);
  }

  /** As llama-server lists them; the file without its folder, which is nobody's business. */
  list(): Array<{ id: number; name: string; path: string; scale: number }> {
    return this.#named.map(({ name, path }, id) => ({ id, name, path: basename(path), scale: 0 }));
  }

  /** An adapter as a model of its own, over `base`; undefined for another name. */
  entry(name: string, base: () => ModelEntry): ModelEntry | undefined {
    const adapter = this.#named.find((one) => one.name === name);
    if (adapter === undefined) return undefined;
    const { id, ...rest } = base();
    return { ...rest, id: name, name, aliases: [], base: id, adapter: { file: adapter.path, scale: 1 } };
  }

  /**
   * What works on a request: the adapters that it names, and that of its model, each once and in one order. One with
   * scale 0 is none. Throws `adapter_not_found` naming the known ones.
   */
  async uses(entry: ModelEntry, asked: readonly LoraRequest[] = []): Promise<AdapterUse[]> {
    const uses = new Map<string, AdapterUse>();
    if (entry.adapter !== undefined) {
      const path = resolve(join(packageRoot(), "runtime", "models", "adapters"), entry.adapter.file);
      uses.set(path, { adapter: await this.#file({ name: entry.id, path }), scale: entry.adapter.scale });
    }
    for (const { id, scale = 1 } of asked) {
      const named = this.#find(id);
      uses.set(named.path, { adapter: await this.#file(named), scale });
    }
    return [...uses.values()].filter(({ scale }) => scale !== 0).sort((a, b) => (a.adapter.name < b.adapter.name ? -1 : 1));
  }

  #find(id: LoraRequest["id"]): NamedAdapter {
    const found = typeof id === "number" ? this.#named[id] : this.#named.find(({ name }) => name === id);
    if (found !== undefined) return found;
    throw new RetortError({
      code: "adapter_not_found",
      message: `There is no adapter ${typeof id === "number" ? id : `'${printable(id)}'`}. Known: ${this.#named.map(({ name }, i) => `${i} ${name}`).join(", ") || "none"}.`,
      hint: "Start the server with `--lora NAME=FILE.gguf`, and use that name or its number.",
      status: 404,
      param: "lora",
    });
  }

  async #file(adapter: NamedAdapter): Promise<OpenedAdapter> {
    const opened = this.#opened.get(adapter.path) ?? this.#open(adapter);
    this.#opened.set(adapter.path, opened);
    try {
      return { ...(await opened), name: adapter.name };
    } catch (error) {
      // A file that was wrong may be right the next time.
      this.#opened.delete(adapter.path);
      throw error;
    }
  }
}
