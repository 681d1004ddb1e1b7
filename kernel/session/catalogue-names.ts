import { loadCatalogue } from "../../runtime/models/catalogue.ts";

let names: string[] | undefined;

/** Ids and aliases of the models that Retort knows how to get. Read on first use: most notebooks never need them. */
export function catalogueNames(): readonly string[] {
  names ??= loadCatalogue().flatMap(({ id, aliases }) => [id, ...aliases]);
  return names;
}
