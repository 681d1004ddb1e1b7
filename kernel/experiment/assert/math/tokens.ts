/** A piece of an answer in LaTeX or plain notation. `spaced`: white space stands before it. */
export interface Token {
  kind: "number" | "name" | "word" | "text" | "operator" | "open" | "close" | "separator" | "relation" | "command";
  text: string;
  spaced: boolean;
}

/** Longer answers are compared as text. */
export const MAX_MATH_CHARS = 2000;

/** Commands that mean an operator, a relation or a bracket. */
const SYMBOLS: Readonly<Record<string, string>> = {
  times: "*", cdot: "*", ast: "*", div: "/", pm: "±", mp: "∓", pi: "π", infty: "∞", cup: "∪", in: "∈", emptyset: "∅", varnothing: "∅",
  le: "≤", leq: "≤", leqslant: "≤", ge: "≥", geq: "≥", geqslant: "≥", lt: "<", gt: ">", ne: "≠", neq: "≠", approx: "≈",
  lbrace: "\\{", rbrace: "\\}", langle: "(", rangle: ")", lvert: "|", rvert: "|", vert: "|", mid: "|", circ: "°", degree: "°", percent: "%",
};
/** Commands that only change how things look. */
const LOOKS = new Set(["left", "right", "displaystyle", "textstyle", "big", "Big", "bigg", "Bigg", "limits", "boxed", "mathit", "mathsf"]);
const SPACES = new Set(["quad", "qquad", ",", ";", ":", "!", " ", "~", "thinspace", "enspace"]);
const TEXT_COMMANDS = new Set(["text", "textbf", "textit", "textrm", "mathrm", "mathbf", "mbox", "operatorname", "textsf", "texttt"]);
/** Names that are written without a backslash, too. */
export const FUNCTIONS = new Set(["sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "ln", "log", "lg", "exp", "frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"]);
const SIGNS: Readonly<Record<string, string>> = {
  "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "²": "^2", "³": "^3", "½": "(1/2)", "¼": "(1/4)", "¾": "(3/4)", "⁄": "/", "∶": ":", "，": ",", "；": ";", "（": "(", "）": ")",
};
const NUMBER = /^(?:\d{1,3}(?:(?:\{,\}|\\,|\\!|(?<=\d),\\!|,)\d{3})+(?!\d)(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

/** `\text{16}`, `\mathbf{(A)}`: a number or a letter stays one, however it is set. */
const STYLED_FORMULA = /\\(?:text(?:bf|it|rm|sf|tt)?|math(?:rm|bf)|mbox)\s*\{\s*(\(?\p{L}\)?|[+-]?[\d.,]*\d)\s*\}/gu;

/** Null: too long, or a sign that answers do not have. */
export function tokenise(source: string): Token[] | null {
  if (source.length > MAX_MATH_CHARS) return null;
  let rest = source.replace(STYLED_FORMULA, " $1 ").replace(/[−–×·⋅÷²³½¼¾⁄∶，；（）]/g, (sign) => SIGNS[sign] ?? sign).replace(/\$\$?(?!\d)|(?<!\\)\$(?=\s*$)/g, " ");
  const tokens: Token[] = [];
  let depth = 0;
  let spaced = false;
  while (rest !== "") {
    const step = nextToken(rest, depth > 0);
    if (step === null) return null;
    rest = rest.slice(step.length);
    if (step.token === null) {
      spaced ||= step.space;
      continue;
    }
    if (step.token.kind === "open" && step.token.text !== "{") depth += 1;
    if (step.token.kind === "close" && step.token.text !== "}") depth = Math.max(0, depth - 1);
    tokens.push({ ...step.token, spaced });
    spaced = false;
  }
  return tokens;
}

interface Step {
  length: number;
  token: Omit<Token, "spaced"> | null;
  space: boolean;
}

function nextToken(rest: string, inBrackets: boolean): Step | null {
  const space = /^[\s\u00a0\u202f~]+/.exec(rest)?.[0];
  if (space !== undefined) return { length: space.length, token: null, space: true };
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return numberStep(number, inBrackets);
  if (rest.startsWith("\\")) return commandStep(rest);
  const word = /^\p{L}+/u.exec(rest)?.[0];
  if (word !== undefined) return wordStep(word);
  const sign = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  const kind = kindOf(sign);
  return kind === null ? null : { length: sign.length, token: { kind, text: sign }, space: false };
}

/** In brackets `(1,234)` are two numbers; a `{,}` never separates. */
function numberStep(text: string, inBrackets: boolean): Step {
  const own = inBrackets ? (/^[\d.]+(?:(?:\{,\}|\\[,!])\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text)?.[0] ?? text) : text;
  return { length: own.length, token: { kind: "number", text: own.replace(/\{,\}|\\[,!]|,/g, "") }, space: false };
}

function commandStep(rest: string): Step | null {
  const name = /^\\([a-zA-Z]+|.)/s.exec(rest)?.[1];
  if (name === undefined) return null;
  const length = name.length + 1;
  if (SPACES.has(name)) return { length, token: null, space: true };
  if (LOOKS.has(name)) return { length: length + (rest[length] === "." ? 1 : 0), token: null, space: false };
  if (TEXT_COMMANDS.has(name)) return textStep(rest, length);
  const symbol = SYMBOLS[name] ?? ("{}%$|".includes(name) ? (name === "{" || name === "}" ? `\\${name}` : name) : null);
  if (symbol !== null) return { length, token: { kind: kindOf(symbol) ?? "command", text: symbol }, space: false };
  if (name === "\\") return { length, token: { kind: "command", text: "\\\\" }, space: false };
  return { length, token: { kind: "command", text: name }, space: false };
}

function textStep(rest: string, from: number): Step {
  const inside = /^\s*\{([^{}]*)\}/.exec(rest.slice(from));
  if (inside === null) return { length: from, token: null, space: false };
  const text = (inside[1] ?? "").trim();
  return { length: from + inside[0].length, token: text === "" ? null : { kind: "text", text }, space: true };
}

function wordStep(word: string): Step {
  if (word === "pi" || word === "π") return { length: word.length, token: { kind: "name", text: "π" }, space: false };
  if (FUNCTIONS.has(word)) return { length: word.length, token: { kind: "command", text: word }, space: false };
  if (word.length === 1) return { length: 1, token: { kind: "name", text: word }, space: false };
  return { length: word.length, token: { kind: "word", text: word }, space: false };
}

function kindOf(sign: string): Token["kind"] | null {
  if ("+-*/^_!%°±∓∪√".includes(sign)) return "operator";
  if (sign === "(" || sign === "[" || sign === "{" || sign === "\\{") return "open";
  if (sign === ")" || sign === "]" || sign === "}" || sign === "\\}") return "close";
  if (sign === "," || sign === ";") return "separator";
  if ("=<>≤≥≠≈∈:".includes(sign)) return "relation";
  if ("π∞∅".includes(sign)) return "name";
  if ("|&".includes(sign)) return "command";
  if ("$€£¥".includes(sign)) return "text";
  return ".?'\"".includes(sign) ? "text" : null;
}
