import type { CellKind } from "./cell.ts";
import { nearest } from "../../runtime/nearest.ts";

export interface KindSpec {
  name: CellKind;
  help: string;
  /** False: the kind is parsed, and refused when run. */
  available: boolean;
}

export const KINDS: readonly KindSpec[] = [
  { name: "prompt", help: "A prompt for the model. The same as a cell without a `%%` line.", available: true },
  { name: "vars", help: "Variables in YAML, for `{{ name }}` in prompts.", available: true },
  { name: "js", help: "JavaScript or TypeScript with top-level await and the results of other cells.", available: true },
  { name: "bench", help: "A benchmark: speed, memory and waiting times under load, with prompts of a given length.", available: true },
  { name: "compare", help: "A comparison of two results, or of one model in two precisions: differences, ratios, intervals, and what they allow to say.", available: true },
  { name: "chart", help: "A chart of a result: a few keys, or a whole Vega-Lite specification in YAML.", available: true },
];

/** Names that people know from elsewhere. */
const OTHER_NAMES: Readonly<Record<string, CellKind>> = {
  ai: "prompt", llm: "prompt", ask: "prompt", chat: "prompt", text: "prompt",
  variables: "vars", var: "vars", params: "vars", parameters: "vars", yaml: "vars", data: "vars",
  javascript: "js", typescript: "js", ts: "js", node: "js", script: "js", code: "js",
  benchmark: "bench", diff: "compare", plot: "chart", graph: "chart",
};

export function findKind(name: string): KindSpec | undefined {
  return KINDS.find((kind) => kind.name === name);
}

export function nearestKind(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : nearest(lower, KINDS.map((kind) => kind.name));
}
