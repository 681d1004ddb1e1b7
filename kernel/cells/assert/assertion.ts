import type { YamlPath } from "../yaml-place.ts";

/** Limits of a number. Without any of them nothing is asked of it. */
export interface Bounds {
  at_least?: number;
  at_most?: number;
  above?: number;
  below?: number;
  equals?: number;
  /** Relative, for `equals`. */
  tolerance?: number;
}

/** One assertion, its argument with final types. */
export type Assertion =
  | { kind: "equals"; text: string; ignoreCase: boolean }
  | { kind: "contains"; texts: string[]; ignoreCase: boolean }
  | { kind: "matches"; pattern: string; flags: string }
  | { kind: "boxed"; value: string; tolerance: number }
  | { kind: "json"; /** Null: the answer as a whole. */ path: string | null; equals?: unknown; bounds: Bounds }
  | { kind: "schema"; schema: Record<string, unknown> }
  | { kind: "schema"; file: string }
  | { kind: "number"; bounds: Bounds }
  | { kind: "similar"; to: string; at_least: number; model: string | null }
  | { kind: "judge"; rubric: string; scale: readonly [low: number, high: number]; at_least: number }
  | { kind: "metric"; metric: string; bounds: Bounds }
  | { kind: "js"; code: string }
  | { kind: "scorer"; name: string; bounds: Bounds };

/** An assertion as the cell has it: its argument may hold templates. */
export interface AssertionSpec {
  /** A name of ASSERTION_KINDS. */
  name: string;
  /** As in the YAML. */
  argument: unknown;
  negated: boolean;
}

/** An argument read, or what is wrong with it; `path` leads from the argument to the place. */
export type ArgumentResult =
  | { ok: true; value: Assertion }
  | ArgumentProblem;

export interface ArgumentProblem {
  ok: false;
  code: string;
  message: string;
  path: YamlPath;
  /** The key at `path` is wrong, not its value. */
  part?: "key";
  replacement?: string;
}
