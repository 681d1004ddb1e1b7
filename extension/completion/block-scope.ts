import { type DocumentView, indentWidth, typedPart } from "./document-view.ts";

/** Lines that belong to a block although they stand where the block began. */
const CONTINUES = /^\s*([)\]}]|<\/|(else|elif|elsif|except|finally|catch|rescue|ensure|end|fi|done|esac|then|do|until|while)\b)/;
const CLOSES_ONLY = /^\s*([)\]}>;,]+|end|fi|done|esac|<\/[\w:.-]+>)\s*[;,]?\s*$/;

export function closesOnly(line: string): boolean {
  return CLOSES_ONLY.test(line) && line.trim() !== "";
}

/**
 * The index of the first of `lines` that is outside the scope that the cursor stands in, or -1. `lines[0]` goes on
 * from the typed part. A line that only closes what is open belongs to the scope.
 */
export function firstOutOfScope(lines: readonly string[], view: DocumentView): number {
  const size = view.tabs.size;
  const typed = typedPart(view);
  const base = typed.trim() === "" && lines[0]?.trim() === "" ? baseOfFollowing(lines, size, typed) : indentWidth(typed + (lines[0] ?? ""), size);
  const header = typed.trim() !== "" || base === 0;
  let deeper = false;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.trim() === "") continue;
    const width = indentWidth(line, size);
    if (width < base) return closesOnly(line) ? i + 1 : i;
    if (width === base && deeper && header && !CONTINUES.test(line)) return i;
    deeper ||= width > base;
  }
  return -1;
}

/** On a blank line where the text begins with a new line, its first line with text sets the scope. */
function baseOfFollowing(lines: readonly string[], size: number, typed: string): number {
  const first = lines.find((line, i) => i > 0 && line.trim() !== "");
  return first === undefined ? indentWidth(typed, size) : indentWidth(first, size);
}
