import { drop, type Filtered, type FilterPlace, keep } from "./filter.ts";

/** Drops what is quicker typed than read. */
export function dropTooShort(text: string, { minLength }: FilterPlace): Filtered {
  return text.replace(/\s/g, "").length < minLength ? drop("too_short") : keep(text);
}
