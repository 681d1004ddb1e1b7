/** A piece of JavaScript or TypeScript that matters for finding names. Offsets into the code. */
export interface CodeToken {
  /** `text` covers strings without `${}`; its range is that of what stands between the quotes. */
  type: "word" | "punctuation" | "text" | "literal";
  text: string;
  start: number;
  end: number;
  /** The bracket that encloses it, "" at the top. */
  inside: string;
}

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:\d|\.\d)[\w.]*/y;
const COMMENT = /\/\/.*|\/\*[^]*?(?:\*\/|$)/y;
const STRING = /"((?:\\[^]|[^"\\\n])*)"?|'((?:\\[^]|[^'\\\n])*)'?/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const PUNCTUATION = /\?\.(?!\d)|\.\.\.|=>|[^]/uy;
/** After these a `/` begins a regular expression; after any other word it divides. */
const BEFORE_VALUE = new Set(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "instanceof", "await", "yield", "else", "do"]);
const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The tokens of code, comments and white space left out. Never throws: code that does not parse gives what can be told. */
export function codeTokens(code: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  const open: string[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(code);
  };
  const push = (type: CodeToken["type"], start: number, end: number): void => {
    tokens.push({ type, text: code.slice(start, end), start, end, inside: open.at(-1) ?? "" });
  };
  while (at < code.length) {
    const next = code.charAt(at);
    if (/\s/.test(next)) at += 1;
    else if (next === "`" || (next === "}" && open.at(-1) === "`")) at = template(code, at, next, open, push);
    else {
      const found = match(COMMENT);
      if (found !== null) at += found[0].length;
      else at += token(match, at, tokens.at(-1), open, push);
    }
  }
  return tokens;
}

type Push = (type: CodeToken["type"], start: number, end: number) => void;

/** Length of the token at `at`, which is no comment and no template. */
function token(match: (pattern: RegExp) => RegExpExecArray | null, at: number, before: CodeToken | undefined, open: string[], push: Push): number {
  const string = match(STRING);
  if (string !== null) {
    push("text", at + 1, at + 1 + (string[1] ?? string[2] ?? "").length);
    return string[0].length;
  }
  const literal = match(NUMBER) ?? (beginsValue(before) ? match(REGEX) : null);
  const word = literal ?? match(WORD);
  if (word !== null) {
    push(literal === null ? "word" : "literal", at, at + word[0].length);
    return word[0].length;
  }
  const text = match(PUNCTUATION)?.[0] ?? " ";
  if (CLOSING[text] !== undefined && open.at(-1) === CLOSING[text]) open.pop();
  push("punctuation", at, at + text.length);
  if ("([{".includes(text)) open.push(text);
  return text.length;
}

/** From a backtick, or from the `}` that ends a `${`, to the template's end or to its next `${`. Returns where that is. */
function template(code: string, start: number, first: string, open: string[], push: Push): number {
  if (first === "}") open.pop();
  for (let at = start + 1; at < code.length; at += 1) {
    if (code[at] === "\\") at += 1;
    else if (code[at] === "`") {
      push("literal", start, at + 1);
      return at + 1;
    } else if (code.startsWith("${", at)) {
      push("punctuation", at, at + 2);
      open.push("`");
      return at + 2;
    }
  }
  return code.length;
}

function beginsValue(before: CodeToken | undefined): boolean {
  if (before === undefined) return true;
  if (before.type === "word") return BEFORE_VALUE.has(before.text);
  return before.type === "punctuation" && !")]}".includes(before.text);
}
