import { join } from "node:path";

import { RetortError } from "./errors.ts";
import { readTextIfThere } from "./file.ts";
import type { RetortPaths } from "./paths.ts";
import { ENVIRONMENT } from "./runtime-settings.ts";

const KNOWN = new Map(Object.values(ENVIRONMENT).map((name) => [name.replace(/^RETORT_/, "").toLowerCase(), name]));

/**
 * The settings that `config.json` in the user's configuration folder gives, by the names of the environment variables
 * that say the same: `{"audit": "full"}` is RETORT_AUDIT=full. None where there is no file. Rejects with `bad_setting`
 * for a file that is not understood: half of somebody's settings would be worse than none.
 */
export async function readConfig(paths: RetortPaths): Promise<Record<string, string>> {
  const path = join(paths.config, "config.json");
  const text = await readTextIfThere(path);
  if (text === undefined) return {};
  const value = parse(path, text);
  return Object.fromEntries(Object.entries(value).map(([key, setting]) => [nameOf(path, key), textOf(path, key, setting)]));
}

function parse(path: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badConfig(`${path} is not valid JSON.`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badConfig(`${path} is not a JSON object.`);
  return value;
}

function nameOf(path: string, key: string): string {
  const name = KNOWN.get(key);
  if (name === undefined) throw badConfig(`${path} has an unknown key ${JSON.stringify(key.slice(0, 40))}; there are ${[...KNOWN.keys()].join(", ")}.`);
  return name;
}

function textOf(path: string, key: string, value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw badConfig(`${JSON.stringify(key)} in ${path} is neither a text nor a number.`);
}

function badConfig(message: string, cause?: unknown): RetortError {
  return new RetortError({ code: "bad_setting", message, hint: "Correct the file, or remove it.", status: 400 }, { cause });
}
