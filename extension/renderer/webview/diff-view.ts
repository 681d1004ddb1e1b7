import { numberText } from "../run-columns.ts";
import type { Texts } from "../texts.ts";
import { sharedShare, wordDiff } from "../word-diff.ts";
import { element } from "./dom.ts";

/** Two answers as one text with what differs marked, for eyes and for ears. */
export function diffView(before: { label: string; answer: string }, after: { label: string; answer: string }, texts: Texts): HTMLElement[] {
  const parts = wordDiff(before.answer, after.answer);
  const text = element("div", "", "text");
  for (const part of parts) {
    if (part.kind === "same") {
      text.append(part.text);
      continue;
    }
    const marked = element(part.kind === "removed" ? "del" : "ins");
    marked.append(element("span", part.kind === "removed" ? texts.removed : texts.added, "spoken"), part.text);
    text.append(marked);
  }
  return [element("h4", texts.difference(before.label, after.label)), element("div", texts.share(`${numberText(Math.round(1000 * sharedShare(parts)) / 10)} %`), "note"), text];
}
