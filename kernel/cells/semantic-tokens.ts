import type { NotebookScope, ParsedCell, PromptCell, Range, SettingsCell } from "./cell.ts";
import { isSettingsCell } from "./complete-kind.ts";
import { findKey } from "./keys.ts";
import { kindLanguage } from "./kind-keys.ts";
import { occurrencesIn } from "./occurrences.ts";
import { followPath } from "./value-path.ts";

/** A piece of a cell whose meaning a grammar cannot know. Pieces do not overlap. */
export interface SemanticToken {
  range: Range;
  type: "variable" | "property";
  modifier?: "definition" | "unknown";
}

/** Names that are known or not, and keys that exist or not. In the order in which they stand. */
export function semanticTokens(source: string, parsed: ParsedCell, scope: NotebookScope): SemanticToken[] {
  const names = occurrencesIn(source, parsed).places.flatMap(({ name, range, kind, certain }): SemanticToken[] => {
    if (kind === "definition") return [{ range, type: "variable", modifier: "definition" }];
    const isKnown = followPath(scope.values, [name]).found;
    if (parsed.cell.kind !== "js") return [{ range, type: "variable", ...(isKnown ? {} : { modifier: "unknown" as const }) }];
    // Code has many names of its own: only those of the notebook are marked.
    return isKnown && certain ? [{ range, type: "variable" }] : [];
  });
  const { cell } = parsed;
  const language = isSettingsCell(cell) ? kindLanguage(cell.kind) : undefined;
  const keys = cell.kind === "prompt" || language !== undefined ? (cell as PromptCell | SettingsCell).settings : [];
  const isKnownKey = (key: string) => (language === undefined ? findKey(key) !== undefined : language.keys.some(({ name }) => name === key));
  const properties = keys.filter(({ keyRange }) => keyRange.end > keyRange.start)
    .map(({ key, keyRange }): SemanticToken => ({ range: keyRange, type: "property", ...(isKnownKey(key) ? {} : { modifier: "unknown" }) }));
  return [...names, ...properties].sort((a, b) => a.range.start - b.range.start);
}
