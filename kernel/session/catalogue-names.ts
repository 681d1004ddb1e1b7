import { loadCatalogue } from "../../runtime/models/catalogue.ts";
import type { ModelEntry } from "../../runtime/models/model.ts";

let entries: readonly ModelEntry[] | undefined;

/** The models that Retort knows how to get. Read on first use: most notebooks never need them. */
function catalogue(): readonly ModelEntry[] {
  entries ??= loadCatalogue();
  return entries;
}

/** Their ids and aliases. */
export function catalogueNames(): readonly string[] {
  return catalogue().flatMap(({ id, aliases }) => [id, ...aliases]);
}

/** The model of that id or alias. */
export function catalogueEntry(name: string): ModelEntry | undefined {
  return catalogue().find(({ id, aliases }) => id === name || aliases.includes(name));
}
