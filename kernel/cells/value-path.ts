import { nearest } from "../../runtime/nearest.ts";

export type PathStep = string | number;

/** Where a path into values ends. `unknown` names the first step that leads nowhere. */
export type PathResult =
  | { found: true; value: unknown }
  | { found: false; /** Index of the step that fails. */ step: number; suggestion: string | undefined };

/** Properties that templates know on lists and texts besides their own. */
const BUILT_IN = ["size", "first", "last"];

/** Follows own properties only. */
export function followPath(values: Record<string, unknown>, path: readonly PathStep[]): PathResult {
  let value: unknown = values;
  for (const [index, step] of path.entries()) {
    if (index > 0 && value === undefined) return { found: true, value: undefined };
    const next = property(value, step, index > 0);
    if (next === null) return { found: false, step: index, suggestion: nearest(String(step), fieldsOf(value)) };
    value = next.value;
  }
  return { found: true, value };
}

function property(value: unknown, step: PathStep, builtIn: boolean): { value: unknown } | null {
  if (typeof step === "number" && step < 0 && Array.isArray(value)) return property(value, value.length + step, false);
  if (builtIn && BUILT_IN.includes(String(step)) && hasBuiltIn(value)) return { value: builtInOf(value, String(step)) };
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return null;
  return { value: (value as Record<PathStep, unknown>)[step] };
}

function hasBuiltIn(value: unknown): value is string | unknown[] {
  return typeof value === "string" || Array.isArray(value);
}

function builtInOf(value: string | unknown[], name: string): unknown {
  if (name === "size") return value.length;
  return name === "first" ? value[0] : value[value.length - 1];
}

/** Names that may follow a dot after `value`. */
export function fieldsOf(value: unknown): string[] {
  if (hasBuiltIn(value)) return BUILT_IN;
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

/** `["solve", "runs", 0, "answer"]` as it is typed: `solve.runs[0].answer`. */
export function pathText(path: readonly PathStep[]): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
