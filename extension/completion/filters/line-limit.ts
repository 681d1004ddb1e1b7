import { isClosingRest } from "../closing-rest.ts";
import { restOfLine } from "../document-view.ts";
import { type Filtered, type FilterPlace, keep } from "./filter.ts";

/** Keeps as many lines as are wanted; before more text on the line only what belongs on this line. */
export function limitLines(text: string, { view, maxLines }: FilterPlace): Filtered {
  const lines = text.split("\n");
  if (!isClosingRest(restOfLine(view))) return keep(lines[0] ?? "");
  let seen = 0;
  const end = lines.findIndex((line) => line.trim() !== "" && ++seen === maxLines);
  return keep(end === -1 ? text : lines.slice(0, end + 1).join("\n"));
}
