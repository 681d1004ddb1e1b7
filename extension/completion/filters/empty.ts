import { drop, type Filtered, keep } from "./filter.ts";

/** Drops what is white space only. */
export function dropEmpty(text: string): Filtered {
  return text.trim() === "" ? drop("empty") : keep(text);
}
