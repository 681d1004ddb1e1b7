import { type Expression, NotAFormula, parseExpression } from "./expression.ts";
import { type Token, tokenise } from "./tokens.ts";
import { unitName, unitStart } from "./units.ts";

/** What a short final answer says, as far as it is understood. */
export type Answer =
  | { kind: "formula"; expression: Expression; unit: string; /** `x` of `x = 16`. */ name: string }
  /** In any order: `1, 2`, `\{1, 2\}`, `x = 1 or x = 2`, `\pm 1`. */
  | { kind: "collection"; items: Answer[] }
  /** In this order: a tuple, an interval, a ratio. */
  | { kind: "sequence"; open: string; close: string; items: Answer[] }
  | { kind: "union"; items: Answer[] }
  | { kind: "matrix"; rows: Answer[][] }
  | { kind: "text"; text: string };

const MAX_ITEMS = 200;
const MAX_NESTING = 8;

/** Reads an answer in LaTeX or plain notation. Whatever is not understood is text. */
export function readAnswer(source: string): Answer {
  const tokens = tokensOf(source);
  return tokens === null ? { kind: "text", text: plainText(source) } : answerOf(tokens, 0);
}

/** The words of an answer that is nothing else, such as `\text{yes}`; null for any other. Single letters are variables. */
export function wordsOf(source: string): string | null {
  const tokens = tokensOf(source);
  return tokens !== null && tokens.length > 0 && tokens.every(({ kind }) => kind === "word" || kind === "text") ? plainText(tokens.map(({ text }) => text).join(" ")) : null;
}

function tokensOf(source: string): Token[] | null {
  const tokens = tokenise(source.trim().replace(/^(\$\$?)([^$]*)\1$/s, "$2").replace(/^\\[[(]([^]*)\\[\])]$/, "$1"));
  return tokens === null ? null : prepared(tokens);
}

function answerOf(tokens: readonly Token[], depth: number): Answer {
  if (depth > MAX_NESTING || tokens.length === 0) return textOf(tokens);
  const unions = splitAt(tokens, ({ text }) => text === "∪");
  if (unions.length > 1) return { kind: "union", items: unions.map((part) => answerOf(part, depth + 1)) };
  const items = splitAt(tokens, isSeparator).filter((part) => part.length > 0);
  if (items.length > MAX_ITEMS) return textOf(tokens);
  if (items.length > 1) return { kind: "collection", items: spread(items.map((item) => answerOf(item, depth + 1))) };
  const [only = tokens] = items;
  if (only.some(({ text }) => text === "±" || text === "∓")) return { kind: "collection", items: [signs(only, "+", "-"), signs(only, "-", "+")].map((each) => answerOf(each, depth + 1)) };
  return related(only, depth) ?? matrix(only, depth) ?? bracketed(only, depth) ?? formula(only) ?? textOf(only);
}

/** `x = 16`, `x \in \{1\}`, `answer: 16`, `48/3 = 16`: what stands on the right. Ratios are sequences, other relations text. */
function related(tokens: readonly Token[], depth: number): Answer | null {
  const at = lastAtTop(tokens, ({ kind }) => kind === "relation");
  if (at < 0) return null;
  const [left, sign, right] = [tokens.slice(0, at), tokens[at]?.text, tokens.slice(at + 1)];
  if (sign === ":" && !isWords(left)) return { kind: "sequence", open: ":", close: ":", items: splitAt(tokens, ({ text }) => text === ":").map((part) => answerOf(part, depth + 1)) };
  if (sign !== "=" && sign !== "≈" && sign !== "∈" && sign !== ":") return textOf(tokens);
  const isName = isWords(left) || nameOf(left) !== null;
  const isReckoning = formula(left)?.kind === "formula" && !left.some(({ kind }) => kind === "name");
  if (!isName && !isReckoning && lastAtTop(left, ({ text }) => text === "=") < 0) return textOf(tokens);
  const answer = answerOf(right, depth + 1);
  const name = nameOf(left);
  return answer.kind === "formula" && name !== null ? { ...answer, name } : answer;
}

function matrix(tokens: readonly Token[], depth: number): Answer | null {
  if (tokens[0]?.text !== "begin" || tokens.at(-4)?.text !== "end" || !/matrix$/.test(tokens[2]?.text ?? "")) return null;
  const rows = splitAt(tokens.slice(4, -4), ({ text }) => text === "\\\\").filter((row) => row.length > 0);
  return { kind: "matrix", rows: rows.map((row) => splitAt(row, ({ text }) => text === "&").map((cell) => answerOf(cell, depth + 1))) };
}

