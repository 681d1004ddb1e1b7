import type { Assertion } from "../../cells/assert/assertion.ts";
import { boundsText, within } from "./bounds.ts";
import type { Finding } from "./check.ts";
import type { CheckScope, CheckTools } from "./check-tools.ts";
import { formatNumber } from "./format-number.ts";
import { shorten } from "./shorten.ts";

const PASS: { at_least: number } = { at_least: 1 };

/** A scorer gives true, false, a number, or `{ score, reason }` with one of these. */
export async function checkScorer({ name, bounds }: Extract<Assertion, { kind: "scorer" }>, scope: CheckScope, tools: CheckTools, signal: AbortSignal): Promise<Finding> {
  const returned = await tools.score(name, scope, signal);
  const { score, reason = "" } = typeof returned === "object" && returned !== null ? (returned as Record<string, unknown>) : { score: returned };
  const because = typeof reason === "string" && reason !== "" ? `: ${shorten(reason, 200)}` : "";
  const limits = Object.keys(bounds).length === 0 ? PASS : bounds;
  if (typeof score === "boolean") return { verdict: score, detail: `it is ${score}${because}`, score: Number(score) };
  if (typeof score !== "number" || !Number.isFinite(score)) return { verdict: null, detail: `it gave ${shorten(JSON.stringify(returned) ?? "undefined")}, neither true, false nor a number`, score: null };
  return { verdict: within(score, limits), detail: `score ${formatNumber(score)}, asked for ${boundsText(limits)}${because}`, score };
}
