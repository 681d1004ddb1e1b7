import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import { equivalent } from "./math/equivalent.ts";
import { shorten } from "./shorten.ts";

/** Compares what stands in the last \boxed{} by its meaning; `equivalent` says what is decided. */
export function checkBoxed({ value, tolerance }: Extract<Assertion, { kind: "boxed" }>, run: RunRecord): Finding {
  if (run.boxed === null) return { verdict: false, detail: run.reply?.finish === "length" ? "no \\boxed{}: the answer was cut off at max_tokens" : "the answer has no \\boxed{}" };
  return { verdict: equivalent(value, run.boxed, tolerance), detail: `\\boxed{${shorten(run.boxed)}}` };
}