function bracketed(tokens: readonly Token[], depth: number): Answer | null {
  const [open, close] = [tokens[0], tokens.at(-1)];
  if (open?.kind !== "open" || close?.kind !== "close" || open.text === "{" || closing(tokens) !== tokens.length - 1) return tokens.length === 1 && open?.text === "∅" ? { kind: "collection", items: [] } : null;
  const inside = tokens.slice(1, -1);
  const items = splitAt(inside, ({ kind }) => kind === "separator").filter((item) => item.length > 0);
  if (open.text === "\\{") return { kind: "collection", items: spread(items.map((item) => answerOf(item, depth + 1))) };
  if (items.length < 2 || items.length > MAX_ITEMS) return null;
  return { kind: "sequence", open: open.text, close: close.text, items: items.map((item) => answerOf(item, depth + 1)) };
}

/** A formula, with words before it (`the answer is 16`) and a unit behind it (`16 eggs`) taken off. */
function formula(tokens: readonly Token[]): Answer | null {
  const currency = tokens[0]?.kind === "text" && /^[$€£¥]$/.test(tokens[0].text) ? tokens[0].text : "";
  const lead = tokens.findIndex(({ kind, text }) => kind !== "text" && (kind !== "word" || text.length < 2));
  for (const start of new Set([0, lead])) {
    if (start < 0) continue;
    const own = tokens.slice(start);
    const end = unitStart(own);
    const expression = tryExpression(own.slice(0, end));
    if (expression !== null) return { kind: "formula", expression, unit: unitName(own.slice(end)) || currency, name: "" };
  }
  return null;
}

function tryExpression(tokens: readonly Token[]): Expression | null {
  try {
    return tokens.length === 0 ? null : parseExpression(tokens);
  } catch (error) {
    if (error instanceof NotAFormula) return null;
    throw error;
  }
}

/** `90^\circ` as `90°`, `50 percent` as `50%`, no full stop at the end. */
function prepared(tokens: Token[]): Token[] {
  const kept = tokens.filter(({ text }, at) => !(text === "^" && tokens[at + 1]?.text === "°"));
  const flat = kept.filter(({ text }, at) => !(text === "^" && kept[at + 1]?.text === "{" && kept[at + 2]?.text === "°"));
  const degrees = flat.filter(({ text }, at) => !(text === "{" && flat[at + 1]?.text === "°") && !(text === "}" && flat[at - 1]?.text === "°"));
  const end = degrees.findLastIndex(({ text }) => text !== "." && text !== "?");
  return degrees.slice(0, end + 1).map((token) => (/^per ?cent$/i.test(token.text) ? { ...token, kind: "operator" as const, text: "%" } : token));
}

function signs(tokens: readonly Token[], plusMinus: string, minusPlus: string): Token[] {
  return tokens.map((token) => (token.text === "±" ? { ...token, text: plusMinus } : token.text === "∓" ? { ...token, text: minusPlus } : token));
}

/** `x`, `x_1`, `f(x)`; null for anything else on the left of an equals sign. */
function nameOf(tokens: readonly Token[]): string | null {
  const text = tokens.map((token) => token.text).join("");
  const isName = tokens[0]?.kind === "name" || (tokens[0]?.kind === "command" && /^[a-z]+$/i.test(tokens[0].text));
  return isName && /^[\p{L}π]+(?:_\w|_\{\w+\})?(?:\([\p{L}\d.,]+\))?$/u.test(text) ? text : null;
}

function isWords(tokens: readonly Token[]): boolean {
  return tokens.every(({ kind }) => kind === "text" || kind === "word" || kind === "command");
}

function isSeparator({ kind, text }: Token): boolean {
  return kind === "separator" || ((kind === "word" || kind === "text") && /^(?:,\s*)?(?:and|or|und|oder|和|或)$/i.test(text));
}

/** Collections within a collection are part of it: `\pm 1, 2`. */
function spread(items: Answer[]): Answer[] {
  return items.flatMap((item) => (item.kind === "collection" ? item.items : [item]));
}

function splitAt(tokens: readonly Token[], isCut: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "open") depth += 1;
    if (token.kind === "close") depth -= 1;
    if (depth === 0 && isCut(token)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function lastAtTop(tokens: readonly Token[], isIt: (token: Token) => boolean): number {
  let depth = 0;
  return tokens.findLastIndex((token) => {
    if (token.kind === "close") depth += 1;
    if (token.kind === "open") depth -= 1;
    return depth === 0 && isIt(token);
  });
}

/** Position of the bracket that closes the first token. */
function closing(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex(({ kind }) => {
    if (kind === "open") depth += 1;
    if (kind === "close") depth -= 1;
    return depth === 0;
  });
}

function textOf(tokens: readonly Token[]): Answer {
  return { kind: "text", text: plainText(tokens.map(({ text }) => text).join(" ")) };
}

/** Words compared without case, spacing, braces and the brackets around a single letter. */
export function plainText(source: string): string {
  return source.toLowerCase().replace(/[{}$\\]/g, "").replace(/\s+/g, " ").replace(/[.!]+$/, "").trim().replace(/^\( ?(\p{L}) ?\)$/u, "$1");
}
