import { readAnswer } from "./answer.ts";
import { evaluate, openSymbols } from "./evaluate.ts";

/** The number that a short answer means; null for one with variables, for lists and for words. */
export function numberIn(source: string): number | null {
  const answer = readAnswer(source);
  if (answer.kind !== "formula" || openSymbols(answer.expression).size > 0) return null;
  const { approx } = evaluate(answer.expression);
  return Number.isFinite(approx) ? approx : null;
}
