import { isClosingRest } from "../closing-rest.ts";
import { restOfLine } from "../document-view.ts";
import { type Filtered, type FilterPlace, keep, keepOrDrop } from "./filter.ts";

/** Before more text on the line: cuts the end of the suggestion that this text begins with. */
export function cutSuffixOverlap(text: string, { view }: FilterPlace): Filtered {
  const rest = restOfLine(view).trimEnd();
  // Closing brackets and quotes are replaced by the suggestion instead.
  if (isClosingRest(rest)) return keep(text);
  const whole = text.indexOf(rest);
  if (whole !== -1) return keepOrDrop(text.slice(0, whole), "suffix_overlap");
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    if (text.endsWith(rest.slice(0, length)) && isBoundary(text, text.length - length) && isBoundary(rest, length)) {
      return keepOrDrop(text.slice(0, text.length - length), "suffix_overlap");
    }
  }
  return keep(text);
}

/** True where no word is torn apart. */
function isBoundary(text: string, at: number): boolean {
  return !(/\w/.test(text[at - 1] ?? " ") && /\w/.test(text[at] ?? " "));
}
