const SHORT = 80;

/** A text within a sentence: one line, cut where it is long. */
export function shorten(text: string, length = SHORT): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "(empty)" : line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
