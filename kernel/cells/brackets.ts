/**
 * How many brackets are open at the end of JavaScript code; a string in backticks and a comment count as open too.
 * A reading aid for consoles, not a parser: regular expressions are not told from division.
 */
export function bracketDepth(code: string): number {
  let depth = 0;
  for (let at = 0; at < code.length; at += 1) {
    const character = code.charAt(at);
    if (character === "'" || character === '"' || character === "`") {
      const end = endOfString(code, at);
      if (end === null) return depth + 1;
      at = end;
    } else if (code.startsWith("//", at)) {
      at = lineEnd(code, at);
    } else if (code.startsWith("/*", at)) {
      const end = code.indexOf("*/", at + 2);
      if (end < 0) return depth + 1;
      at = end + 1;
    } else if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
  }
  return depth;
}

/** Offset of the closing quote; the line's end for a quote never closed on it; null for open backticks. */
function endOfString(code: string, start: number): number | null {
  const quote = code.charAt(start);
  for (let at = start + 1; at < code.length; at += 1) {
    const character = code.charAt(at);
    if (character === "\\") at += 1;
    else if (character === quote || (character === "\n" && quote !== "`")) return at;
  }
  return quote === "`" ? null : code.length;
}

function lineEnd(code: string, start: number): number {
  const end = code.indexOf("\n", start);
  return end < 0 ? code.length : end;
}
