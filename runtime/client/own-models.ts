import { isAbsolute, join } from "node:path";

import { RetortError } from "../errors.ts";
import { readTextIfThere, writeFileAtomic } from "../file.ts";
import type { RetortPaths } from "../paths.ts";

/** GGUF files of the user's own, by the names under which requests may ask for them. */
export type OwnModels = Readonly<Record<string, string>>;

/** A name that can stand in a request, in a cell and in a setting. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * The list is a file in the user's config folder, so that only who may write there decides which files a runtime opens;
 * a request can never name one. Relative paths and names that no request could use are left out.
 * Errors: `bad_model_list` for a file that is no such list.
 */
export async function readOwnModels(paths: Pick<RetortPaths, "config">): Promise<OwnModels> {
  const path = listPath(paths);
  const text = await readTextIfThere(path);
  if (text === undefined) return {};
  const files = filesOf(text);
  if (files === null) {
    throw new RetortError({ code: "bad_model_list", message: `${path} is not a list of models.`, hint: "Delete it, then add your files again.", status: 422 });
  }
  return Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => NAME.test(entry[0]) && isModelPath(entry[1])));
}

/** Adds `path` and returns its name: `wanted`, with a number where that is taken by another file. Errors: as {@link readOwnModels}; `not_a_model_file`. */
export async function addOwnModel(paths: Pick<RetortPaths, "config">, path: string, taken: readonly string[] = []): Promise<string> {
  if (!isModelPath(path)) {
    throw new RetortError({ code: "not_a_model_file", message: `${path} is not the absolute path of a .gguf file.`, hint: "Choose a file whose name ends in .gguf.", status: 400 });
  }
  const models = await readOwnModels(paths);
  const known = Object.keys(models).find((name) => models[name] === path);
  if (known !== undefined) return known;
  const name = freeName(path, [...Object.keys(models), ...taken]);
  await write(paths, { ...models, [name]: path });
  return name;
}

/** Takes a name off the list. The file itself stays. */
export async function forgetOwnModel(paths: Pick<RetortPaths, "config">, name: string): Promise<void> {
  const { [name]: _gone, ...rest } = await readOwnModels(paths);
  await write(paths, rest);
}

async function write(paths: Pick<RetortPaths, "config">, files: OwnModels): Promise<void> {
  await writeFileAtomic(listPath(paths), `${JSON.stringify({ files }, null, 2)}\n`, 0o600);
}

function listPath({ config }: Pick<RetortPaths, "config">): string {
  return join(config, "models.json");
}

function filesOf(text: string): Record<string, unknown> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const files = (value as { files?: unknown } | null)?.files;
  return typeof files === "object" && files !== null && !Array.isArray(files) ? (files as Record<string, unknown>) : null;
}

function isModelPath(path: unknown): path is string {
  return typeof path === "string" && isAbsolute(path) && path.toLowerCase().endsWith(".gguf") && !path.includes("\0");
}

/** The file's own name in the form of a model id, numbered where it is taken. */
function freeName(path: string, taken: readonly string[]): string {
  const file = path.split(/[\\/]/).at(-1) ?? "";
  const base = file.replace(/\.gguf$/i, "").toLowerCase().replace(/[^a-z0-9._-]+/g, "-").replace(/^[^a-z0-9]+/, "").slice(0, 56) || "model";
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
