const MOST_LINES = 8;
const MOST_CHARACTERS = 600;
const DOC_LINES = 3;

/** The head of a definition that begins at `line`: up to its body, with the first lines of a comment above it. */
export function signatureAt(lines: readonly string[], line: number): string {
  const head: string[] = [];
  for (const text of lines.slice(line, line + MOST_LINES)) {
    head.push(text.trimEnd());
    if (endsHead(head.join("\n"))) break;
  }
  const text = [...commentAbove(lines, line), ...head].join("\n");
  return dedent(text.slice(0, MOST_CHARACTERS)).replace(/\s*\{$/u, "");
}

/** All brackets closed, and a body or an end of statement begins. */
function endsHead(text: string): boolean {
  let depth = 0;
  for (const character of text.replace(/=>/gu, "  ")) {
    if ("([".includes(character)) depth++;
    if (")]".includes(character)) depth--;
  }
  return depth <= 0 && /(?:[{:;]|=>|\w|\)|>)\s*$/u.test(text);
}

function commentAbove(lines: readonly string[], line: number): string[] {
  const comment: string[] = [];
  for (let at = line - 1; at >= 0 && comment.length < DOC_LINES; at--) {
    const text = lines[at] ?? "";
    if (!/^\s*(?:\/\/|\/\*|\*|#(?!!|include)|@)/u.test(text)) break;
    comment.unshift(text.trimEnd());
  }
  return comment;
}

function dedent(text: string): string {
  const lines = text.split("\n");
  const least = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return Number.isFinite(least) ? lines.map((line) => line.slice(least)).join("\n") : text;
}
