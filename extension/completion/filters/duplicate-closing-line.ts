import { closesOnly } from "../block-scope.ts";
import { unmatchedBrackets } from "../brackets.ts";
import { type DocumentView, indentWidth, linesBelow, typedPart } from "../document-view.ts";
import { syntaxOf } from "../language-syntax.ts";
import { codeOnly } from "../regions.ts";
import { type Filtered, type FilterPlace, keep, keepOrDrop } from "./filter.ts";

const LOOK_BELOW = 20;

/** Leaves out closing lines at the end that stand below the cursor already. */
export function cutDuplicateClosing(text: string, { view }: FilterPlace): Filtered {
  const below = linesBelow(view, LOOK_BELOW).filter((line) => line.trim() !== "");
  let lines = text.trimEnd().split("\n");
  const own = trailingClosers(lines);
  for (let n = Math.min(own, below.length); n > 0; n--) {
    const last = lines.slice(lines.length - n);
    const whole = n === lines.length ? [typedPart(view) + (last[0] ?? ""), ...last.slice(1)] : last;
    if (!whole.every((line, i) => sameLine(line, below[i] as string, view))) continue;
    if (closesOwn(lines.slice(0, lines.length - n), last, view)) continue;
    lines = lines.slice(0, lines.length - n);
    return keepOrDrop(lines.join("\n"), "duplicate_closing");
  }
  return keep(text);
}

/** How many lines at the end only close something. */
function trailingClosers(lines: readonly string[]): number {
  let n = 0;
  while (n < lines.length && closesOnly(lines[lines.length - 1 - n] as string)) n++;
  return n;
}

function sameLine(line: string, below: string, { tabs: { size } }: DocumentView): boolean {
  return line.trim() === below.trim() && indentWidth(line, size) === indentWidth(below, size);
}

/** True when the lines close what the text itself has opened: then they are no duplicate. */
function closesOwn(before: readonly string[], closing: readonly string[], view: DocumentView): boolean {
  const syntax = syntaxOf(view.languageId);
  const opened = unmatchedBrackets(codeOnly(before.join("\n"), syntax)).wanted.length;
  return opened > 0 && opened >= unmatchedBrackets(closing.join("\n")).closers.length;
}
