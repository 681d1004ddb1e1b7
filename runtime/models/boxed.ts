/** Content of the last complete `\boxed{…}` (braces inside it balanced), trimmed; null where there is none. */
export function lastBoxed(text: string): string | null {
  const opening = "\\boxed{";
  for (let at = text.lastIndexOf(opening); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(opening, at - 1)) {
    const start = at + opening.length;
    const end = closingBrace(text, start);
    if (end !== null) return text.slice(start, end).trim();
  }
  return null;
}

/** Offset of the brace that closes the one before `start`; null where the text ends first. `\{` and `\}` are text. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return i;
  }
  return null;
}
