import { stat } from "node:fs/promises";

import { readOwnModels } from "../../client/own-models.ts";
import { asRetortError } from "../../errors.ts";
import type { RetortPaths } from "../../paths.ts";
import { quantInName } from "../quant-name.ts";
import type { Finder, ForeignFile, FoundFiles } from "./source.ts";

/** The files that the user has put on the list of own models: `file:/absolute/path.gguf`, read in place. */
export class OwnListFinder implements Finder {
  readonly scheme = "file";
  readonly #paths: Pick<RetortPaths, "config">;

  constructor(paths: Pick<RetortPaths, "config">) {
    this.#paths = paths;
  }

  async find(): Promise<FoundFiles> {
    const found: { files: ForeignFile[]; warnings: string[] } = { files: [], warnings: [] };
    try {
      for (const [name, path] of Object.entries(await readOwnModels(this.#paths))) await this.#look(name, path, found);
    } catch (error) {
      found.warnings.push(asRetortError(error).message);
    }
    return found;
  }

  async #look(name: string, path: string, found: { files: ForeignFile[]; warnings: string[] }): Promise<void> {
    try {
      const info = await stat(path);
      if (!info.isFile()) throw new Error("it is not a file");
      const quant = quantInName(path.split(/[\\/]/).at(-1) ?? "");
      found.files.push({ id: `file:${path}`, path, bytes: info.size, ...(quant === undefined ? {} : { quant }) });
    } catch (error) {
      found.warnings.push(`Your model ${name} was left out: ${(error as Error).message}.`);
    }
  }
}
