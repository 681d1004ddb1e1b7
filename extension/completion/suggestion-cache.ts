import { lastingSuffix } from "./closing-rest.ts";
import type { DocumentView } from "./document-view.ts";
import type { Draft } from "./draft.ts";

/** A suggestion as it was shown, and the text that it came from. */
export interface ShownSuggestion {
  view: DocumentView;
  text: string;
  draft: Draft;
  /** How far the suggestion reaches in the draft's text. */
  draftEnd: number;
}

const SHOWN_KEPT = 24;
const DRAFTS_KEPT = 16;

/**
 * What was shown and what the model wrote lately, newest first. In memory only. Both are found again while a person
 * types along, over line ends, too, and only as long as what follows the cursor is the same.
 */
export class SuggestionCache {
  #shown: ShownSuggestion[] = [];
  #drafts: Draft[] = [];

  addShown(shown: ShownSuggestion): void {
    this.#shown = [shown, ...this.#shown.filter((old) => old.text !== shown.text || !samePlace(old.view, shown.view))].slice(0, SHOWN_KEPT);
  }

  /** Adds what can be chosen instead of `first`, which stays the one that is shown. */
  addAlternatives(others: readonly ShownSuggestion[]): void {
    const [first, ...older] = this.#shown;
    this.#shown = [...(first === undefined ? [] : [first]), ...others, ...older].slice(0, SHOWN_KEPT);
  }

  addDraft(draft: Draft): void {
    this.#drafts = [draft, ...this.#drafts].slice(0, DRAFTS_KEPT);
  }

  /** What is left of the suggestions that the cursor of `view` stands in, each once. */
  restOfShown(view: DocumentView): { shown: ShownSuggestion; text: string }[] {
    const found = new Map<string, { shown: ShownSuggestion; text: string }>();
    for (const shown of this.#shown) {
      const text = restOf(shown, view);
      if (text !== null && text.trim() !== "" && !found.has(text)) found.set(text, { shown, text });
    }
    return [...found.values()];
  }

  /** The drafts that go on from `view`, newest first. */
  draftsAt(view: DocumentView): Draft[] {
    return this.#drafts.filter((draft) => draft.consumed(view) !== null);
  }

  clear(): void {
    this.#shown = [];
    this.#drafts = [];
  }
}

/** What remains of `shown` at `view`; null when the person typed something else. */
export function restOf(shown: ShownSuggestion, view: DocumentView): string | null {
  const { before, uri } = shown.view;
  if (view.uri !== uri || !view.before.startsWith(before)) return null;
  const typed = view.before.slice(before.length);
  return shown.text.startsWith(typed) && lastingSuffix(view) === lastingSuffix(shown.view) ? shown.text.slice(typed.length) : null;
}

function samePlace(a: DocumentView, b: DocumentView): boolean {
  return a.uri === b.uri && a.before === b.before && a.after === b.after;
}
