/** More code than this is shown plain: nobody reads the colours of it, and each new token colours it again. */
const MOST_CHARACTERS = 20_000;

type Family = "c" | "script" | "sql" | "markup";

const FAMILIES: Readonly<Record<Family, string>> = {
  c: "c cpp c++ cs csharp java js javascript ts typescript jsx tsx go rust rs kotlin kt swift php dart scala json jsonc css scss",
  script: "py python sh bash zsh shell rb ruby r perl yaml yml toml ini dockerfile make makefile julia jl elixir powershell ps1",
  sql: "sql lua haskell hs ada",
  markup: "html xml svg vue svelte",
};
const FAMILY_OF = new Map(Object.entries(FAMILIES).flatMap(([family, names]) => names.split(" ").map((name) => [name, family as Family])));
const COMMENTS: Readonly<Record<Family, string>> = {
  c: "//[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)",
  script: "#[^\\n]*",
  sql: "--[^\\n]*",
  markup: "<!--[\\s\\S]*?(?:-->|$)",
};
const STRINGS = "\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?|`(?:\\\\.|[^`\\\\])*`?";
const NUMBERS = "\\b(?:0[xXbBoO][\\da-fA-F_]+|\\d[\\d_]*(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)\\b";
const WORDS = "[A-Za-z_$][\\w$]*";
const KEYWORDS = new Set((
  "abstract and as assert async await begin bool break case catch char class const continue def default defer del do double elif else end enum except export extends "
  + "extern false False final finally float fn for from func function global go if impl implements import in instanceof int interface is lambda let long loop match mod mut "
  + "namespace new nil None nonlocal not null of or package pass private protected pub public raise return select self short static string struct super switch then this throw "
  + "throws trait true True try type typeof undefined unsigned use using var virtual void where while with yield echo fi done esac local "
  + "SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE JOIN LEFT RIGHT INNER ON GROUP BY ORDER HAVING LIMIT AND OR NOT NULL AS DISTINCT"
).split(" "));

const PATTERNS = new Map(Object.entries(COMMENTS).map(([family, comments]) => [family, new RegExp(`(?<comment>${comments})|(?<string>${STRINGS})|(?<number>${NUMBERS})|(?<word>${WORDS})`, "gu")]));

/** Code as HTML with comments, strings, numbers and keywords marked. Not a parser: wrong now and then, and never more than colours. */
export function highlighted(code: string, language: string, escape: (text: string) => string): string {
  const pattern = PATTERNS.get(FAMILY_OF.get(language.toLowerCase()) ?? "");
  if (pattern === undefined || code.length > MOST_CHARACTERS) return escape(code);
  let html = "";
  let from = 0;
  for (const match of code.matchAll(pattern)) {
    const kind = kindOf(match.groups ?? {});
    if (kind === null) continue;
    html += `${escape(code.slice(from, match.index))}<span class="${kind}">${escape(match[0])}</span>`;
    from = match.index + match[0].length;
  }
  return html + escape(code.slice(from));
}

function kindOf({ comment, string, number, word }: Record<string, string | undefined>): string | null {
  if (comment !== undefined) return "tok-comment";
  if (string !== undefined) return "tok-string";
  if (number !== undefined) return "tok-number";
  return word !== undefined && KEYWORDS.has(word) ? "tok-keyword" : null;
}
