import { readFile, readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Finder, ForeignFile, FoundFiles } from "./source.ts";

const MODEL_LAYER = "application/vnd.ollama.image.model";
/** The digest becomes a path, so nothing but a digest will do. */
const DIGEST = /^sha256:([0-9a-f]{64})$/;
const MAX_MANIFEST_BYTES = 1 << 20;

interface Layer {
  digest: string;
  mediaType: string;
}

interface Manifest {
  config?: Layer;
  layers: Layer[];
}

/** Ollama: manifests that name blobs by their SHA-256. */
export class OllamaFinder implements Finder {
  readonly scheme = "ollama";
  readonly #folder: string;

  constructor(env: NodeJS.ProcessEnv, home: string) {
    this.#folder = env.OLLAMA_MODELS || join(home, ".ollama", "models");
  }

  async find(): Promise<FoundFiles> {
    const found: FoundFiles = { files: [], warnings: [] };
    const manifests = join(this.#folder, "manifests");
    for (const name of await this.#manifestNames(manifests, found.warnings)) {
      try {
        const file = await this.#model(manifests, name);
        if (file !== undefined) found.files.push(file);
      } catch (error) {
        found.warnings.push(`Ollama's model ${name} was left out: ${(error as Error).message}.`);
      }
    }
    return found;
  }

  /** Four levels: host/namespace/model/tag. */
  async #manifestNames(folder: string, warnings: string[]): Promise<string[]> {
    try {
      const names = await readdir(folder, { recursive: true });
      return names.map((name) => name.split(sep).join("/")).filter((name) => name.split("/").length === 4).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") warnings.push(`Ollama's models could not be listed: ${(error as Error).message}.`);
      return [];
    }
  }

  async #model(manifests: string, name: string): Promise<ForeignFile | undefined> {
    const manifest = (await readJson(join(manifests, name))) as Manifest;
    if (!Array.isArray(manifest.layers)) throw new Error("its manifest has no layers");
    const layer = manifest.layers.find(({ mediaType }) => mediaType === MODEL_LAYER);
    if (layer === undefined) return undefined;
    const path = this.#blob(layer.digest);
    const info = await stat(path);
    if (!info.isFile()) throw new Error("its blob is not a file");
    const quant = await this.#quant(manifest.config);
    return { id: `ollama:${displayName(name)}`, path, bytes: info.size, sha256: layer.digest.slice("sha256:".length), ...(quant === undefined ? {} : { quant }) };
  }

  #blob(digest: string): string {
    const hex = DIGEST.exec(digest)?.[1];
    if (hex === undefined) throw new Error("its manifest names no digest");
    return join(this.#folder, "blobs", `sha256-${hex}`);
  }

  async #quant(config: Layer | undefined): Promise<string | undefined> {
    if (config === undefined) return undefined;
    const { file_type: quant } = (await readJson(this.#blob(config.digest))) as { file_type?: unknown };
    return typeof quant === "string" && /^[A-Z0-9_]+$/.test(quant) ? quant : undefined;
  }
}

async function readJson(path: string): Promise<unknown> {
  const { size } = await stat(path);
  if (size > MAX_MANIFEST_BYTES) throw new Error(`${path} is too large for a manifest`);
  return JSON.parse(await readFile(path, "utf8"));
}

/** As Ollama writes it: the default host and namespace are left out. */
function displayName(path: string): string {
  const [host, namespace, model, tag] = path.split("/");
  const prefix = host !== "registry.ollama.ai" ? `${host}/${namespace}/` : namespace === "library" ? "" : `${namespace}/`;
  return `${prefix}${model}:${tag}`;
}
