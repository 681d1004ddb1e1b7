import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { ENGLISH, Phrases } from "./phrases.ts";

/** What `kernel/cells` says, in the language of the editor; English where there is no catalogue. */
export async function cellPhrases(language: string): Promise<Phrases> {
  if (language.toLowerCase() !== "zh-cn") return ENGLISH;
  const catalogue = JSON.parse(await readFile(join(packageRoot(), "l10n", "cells.zh-cn.json"), "utf8")) as Record<string, string>;
  return new Phrases(catalogue);
}
