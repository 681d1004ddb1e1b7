import type { DocumentView } from "../document-view.ts";
import type { FilterReason } from "../reasons.ts";

/** What filters know: the place where the text is to stand, and how much is wanted. */
export interface FilterPlace {
  view: DocumentView;
  maxLines: number;
  /** Characters, without white space, below which a suggestion is not worth a glance. */
  minLength: number;
}

export type Filtered = { text: string } | { reason: FilterReason };

/** Takes the model's text as the filter before left it; gives what may be shown of it, or why nothing. Pure. */
export type Filter = (text: string, place: FilterPlace) => Filtered;

export const keep = (text: string): Filtered => ({ text });
export const drop = (reason: FilterReason): Filtered => ({ reason });

/** What is left after a cut; nothing left means `reason`. */
export function keepOrDrop(text: string, reason: FilterReason): Filtered {
  return text.trim() === "" ? drop(reason) : keep(text);
}
