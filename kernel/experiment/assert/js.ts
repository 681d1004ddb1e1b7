import type { Assertion } from "../../cells/assert/assertion.ts";
import type { Finding } from "./check.ts";
import type { CheckScope, CheckTools } from "./check-tools.ts";
import { shorten } from "./shorten.ts";

/** Only `true` and `false` are verdicts: a forgotten comparison shall not pass for being truthy. */
export async function checkJs({ code }: Extract<Assertion, { kind: "js" }>, scope: CheckScope, tools: CheckTools, signal: AbortSignal): Promise<Finding> {
  const value = await tools.evaluate(code, scope, signal);
  if (typeof value === "boolean") return { verdict: value, detail: `it is ${value}` };
  return { verdict: null, detail: `it is ${shorten(value === undefined ? "undefined" : JSON.stringify(value) ?? String(value))}, neither true nor false` };
}
