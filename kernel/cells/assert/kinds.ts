import { METRIC_NAMES } from "../until.ts";
import { CODE_KINDS } from "./code-kinds.ts";
import { someBounds } from "./fields.ts";
import { type AssertionKind, kind } from "./kind.ts";
import { MODEL_KINDS } from "./model-kinds.ts";
import { TEXT_KINDS } from "./text-kinds.ts";
import { VALUE_KINDS } from "./value-kinds.ts";

/** One for each metric of a run: `ttft_ms: { at_most: 800 }`. */
const METRIC_KINDS: readonly AssertionKind[] = METRIC_NAMES.filter((name) => name !== "pass").map((name) => {
  const limit = name.endsWith("tok_s") ? "at_least: 20" : name === "ttft_ms" ? "at_most: 800" : name === "cache_share" ? "at_least: 0.5" : "at_most: 2000";
  return kind(name, "a limit: `at_least`, `at_most`, `above`, `below`", `The run's \`${name}\` keeps the limit. A run without this metric has no verdict.`, `${name}: { ${limit} }`,
    (argument) => ({ kind: "metric", metric: name, bounds: someBounds(name, argument) }));
});

/** Everything that may stand in a list under `assert:`, besides `not`. */
export const ASSERTION_KINDS: readonly AssertionKind[] = [...TEXT_KINDS, ...VALUE_KINDS, ...MODEL_KINDS, ...CODE_KINDS, ...METRIC_KINDS];

/** Turns an assertion round; holds one itself. */
export const NOT = "not";
export const ASSERTION_NAMES: readonly string[] = [...ASSERTION_KINDS.map(({ name }) => name), NOT];

/** Names that other tools give to our kinds. */
export const OTHER_ASSERTION_NAMES: Readonly<Record<string, string>> = {
  equal: "equals", exact: "equals", exact_match: "equals", is: "equals", eq: "equals", icontains: "contains", includes: "contains", include: "contains", "contains-all": "contains",
  regex: "matches", regexp: "matches", match: "matches", pattern: "matches", math: "boxed", latex: "boxed", "is-json": "json", is_json: "json", json_schema: "schema",
  "llm-rubric": "judge", llm_rubric: "judge", rubric: "judge", similarity: "similar", cosine: "similar", javascript: "js", function: "scorer", score: "scorer",
  latency: "e2e_ms", latency_ms: "e2e_ms", speed: "tok_s", tokens_per_second: "tok_s", ttft: "ttft_ms", range: "number", numeric: "number", "not-contains": "not", tokens: "answer_tokens",
};

export function findAssertion(name: string): AssertionKind | undefined {
  return ASSERTION_KINDS.find((kind) => kind.name === name);
}
