import type { DocumentView } from "./document-view.ts";
import { restOfLine } from "./document-view.ts";

/** What editors put behind the cursor by themselves, and what usually stands behind it then. */
const CLOSING = /^[\s)\]}>"'`;,:]*$/;
const CLOSING_RUN = /^[)\]}>"'`;,:\s]*/;

/** True when `rest` has nothing that a suggestion could not simply write again: closing brackets, quotes, `;`. */
export function isClosingRest(rest: string): boolean {
  return CLOSING.test(rest);
}

/**
 * What follows the cursor, as the model is asked: without a rest of the line that is closing characters only. They
 * come and go while a person types, and each time the model would have to read everything below again.
 */
export function suffixForModel(view: Pick<DocumentView, "after">): string {
  const rest = restOfLine(view);
  return isClosingRest(rest) ? view.after.slice(rest.length) : view.after;
}

/** What follows the cursor without anything that editors add or move while a person types along: for comparison only. */
export function lastingSuffix({ after }: Pick<DocumentView, "after">): string {
  return after.slice(CLOSING_RUN.exec(after)?.[0].length ?? 0);
}
