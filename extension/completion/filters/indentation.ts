import { type DocumentView, indentOf, indentWidth, lineAbove, type Tabs, typedPart, withLineFeeds } from "../document-view.ts";
import { opensBlock } from "../line-policy.ts";
import { type Filtered, type FilterPlace, keep } from "./filter.ts";

/** Gives lines the document's own kind of indentation, and does not indent the first line a second time. */
export function fitIndentation(text: string, { view }: FilterPlace): Filtered {
  const fitted = convertIndentation(text, view);
  return keep(repeatsIndentation(fitted, view) ? fitted.replace(/^[ \t]+/, "") : fitted);
}

/** The model's text with "\n" line ends and with tabs or spaces as the document has them. */
export function convertIndentation(text: string, { tabs, before }: Pick<DocumentView, "tabs" | "before">): string {
  const lines = withLineFeeds(text).split("\n");
  const blank = typedPart({ before }).trim() === "";
  return lines.map((line, i) => (i > 0 || blank ? convertLine(line, tabs) : line)).join("\n");
}

function convertLine(line: string, tabs: Tabs): string {
  const indent = indentOf(line);
  if (indent === "" || (tabs.spaces ? !indent.includes("\t") : !indent.includes(" "))) return line;
  const width = indentWidth(line, tabs.size);
  const converted = tabs.spaces ? " ".repeat(width) : "\t".repeat(Math.floor(width / tabs.size)) + " ".repeat(width % tabs.size);
  return converted + line.slice(indent.length);
}

/** True when the cursor stands in the indentation already and the text brings it once more. */
function repeatsIndentation(text: string, view: DocumentView): boolean {
  const typed = typedPart(view);
  if (typed === "" || typed.trim() !== "" || !/^[ \t]+\S/.test(text)) return false;
  const above = lineAbove(view);
  if (above === undefined) return false;
  const { size } = view.tabs;
  const expected = indentWidth(above, size) + (opensBlock(above) ? size : 0);
  return indentWidth(typed, size) >= expected || text.startsWith(typed);
}
