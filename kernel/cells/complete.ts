import type { NotebookScope } from "./cell.ts";
import { argumentValues } from "./argument-values.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { contextAt, type CursorContext } from "./cursor-context.ts";
import { completeCode } from "./complete-code.ts";
import { completeExpression } from "./complete-expression.ts";
import type { Completion } from "./completion.ts";
import { KEYS, findKey, type KeySpec } from "./keys.ts";
import { KINDS } from "./kinds.ts";
import { parseCell } from "./parse.ts";
import { preview } from "./preview.ts";
import { rangeText } from "./setting-value.ts";

export interface CompletionList {
  matches: string[];
  /** `source.slice(start, end)` is what a match replaces. */
  start: number;
  end: number;
  details: Array<{ type: string; detail?: string }>;
}

/** Characters of a default shown beside its key. */
const SHORT = 60;
/** A bound such as 1,000,000 tokens is not what anybody wants to insert. */
const LARGEST_OFFERED = 1000;
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
    case "key": return { prefix: context.prefix, candidates: keysFor(context.parent, source, scope) };
    case "value": return { prefix: context.prefix, candidates: valuesFor(context.key, scope) };
    case "expression": return completeExpression(context.text, context.isTag, scope);
    case "code": return completeCode(context.text, scope);
    case "text": return { prefix: context.line, candidates: context.line === "" ? [] : ROLE_LINES.map((text) => ({ text, type: "keyword", detail: "role line" })) };
  }
}

function argumentsFor({ command, words }: Extract<CursorContext, { kind: "argument" }>, scope: NotebookScope): Completion[] {
  const spec = findCommand(command);
  if (spec === undefined) return [];
  const flags = spec.flags.map((text) => ({ text, type: "keyword", detail: "flag" }));
  if (command === "defaults") return [...KEYS.filter((key) => key.cascade).map((key) => ({ ...keyCompletion(key, scope), text: `${key.name}=` })), ...flags];
  const argument = spec.args[words.length];
  const values = argument === undefined ? [] : argumentValues(argument, scope);
  return [...values.map((text) => ({ text, type: "value", detail: argument?.name ?? "" })), ...flags];
}

function keysFor(parent: string | null, source: string, scope: NotebookScope): Completion[] {
  if (parent === "matrix") return KEYS.filter((key) => key.sweep).map((key) => keyCompletion(key, scope));
  if (parent === "output") return [{ text: "schema: ", type: "property", detail: "JSON Schema that the answer must fit" }];
  if (parent !== null) return [];
  const { cell } = parseCell(source);
  const used = cell.kind === "prompt" ? cell.settings.map((setting) => setting.key) : [];
  return KEYS.filter((key) => !used.includes(key.name)).map((key) => keyCompletion(key, scope));
}

function keyCompletion(key: KeySpec, scope: NotebookScope): Completion {
  return { text: `${key.name}: `, type: "property", detail: `${rangeText(key)}; default ${defaultOf(key, scope)}` };
}

function defaultOf(key: KeySpec, { defaults = {} }: NotebookScope): string {
  return Object.hasOwn(defaults, key.name) ? `${preview(defaults[key.name], SHORT)} (%defaults)` : key.defaultText;
}

function valuesFor(key: string, scope: NotebookScope): Completion[] {
  const spec = findKey(key);
  if (spec?.type === "model") return scope.models.map((text) => ({ text, type: "value", detail: "model" }));
  if (spec?.type === "boolean") return ["on", "off"].map((text) => ({ text, type: "value" }));
  if (spec?.type === "output") return [{ text: "json", type: "value", detail: "any JSON object" }];
  if (spec?.type === "number" || spec?.type === "integer") return numbersFor(spec, scope);
  if (spec?.type === "matrix" || spec?.type === "stop") return [{ text: exampleOf(spec), type: "value", detail: "example" }];
  return (spec?.values ?? []).map((text) => ({ text, type: "value", detail: key }));
}

/** A usual value first, then the bounds that a person may mean: what lies between them is not for a list. */
function numbersFor(spec: KeySpec, scope: NotebookScope): Completion[] {
  const detail = `${rangeText(spec)}; default ${defaultOf(spec, scope)}`;
  const bounds = [spec.aboveMin ? undefined : spec.min, (spec.max ?? Infinity) <= LARGEST_OFFERED ? spec.max : undefined];
  const texts = [exampleOf(spec), ...bounds.flatMap((bound) => (bound === undefined ? [] : [String(bound)]))];
  return [...new Set(texts)].map((text) => ({ text, type: "value", detail }));
}

function exampleOf(spec: KeySpec): string {
  return spec.example.slice(spec.name.length + 2);
}
