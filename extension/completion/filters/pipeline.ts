import { cutDuplicateClosing } from "./duplicate-closing-line.ts";
import { dropEmpty } from "./empty.ts";
import type { Filter, Filtered, FilterPlace } from "./filter.ts";
import { fitIndentation } from "./indentation.ts";
import { limitLines } from "./line-limit.ts";
import { dropTooShort } from "./minimum-length.ts";
import { cutRepetition } from "./repetition.ts";
import { cutRepeatOfNextLine } from "./repeats-next-line.ts";
import { stayInScope } from "./scope.ts";
import { tidySpaces } from "./spacing.ts";
import { cutSuffixOverlap } from "./suffix-overlap.ts";

const FILTERS: readonly Filter[] = [
  dropEmpty,
  fitIndentation,
  limitLines,
  stayInScope,
  cutRepetition,
  cutRepeatOfNextLine,
  cutDuplicateClosing,
  cutSuffixOverlap,
  tidySpaces,
  dropEmpty,
  dropTooShort,
];

/** What may be shown of the model's text, or the reason why nothing. Pure. */
export function filterSuggestion(text: string, place: FilterPlace): Filtered {
  let current = text;
  for (const filter of FILTERS) {
    const result = filter(current, place);
    if ("reason" in result) return result;
    current = result.text;
  }
  return { text: current };
}
