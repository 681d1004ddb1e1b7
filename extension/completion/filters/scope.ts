import { firstOutOfScope } from "../block-scope.ts";
import { unmatchedBrackets } from "../brackets.ts";
import { type DocumentView, typedPart } from "../document-view.ts";
import { syntaxOf } from "../language-syntax.ts";
import { codeOnly } from "../regions.ts";
import { type Filtered, type FilterPlace, keep, keepOrDrop } from "./filter.ts";

/** How far around the cursor brackets are looked at, in characters. */
const AROUND = 4_000;

/** Cuts the text where it leaves the block that the cursor stands in: by indentation and by brackets. */
export function stayInScope(text: string, { view }: FilterPlace): Filtered {
  const { structured, brackets } = syntaxOf(view.languageId);
  if (!structured) return keep(text);
  const lines = text.split("\n");
  const out = firstOutOfScope(lines, view);
  const inBlock = out === -1 ? text : lines.slice(0, out).join("\n");
  return keepOrDrop(brackets ? inBlock.slice(0, foreignCloser(inBlock, view)) : inBlock, text.trim() === "" ? "empty" : "scope");
}

/** Where the text closes a bracket that is not open at the cursor, or is not the innermost one. */
function foreignCloser(text: string, view: DocumentView): number {
  const syntax = syntaxOf(view.languageId);
  const start = view.before.length <= AROUND ? 0 : view.before.indexOf("\n", view.before.length - AROUND) + 1;
  const typed = typedPart(view);
  const open = unmatchedBrackets(codeOnly(view.before.slice(start), syntax)).wanted;
  for (const { char, at } of unmatchedBrackets(codeOnly(typed + text, syntax).slice(typed.length)).closers) {
    const wanted = open.pop();
    // Above the window there may be more that is open.
    if (wanted === undefined && start > 0) continue;
    if (wanted !== char) return at;
  }
  return text.length;
}
