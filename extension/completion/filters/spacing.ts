import { restOfLine, typedPart } from "../document-view.ts";
import { type Filtered, type FilterPlace, keep } from "./filter.ts";

/** No white space at the end, and no second space where one is typed already. */
export function tidySpaces(text: string, { view }: FilterPlace): Filtered {
  const typed = typedPart(view);
  const doubled = typed.trim() !== "" && /[ \t]$/.test(typed);
  const start = doubled ? text.replace(/^[ \t]+/, "") : text;
  const rest = restOfLine(view);
  // Before more text on the line one space at the end keeps words apart.
  const ended = start.trimEnd();
  return keep(/^[\w"'([{]/.test(rest) && /[ \t]$/.test(start) ? `${ended} ` : ended);
}
