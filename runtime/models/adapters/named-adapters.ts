import { resolve } from "node:path";

import { RetortError } from "../../errors.ts";
import type { NamedAdapter } from "./adapter.ts";

const NAMED = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})=(.+)$/;

/** The adapters that `NAME=FILE` texts name. `from`: where the texts stand. Throws `bad_setting`. */
export function namedAdapters(texts: readonly string[], from: string): NamedAdapter[] {
  const adapters = texts.map((text) => {
    const [, name, path] = NAMED.exec(text) ?? [];
    if (name === undefined || path === undefined) throw badSetting(from, `${JSON.stringify(text.slice(0, 80))} is not NAME=FILE.gguf, with a name of letters, digits, dots and dashes`);
    return { name, path: resolve(path) };
  });
  const twice = adapters.find(({ name }, i) => adapters.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) throw badSetting(from, `the name ${twice.name} stands for two adapters`);
  return adapters;
}

/** Adapters that the environment names. */
export function adaptersFromEnv(env: NodeJS.ProcessEnv): NamedAdapter[] {
  const texts = (env.RETORT_LORA ?? "").split(",").map((text) => text.trim()).filter((text) => text !== "");
  return namedAdapters(texts, "RETORT_LORA");
}

function badSetting(from: string, why: string): RetortError {
  return new RetortError({ code: "bad_setting", message: `${from}: ${why}.`, hint: `Correct ${from} or leave it out.`, status: 400 });
}
