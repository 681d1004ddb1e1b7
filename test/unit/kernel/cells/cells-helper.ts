import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Diagnostic, NotebookScope } from "../../../../kernel/cells/cell.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";

const FIXTURES = new URL("../../../fixtures/cells/", import.meta.url);

/** A data file of test/fixtures/cells (YAML or JSON). */
export function fixture(name: string): unknown {
  return parse(readFileSync(new URL(name, FIXTURES), "utf8"));
}

/** A notebook in which the cells of the language page have run. */
export const scope: NotebookScope = {
  values: {
    question: "What is 48 / 3?", tone: "friendly", hints: ["divide", "check"], first: "Ada", name: "Lovelace",
    solve: { answer: "16", thinking: "48 / 3", boxed: "16", json: { answer: 16 }, runs: [{ answer: "16" }], stats: { thinking_tokens: { mean: 12 } } },
    later: undefined,
  },
  stale: [],
  models: ["smollm2-135m", "deepseek-r1-1.5b", "r1-1.5b"],
};

export const emptyScope: NotebookScope = { values: {}, stale: [], models: [] };

/** All that is said of a cell in the notebook above. */
export function diagnose(source: string, within: NotebookScope = scope): Diagnostic[] {
  return validateCell(parseCell(source), within);
}

export function errorsOf(source: string, within: NotebookScope = scope): Diagnostic[] {
  return diagnose(source, within).filter(({ severity }) => severity === "error");
}

export function codesOf(diagnostics: Diagnostic[]): string[] {
  return diagnostics.map(({ code }) => code);
}

/** A text with `¦` where the cursor stands. */
export function atCursor(marked: string): { source: string; offset: number } {
  const offset = marked.indexOf("¦");
  return { source: marked.replace("¦", ""), offset };
}

/** Mocha keeps the whole stack of every error; for thousands of deep ones that takes longer than the parser itself. Call it in a `describe`. */
export function useShortStacks(): void {
  const before = Error.stackTraceLimit;
  beforeEach(() => {
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    Error.stackTraceLimit = before;
  });
}
