import type { Assertion } from "../../cells/assert/assertion.ts";
import type { RunRecord } from "../result.ts";
import { boundsText, within } from "./bounds.ts";
import type { Finding } from "./check.ts";
import { shorten } from "./shorten.ts";

export function checkJson(assertion: Extract<Assertion, { kind: "json" }>, run: RunRecord): Finding {
  const json = jsonOf(run);
  if (json === undefined) return { verdict: false, detail: `no valid JSON: ${shorten(run.answer)}` };
  const { path, bounds } = assertion;
  const at = path === null || path === "" ? json : follow(json, path);
  if (at === undefined) return { verdict: false, detail: `there is no ${path ?? "value"} in ${shorten(JSON.stringify(json))}` };
  const found = `${path === null || path === "" ? "" : `${path} is `}${shorten(JSON.stringify(at))}`;
  if (Object.hasOwn(assertion, "equals")) return { verdict: sameJson(assertion.equals, at), detail: found, score: typeof at === "number" ? at : null };
  if (Object.keys(bounds).length === 0) return { verdict: true, detail: found };
  if (typeof at !== "number") return { verdict: false, detail: `${found}, which is no number` };
  return { verdict: within(at, bounds), detail: `${found}, asked for ${boundsText(bounds)}`, score: at };
}

/** The answer as JSON, one code fence around all of it left out. Undefined: it is none. */
export function jsonOf(run: RunRecord): unknown {
  if (run.json !== null) return run.json;
  const text = run.answer.trim();
  const fenced = /^```(?:json)?[ \t]*\n([^]*)\n```$/.exec(text)?.[1];
  try {
    return JSON.parse(fenced ?? text) as unknown;
  } catch {
    return undefined;
  }
}

function follow(json: unknown, path: string): unknown {
  let at: unknown = json;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** Equal values; a text that a template gave may stand for a number. */
function sameJson(expected: unknown, actual: unknown): boolean {
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(expected) !== Array.isArray(actual)) return false;
    const [a, b] = [expected as Record<string, unknown>, actual as Record<string, unknown>];
    return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
  }
  if (expected === actual) return true;
  return typeof expected === "string" && (typeof actual === "number" || typeof actual === "boolean") && expected.trim() === String(actual);
}
