import type { Expression } from "./expression.ts";
import { add, divide, equals, multiply, power, rational, type Rational, root, toNumber } from "./rational.ts";

/** A value: exact where it can be, and always as floating point. */
export interface Numeric {
  exact: Rational | null;
  /** May be infinite or NaN: no value. */
  approx: number;
}

/** Values of the symbols of a formula; π, e and ∞ are known. */
export type Bindings = ReadonlyMap<string, Numeric>;

const CONSTANTS: Readonly<Record<string, number>> = { "π": Math.PI, e: Math.E, "∞": Infinity };
const MAX_FACTORIAL = 170n;

/** Names of the symbols that a formula leaves open. */
export function openSymbols(expression: Expression, into = new Set<string>()): Set<string> {
  if (expression.kind === "symbol" && !Object.hasOwn(CONSTANTS, expression.name)) into.add(expression.name);
  if (expression.kind === "call") for (const arg of expression.args) openSymbols(arg, into);
  return into;
}

export function evaluate(expression: Expression, bindings: Bindings = new Map()): Numeric {
  switch (expression.kind) {
    case "number": return exactly(expression.value);
    case "symbol": return bindings.get(expression.name) ?? { exact: null, approx: CONSTANTS[expression.name] ?? Number.NaN };
    case "call": return apply(expression.name, expression.args.map((arg) => evaluate(arg, bindings)));
  }
}

/** Exact values are equal or not; others within a relative `tolerance`, which 0 makes that of rounding. */
export function sameNumber(a: Numeric, b: Numeric, tolerance: number): boolean {
  if (tolerance === 0 && a.exact !== null && b.exact !== null) return equals(a.exact, b.exact);
  if (Number.isNaN(a.approx) || Number.isNaN(b.approx)) return false;
  if (!Number.isFinite(a.approx) || !Number.isFinite(b.approx)) return a.approx === b.approx;
  return Math.abs(a.approx - b.approx) <= Math.max(tolerance, ROUNDING) * Math.max(Math.abs(a.approx), Math.abs(b.approx));
}

/** What a few dozen operations on doubles may lose. */
const ROUNDING = 1e-12;

function apply(name: string, [a = NOTHING, b]: Numeric[]): Numeric {
  switch (name) {
    case "add": return both(a, b, add, (x, y) => x + y);
    case "multiply": return both(a, b, multiply, (x, y) => x * y);
    case "divide": return both(a, b, divide, (x, y) => x / y);
    case "power": return b?.exact?.d === 2n && a.exact !== null && a.exact.n >= 0n ? halfPower(a, b) : both(a, b, power, (x, y) => x ** y);
    case "negate": return { exact: a.exact === null ? null : { n: -a.exact.n, d: a.exact.d }, approx: -a.approx };
    case "percent": return both(a, exactly({ n: 100n, d: 1n }), divide, (x, y) => x / y);
    case "abs": return { exact: a.exact === null || a.exact.n >= 0n ? a.exact : { n: -a.exact.n, d: a.exact.d }, approx: Math.abs(a.approx) };
    case "root": return nthRoot(a, b);
    case "factorial": return a.exact === null ? NOTHING : factorial(a.exact);
    case "binomial": return a.exact === null || b?.exact == null ? NOTHING : binomial(a.exact, b.exact);
    case "log": return approximately(b === undefined ? Math.log10(a.approx) : Math.log(a.approx) / Math.log(b.approx));
    default: return approximately(FLOATING[name]?.(a.approx) ?? Number.NaN);
  }
}

const FLOATING: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin, cos: Math.cos, tan: Math.tan, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan, ln: Math.log, exp: Math.exp,
};
const NOTHING: Numeric = { exact: null, approx: Number.NaN };

function both(a: Numeric, b: Numeric | undefined, exact: (a: Rational, b: Rational) => Rational | null, approx: (a: number, b: number) => number): Numeric {
  if (b === undefined) return NOTHING;
  const value = a.exact === null || b.exact === null ? null : exact(a.exact, b.exact);
  return value === null ? approximately(approx(a.approx, b.approx)) : exactly(value);
}

function halfPower(a: Numeric, b: Numeric): Numeric {
  const base = nthRoot(a, exactly({ n: 2n, d: 1n }));
  return both(base, exactly({ n: b.exact?.n ?? 1n, d: 1n }), power, (x, y) => x ** y);
}

function nthRoot(of: Numeric, degree: Numeric | undefined): Numeric {
  const k = degree?.approx ?? 2;
  const exact = of.exact !== null && Number.isInteger(k) && k >= 2 && k <= 64 ? root(of.exact, k) : null;
  if (exact !== null) return exactly(exact);
  const isOddOfNegative = of.approx < 0 && k % 2 === 1;
  return approximately(isOddOfNegative ? -((-of.approx) ** (1 / k)) : of.approx ** (1 / k));
}

function factorial({ n, d }: Rational): Numeric {
  if (d !== 1n || n < 0n || n > MAX_FACTORIAL) return NOTHING;
  let product = 1n;
  for (let k = 2n; k <= n; k++) product *= k;
  return whole(product);
}

function binomial(n: Rational, k: Rational): Numeric {
  if (n.d !== 1n || k.d !== 1n || k.n < 0n || n.n < k.n || n.n > MAX_FACTORIAL) return NOTHING;
  let product = 1n;
  for (let i = 1n; i <= k.n; i++) product = (product * (n.n - k.n + i)) / i;
  return whole(product);
}

function whole(value: bigint): Numeric {
  const exact = rational(value, 1n);
  return exact === null ? approximately(Number(value)) : exactly(exact);
}

function exactly(value: Rational): Numeric {
  return { exact: value, approx: toNumber(value) };
}

function approximately(approx: number): Numeric {
  return { exact: null, approx };
}
