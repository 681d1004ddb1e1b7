import type { NotebookScope } from "./cell.ts";
import { argumentValues } from "./argument-values.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { contextAt, type CursorContext } from "./cursor-context.ts";
import { completeExpression } from "./complete-expression.ts";
import type { Completion } from "./completion.ts";
import { KEYS, findKey, type KeySpec } from "./keys.ts";
import { KINDS } from "./kinds.ts";
import { parseCell } from "./parse.ts";
import { rangeText } from "./setting-value.ts";

export interface CompletionList {
  matches: string[];
  /** `source.slice(start, end)` is what a match replaces. */
  start: number;
  end: number;
  details: Array<{ type: string; detail?: string }>;
}

const ROLE_LINES = ["system:", "user:", "assistant:"];

/** What may stand at `offset` in a cell. Offsets are UTF-16. */
export function completeCell(source: string, offset: number, scope: NotebookScope): CompletionList {
  const at = Math.max(0, Math.min(offset, source.length));
  const context = contextAt(source, at);
  const { prefix, candidates } = candidatesFor(context, source, scope);
  const matching = candidates.filter(({ text }) => text.toLowerCase().startsWith(prefix.toLowerCase()));
  return {
    matches: matching.map(({ text }) => text),
    start: at - prefix.length,
    end: at,
    details: matching.map(({ type, detail }) => ({ type, ...(detail === undefined ? {} : { detail }) })),
  };
}

function candidatesFor(context: CursorContext, source: string, scope: NotebookScope): { prefix: string; candidates: Completion[] } {
  switch (context.kind) {
    case "kind": return { prefix: context.prefix, candidates: KINDS.filter((kind) => kind.available).map(({ name, help }) => ({ text: name, type: "keyword", detail: help })) };
    case "command": return { prefix: context.prefix, candidates: COMMANDS.map(({ name, help }) => ({ text: name, type: "keyword", detail: help })) };
    case "argument": return { prefix: context.prefix, candidates: argumentsFor(context, scope) };
    case "key": return { prefix: context.prefix, candidates: keysFor(context.parent, source) };
    case "value": return { prefix: context.prefix, candidates: valuesFor(context.key, scope) };
    case "expression": return completeExpression(context.text, context.isTag, scope);
    case "code": return { prefix: context.prefix, candidates: Object.keys(scope.values).map((text) => ({ text, type: "variable" })) };
    case "text": return { prefix: context.line, candidates: context.line === "" ? [] : ROLE_LINES.map((text) => ({ text, type: "keyword", detail: "role line" })) };
  }
}

function argumentsFor({ command, words }: Extract<CursorContext, { kind: "argument" }>, scope: NotebookScope): Completion[] {
  const spec = findCommand(command);
  if (spec === undefined) return [];
  const flags = spec.flags.map((text) => ({ text, type: "keyword", detail: "flag" }));
  if (command === "defaults") return [...KEYS.filter((key) => key.cascade).map((key) => ({ ...keyCompletion(key), text: `${key.name}=` })), ...flags];
  const argument = spec.args[words.length];
  const values = argument === undefined ? [] : argumentValues(argument, scope);
  return [...values.map((text) => ({ text, type: "value", detail: argument?.name ?? "" })), ...flags];
}

function keysFor(parent: string | null, source: string): Completion[] {
  if (parent === "matrix") return KEYS.filter((key) => key.sweep).map(keyCompletion);
  if (parent === "output") return [{ text: "schema: ", type: "property", detail: "JSON Schema that the answer must fit" }];
  if (parent !== null) return [];
  const { cell } = parseCell(source);
  const used = cell.kind === "prompt" ? cell.settings.map((setting) => setting.key) : [];
  return KEYS.filter((key) => !used.includes(key.name)).map(keyCompletion);
}

function keyCompletion(key: KeySpec): Completion {
  return { text: `${key.name}: `, type: "property", detail: `${rangeText(key)}; default ${key.defaultText}` };
}

function valuesFor(key: string, scope: NotebookScope): Completion[] {
  const spec = findKey(key);
  if (spec?.type === "model") return scope.models.map((text) => ({ text, type: "value", detail: "model" }));
  if (spec?.type === "boolean") return ["on", "off"].map((text) => ({ text, type: "value" }));
  if (spec?.type === "output") return [{ text: "json", type: "value", detail: "any JSON object" }];
  return (spec?.values ?? []).map((text) => ({ text, type: "value", detail: key }));
}
