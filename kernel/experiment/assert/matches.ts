import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import type { CheckTools } from "./check-tools.ts";
import { shorten } from "./shorten.ts";

/** The search runs elsewhere, under a time limit: a pattern can take longer than the universe exists. */
export async function checkMatches({ pattern, flags }: Extract<Assertion, { kind: "matches" }>, run: RunRecord, tools: CheckTools, signal: AbortSignal): Promise<Finding> {
  const found = await tools.search(pattern, flags, run.answer, signal);
  if (found === null) return { verdict: null, detail: "the pattern takes too long on this answer; make it simpler" };
  return { verdict: found, detail: found ? "it matches" : `no match in ${shorten(run.answer)}` };
}
