import { join } from "node:path";
import { quantInName } from "../quant-name.ts";
import type { Finder, ForeignFile, FoundFiles } from "./source.ts";
import { ggufFilesBelow, type WalkedFile } from "./walk.ts";

/** A program that keeps plain GGUF files in folders. */
export class GgufFolderFinder implements Finder {
  readonly scheme: string;
  readonly #roots: readonly string[];
  readonly #nameOf: (name: string) => string | undefined;

  /** @param nameOf the model's name for a path below a root; undefined leaves the file out. */
  constructor(scheme: string, roots: readonly string[], nameOf: (name: string) => string | undefined = (name) => name) {
    this.scheme = scheme;
    this.#roots = roots;
    this.#nameOf = nameOf;
  }

  async find(): Promise<FoundFiles> {
    const walks = await Promise.all(this.#roots.map(ggufFilesBelow));
    const files = new Map<string, ForeignFile>();
    for (const file of walks.flatMap((walk) => walk.files)) {
      const name = this.#nameOf(file.name);
      if (name !== undefined) files.set(name, this.#foreign(name, file));
    }
    return { files: [...files.values()], warnings: walks.flatMap((walk) => walk.warnings) };
  }

  #foreign(name: string, { path, bytes }: WalkedFile): ForeignFile {
    const quant = quantInName(name.split("/").at(-1) ?? name);
    return { id: `${this.scheme}:${name}`, path, bytes, ...(quant === undefined ? {} : { quant }) };
  }
}

/** LM Studio: `publisher/model/file.gguf` under either of its two homes. */
export function lmStudioFinder(home: string): Finder {
  return new GgufFolderFinder("lmstudio", [join(home, ".cache", "lm-studio", "models"), join(home, ".lmstudio", "models")]);
}

/** Jan: older versions keep `models/`, newer ones `llamacpp/models/`, in a data folder that has moved over time. */
export function janFinder(env: NodeJS.ProcessEnv, home: string): Finder {
  const data = [
    join(home, "jan"),
    join(env.XDG_DATA_HOME || join(home, ".local", "share"), "Jan", "data"),
    join(home, "Library", "Application Support", "Jan", "data"),
    ...(env.APPDATA ? [join(env.APPDATA, "Jan", "data")] : []),
  ];
  return new GgufFolderFinder("jan", data.flatMap((folder) => [join(folder, "models"), join(folder, "llamacpp", "models")]));
}

/** The Hugging Face cache: `models--owner--repo/snapshots/<revision>/file.gguf`, links into its blobs. */
export function hfCacheFinder(env: NodeJS.ProcessEnv, home: string): Finder {
  const cache = env.HF_HOME || join(env.XDG_CACHE_HOME || join(home, ".cache"), "huggingface");
  return new GgufFolderFinder("hf-cache", [env.HF_HUB_CACHE || join(cache, "hub")], nameInHfCache);
}

function nameInHfCache(path: string): string | undefined {
  const [, owner, repo, file] = /^models--([^/]+?)--([^/]+)\/snapshots\/[^/]+\/(.+)$/.exec(path) ?? [];
  return owner === undefined ? undefined : `${owner}/${repo}/${file}`;
}
