import { type Answer, plainText, readAnswer, wordsOf } from "./answer.ts";
import { type Bindings, evaluate, type Numeric, openSymbols, sameNumber } from "./evaluate.ts";
import type { Expression } from "./expression.ts";

/** Formulas with variables count as equal if they agree at all of these points. */
const POINTS = 7;
/** Fewer points where both have a value prove nothing. */
const MIN_POINTS = 3;
const FORMULA_TOLERANCE = 1e-9;

/**
 * Whether two short answers mean the same: numbers in any notation (`16`, `16.0`, `\frac{32}{2}`, `1.6\times10^{1}`;
 * `50\%` is `0.5`), roots, π, formulas with variables, sets and lists in any order, tuples, intervals, ratios, matrices,
 * answers with a unit, words. `tolerance` is relative; 0 compares exactly.
 *
 * Not decided, and therefore not equal unless written alike: units of different size (1 m, 100 cm), equations and
 * inequalities in another form, complex arithmetic, a decimal comma (`3,14` is a list), derivatives, integrals, sums.
 * Formulas with variables are compared at fixed points, which is no proof. No code is ever run.
 */
export function equivalent(expected: string, actual: string, tolerance = 0): boolean {
  if (plainText(expected) === plainText(actual)) return true;
  const [words, others] = [wordsOf(expected), wordsOf(actual)];
  // Words are no products of letters: `no` is not `on`.
  if (words !== null && others !== null) return words === others;
  return same(readAnswer(expected), readAnswer(actual), tolerance);
}

function same(a: Answer, b: Answer, tolerance: number): boolean {
  if (a.kind === "collection" || b.kind === "collection") return sameUnordered(itemsOf(a), itemsOf(b), tolerance);
  if (a.kind === "formula" && b.kind === "formula") return compatible(a.unit, b.unit) && compatible(a.name, b.name) && sameFormula(a.expression, b.expression, tolerance);
  if (a.kind === "sequence" && b.kind === "sequence") return a.open === b.open && a.close === b.close && sameOrdered(a.items, b.items, tolerance);
  if (a.kind === "union" && b.kind === "union") return sameUnordered(a.items, b.items, tolerance);
  if (a.kind === "matrix" && b.kind === "matrix") return a.rows.length === b.rows.length && a.rows.every((row, i) => sameOrdered(row, b.rows[i] ?? [], tolerance));
  return a.kind === "text" && b.kind === "text" && a.text === b.text && a.text !== "";
}

/** A unit or a name that only one side writes is no difference. */
function compatible(a: string, b: string): boolean {
  return a === "" || b === "" || a === b;
}

function itemsOf(answer: Answer): readonly Answer[] {
  return answer.kind === "collection" ? answer.items : [answer];
}

function sameOrdered(a: readonly Answer[], b: readonly Answer[], tolerance: number): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i] as Answer, tolerance));
}

/** As sets: what stands twice counts once. */
function sameUnordered(a: readonly Answer[], b: readonly Answer[], tolerance: number): boolean {
  const covers = (all: readonly Answer[], part: readonly Answer[]) => part.every((item) => all.some((other) => same(other, item, tolerance)));
  return covers(a, b) && covers(b, a);
}

function sameFormula(a: Expression, b: Expression, tolerance: number): boolean {
  const symbols = [...openSymbols(b, openSymbols(a))];
  if (symbols.length === 0) return sameNumber(evaluate(a), evaluate(b), tolerance);
  let compared = 0;
  for (let point = 0; point < POINTS; point++) {
    const bindings = bindingsAt(symbols, point);
    const [x, y] = [evaluate(a, bindings), evaluate(b, bindings)];
    if (Number.isNaN(x.approx) !== Number.isNaN(y.approx)) return false;
    if (Number.isNaN(x.approx)) continue;
    if (!sameNumber(x, y, Math.max(tolerance, FORMULA_TOLERANCE))) return false;
    compared += 1;
  }
  return compared >= MIN_POINTS;
}

/** Values without a pattern that a formula could follow by chance; most are positive, so that roots have values. */
function bindingsAt(symbols: readonly string[], point: number): Bindings {
  const value = (index: number): Numeric => ({ exact: null, approx: (point === POINTS - 1 ? -1 : 1) * (0.37 + 0.731 * point + 0.419 * index + 0.137 * point * index) });
  return new Map(symbols.map((name, index) => [name, value(index)]));
}
