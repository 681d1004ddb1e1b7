import { fromDecimal, type Rational } from "./rational.ts";
import type { Token } from "./tokens.ts";

/** A formula. Reading one runs no code: it is this tree and nothing else. */
export type Expression =
  | { kind: "number"; value: Rational }
  | { kind: "symbol"; name: string }
  | { kind: "call"; name: string; args: Expression[] };

/** Deeper formulas are compared as text. */
const MAX_DEPTH = 60;

/** The tokens are no formula that is understood here. */
export class NotAFormula extends Error {}

/** Reads all of `tokens`; throws NotAFormula. Products may leave out their sign: `2\pi r`. */
export function parseExpression(tokens: readonly Token[]): Expression {
  const reader = new Reader(tokens);
  const expression = reader.sum(0);
  if (!reader.atEnd) throw new NotAFormula(`at ${reader.rest}`);
  return expression;
}

class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens];
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get rest(): string {
    return this.#tokens.slice(this.#at).map(({ text }) => text).join(" ");
  }

  sum(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new NotAFormula("nested too deeply");
    let left = this.#product(depth);
    for (let sign = this.#takeSign("+", "-"); sign !== null; sign = this.#takeSign("+", "-")) {
      const right = this.#product(depth);
      left = call("add", left, sign === "+" ? right : call("negate", right));
    }
    return left;
  }

  #product(depth: number): Expression {
    let left = this.#signed(depth);
    for (;;) {
      const sign = this.#takeSign("*", "/");
      if (sign !== null) left = call(sign === "*" ? "multiply" : "divide", left, this.#signed(depth));
      else if (this.#startsFactor()) left = this.#adjacent(left, depth);
      else return left;
    }
  }

  /** `3\frac{1}{2}` is three and a half; everything else side by side is a product. */
  #adjacent(left: Expression, depth: number): Expression {
    const isMixed = isWhole(left) && /^[dtc]?frac$/.test(this.#peek()?.text ?? "") && this.#tokens[this.#at - 1]?.kind === "number";
    const right = this.#power(depth);
    const isFraction = right.kind === "call" && right.name === "divide" && right.args.every(isWhole);
    return call(isMixed && isFraction ? "add" : "multiply", left, right);
  }

  #signed(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new NotAFormula("nested too deeply");
    if (this.#takeSign("-") !== null) return call("negate", this.#signed(depth + 1));
    if (this.#takeSign("+") !== null) return this.#signed(depth + 1);
    return this.#power(depth);
  }

  #power(depth: number): Expression {
    let base = this.#factor(depth);
    for (let sign = this.#takeSign("!", "%", "^"); sign !== null; sign = this.#takeSign("!", "%", "^")) {
      if (sign === "^") base = call("power", base, this.#exponent(depth + 1));
      else base = call(sign === "!" ? "factorial" : "percent", base);
    }
    return base;
  }

  #exponent(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new NotAFormula("nested too deeply");
    if (this.#takeSign("-") !== null) return call("negate", this.#exponent(depth + 1));
    return this.#power(depth + 1);
  }

  #factor(depth: number): Expression {
    const token = this.#take();
    switch (token?.kind) {
      case "number": return numberOf(token.text);
      case "name": return this.#subscripted(token.text);
      case "open": return this.#inside(token.text, depth);
      case "command": return this.#command(token.text, depth);
      case "word": return productOfLetters(token.text);
      default:
        if (token?.text === "√" && depth < MAX_DEPTH) return call("root", this.#factor(depth + 1), TWO);
        throw new NotAFormula(token === undefined ? "it ends early" : `at ${token.text}`);
    }
  }

  #command(name: string, depth: number): Expression {
    if (/^[dtc]?frac$/.test(name)) return call("divide", this.#argument(depth), this.#argument(depth));
    if (/^[dt]?binom$/.test(name)) return call("binomial", this.#argument(depth), this.#argument(depth));
    if (name === "sqrt") {
      const degree = this.#isNext("[") ? this.#inside(this.#take()?.text ?? "", depth) : TWO;
      return call("root", this.#argument(depth), degree);
    }
    if (name === "|") return this.#absolute(depth);
    if (NAMED.has(name)) return this.#named(name, depth);
    if (/^[a-zA-Z]+$/.test(name)) return this.#subscripted(name);
    throw new NotAFormula(`at ${name}`);
  }

  /** `\sin^2 x`, `\log_2 8`, `\ln(3)`. */
  #named(name: string, depth: number): Expression {
    const base = this.#takeSign("_") === null ? null : this.#argument(depth);
    const exponent = this.#takeSign("^") === null ? null : this.#argument(depth);
    const value = call(name === "lg" ? "log" : name, this.#power(depth + 1), ...(base === null ? [] : [base]));
    return exponent === null ? value : call("power", value, exponent);
  }

  /** `{…}`, or one digit or sign as in `\frac12`. */
  #argument(depth: number): Expression {
    if (depth > MAX_DEPTH) throw new NotAFormula("nested too deeply");
    const token = this.#peek();
    if (token?.kind !== "number" || token.text.length === 1) return this.#factor(depth + 1);
    // `\frac12` is one half: the digits are two arguments.
    const [first = ""] = token.text;
    this.#tokens[this.#at] = { ...token, text: token.text.slice(1) };
    return numberOf(first);
  }

  #inside(opening: string, depth: number): Expression {
    const expression = this.sum(depth + 1);
    const closing = this.#take()?.text;
    if (closing !== CLOSING[opening]) throw new NotAFormula("a bracket is not closed");
    return expression;
  }

  #absolute(depth: number): Expression {
    const expression = this.sum(depth + 1);
    if (this.#take()?.text !== "|") throw new NotAFormula("a bar is not closed");
    return call("abs", expression);
  }

  #subscripted(name: string): Expression {
    if (this.#takeSign("_") === null) return { kind: "symbol", name };
    const token = this.#take();
    if (token?.text !== "{") return { kind: "symbol", name: `${name}_${token?.text ?? ""}` };
    const parts: string[] = [];
    for (let next = this.#take(); next !== undefined && next.text !== "}"; next = this.#take()) parts.push(next.text);
    return { kind: "symbol", name: `${name}_${parts.join("")}` };
  }

  #startsFactor(): boolean {
    const token = this.#peek();
    if (token === undefined) return false;
    if (token.kind === "command") return token.text !== "|" && token.text !== "&" && token.text !== "\\\\";
    // Two numbers side by side are no product: `16 17` is not 272.
    if (token.kind === "number") return this.#tokens[this.#at - 1]?.kind !== "number";
    return token.kind === "name" || token.kind === "word" || token.text === "(" || token.text === "{" || token.text === "√";
  }

  #isNext(text: string): boolean {
    return this.#peek()?.text === text;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #takeSign(...signs: string[]): string | null {
    const token = this.#peek();
    if (token?.kind !== "operator" || !signs.includes(token.text)) return null;
    this.#at += 1;
    return token.text;
  }
}

const NAMED = new Set(["sin", "cos", "tan", "arcsin", "arccos", "arctan", "ln", "log", "lg", "exp"]);
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const TWO: Expression = { kind: "number", value: { n: 2n, d: 1n } };

function call(name: string, ...args: Expression[]): Expression {
  return { kind: "call", name, args };
}

function isWhole(expression: Expression): boolean {
  return expression.kind === "number" && expression.value.d === 1n;
}

function numberOf(text: string): Expression {
  const value = fromDecimal(text);
  if (value === null) throw new NotAFormula(`${text} is too large`);
  return { kind: "number", value };
}

/** `xy` is x times y; a longer word is no formula. */
function productOfLetters(word: string): Expression {
  if (word.length > 3) throw new NotAFormula(`at ${word}`);
  return [...word].map((name): Expression => ({ kind: "symbol", name })).reduce((left, right) => call("multiply", left, right));
}
