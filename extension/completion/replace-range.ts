const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const QUOTES = new Set(['"', "'", "`"]);

/**
 * How many characters of the rest of the line a suggestion takes the place of, so that brackets and quotes that the
 * editor has closed are not there twice. The replaced characters always appear in the text in the same order, which
 * the editor needs to draw ghost text over them.
 */
export function replacedLength(text: string, rest: string): number {
  const surplus = surplusClosers(text);
  let taken = 0;
  let next = 0;
  for (let at = 0; at < rest.length; at++) {
    const char = rest[at] as string;
    if (char === " " || char === "\t") continue;
    const found = surplus.indexOf(char, next);
    if (found === -1) break;
    next = found + 1;
    taken = at + 1;
  }
  return taken;
}

/** The closing characters of `text` that close nothing within it, in order, with the `;`, `,` and `:` behind them. */
function surplusClosers(text: string): string {
  const open: string[] = [];
  let surplus = "";
  let quote = "";
  const lineEnd = text.indexOf("\n");
  const line = lineEnd === -1 ? text : text.slice(0, lineEnd);
  // A quote that stands alone on the line closes one that was opened before the cursor.
  const lone = [...QUOTES].filter((mark) => count(line, mark) % 2 === 1);
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "\\") at++;
    else if (quote !== "") quote = char === quote || char === "\n" ? "" : quote;
    else if (QUOTES.has(char)) {
      if (lone.includes(char)) {
        surplus += char;
        lone.splice(lone.indexOf(char), 1);
      } else quote = char;
    } else if (char in PAIRS) open.push(PAIRS[char] as string);
    else if (")]}".includes(char)) {
      if (open[open.length - 1] === char) open.pop();
      else surplus += char;
    } else if (";,:>".includes(char) && open.length === 0) surplus += char;
  }
  return surplus;
}

function count(text: string, mark: string): number {
  let n = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === mark) n++;
  }
  return n;
}
