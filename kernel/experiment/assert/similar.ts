import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import type { CheckTools } from "./check-tools.ts";
import { formatNumber } from "./format-number.ts";

export async function checkSimilar({ to, at_least: least, model }: Extract<Assertion, { kind: "similar" }>, run: RunRecord, tools: CheckTools, signal: AbortSignal): Promise<Finding> {
  if (run.answer.trim() === "") return { verdict: false, detail: "the answer is empty", score: null };
  const [answer, wanted] = await tools.embed([run.answer, to], model, signal);
  const similarity = answer === undefined || wanted === undefined ? null : cosine(answer, wanted);
  if (similarity === null) return { verdict: null, detail: "the embedding model gave no direction for one of the texts", score: null };
  return { verdict: similarity >= least, detail: `similarity ${formatNumber(similarity)}, asked for at least ${formatNumber(least)}`, score: similarity };
}

/** From -1 to 1; null for vectors of different length or of length zero. */
export function cosine(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length) return null;
  const product = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const length = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b));
  return length > 0 && Number.isFinite(length) ? Math.max(-1, Math.min(1, product(a, b) / length)) : null;
}
