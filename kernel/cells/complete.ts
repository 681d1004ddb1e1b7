import type { Cell, NotebookScope } from "./cell.ts";
import { assertionCompletions, assertionFields } from "./assert/complete-assertions.ts";
import { argumentValues } from "./argument-values.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { contextAt, type CursorContext } from "./cursor-context.ts";
import { completeCode } from "./complete-code.ts";
import { completeExpression } from "./complete-expression.ts";
import type { Completion } from "./completion.ts";
import { KEYS, findKey, type KeySpec, type KeyType } from "./keys.ts";
import { completeKindKeys, completeKindValues, isSettingsCell } from "./complete-kind.ts";
import { KINDS } from "./kinds.ts";
import { parseCell } from "./parse.ts";
import { preview } from "./preview.ts";
import { rangeText } from "./setting-value.ts";
import { TemplateError, templateVariables } from "./template.ts";
import { METRIC_NAMES } from "./until.ts";

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
    case "value": return { prefix: context.prefix, candidates: valuesFor(context.key, source, scope) };
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
  const { cell } = parseCell(source);
  if (isSettingsCell(cell)) return completeKindKeys(cell, parent);
  if (parent === "matrix") return [...KEYS.filter((key) => key.sweep).map((key) => keyCompletion(key, scope)), ...matrixNames(cell)];
  const inner = parent === null || !Object.hasOwn(INNER_KEYS, parent) ? undefined : INNER_KEYS[parent];
  if (inner !== undefined) return Object.entries(inner).map(([name, detail]) => ({ text: `${name}: `, type: "property", detail }));
  const inAssertion = parent === null ? null : assertionFields(parent);
  if (inAssertion !== null) return inAssertion;
  if (parent === "output") return [{ text: "schema: ", type: "property", detail: "JSON Schema that the answer must fit" }];
  if (parent !== null) return [];
  const used = cell.kind === "prompt" ? cell.settings.map((setting) => setting.key) : [];
  return KEYS.filter((key) => !used.includes(key.name)).map((key) => keyCompletion(key, scope));
}

/** What stands under keys that are mappings. */
const INNER_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sample: { n: "rows to draw", seed: "of the drawing; default the cell's" },
  until: { metric: "`pass` or a metric", ci_width: "of the 95 % interval: a number, or a share of the mean such as `5%`", max_runs: "answers at most" },
  report: { rows: "axes down the table", columns: "axes across the table", show: "metrics, one table each" },
};

/** Variables that the templates use, and whole prompts. */
function matrixNames(cell: Cell): Completion[] {
  if (cell.kind !== "prompt") return [];
  const variables = new Set(cell.messages.flatMap(({ template }) => namesOf(template)));
  return [...[...variables].map((name) => ({ text: `${name}: `, type: "property", detail: "variable of the template" })), { text: "prompt: ", type: "property", detail: "whole prompts by name, for `{{ prompt }}`" }]
    .filter(({ text }, at, all) => all.findIndex((other) => other.text === text) === at);
}

function namesOf(template: string): string[] {
  try {
    return templateVariables(template).map(({ name }) => name);
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}

function keyCompletion(key: KeySpec, scope: NotebookScope): Completion {
  return { text: `${key.name}: `, type: "property", detail: `${rangeText(key)}; default ${defaultOf(key, scope)}` };
}

function defaultOf(key: KeySpec, { defaults = {} }: NotebookScope): string {
  return Object.hasOwn(defaults, key.name) ? `${preview(defaults[key.name], SHORT)} (%defaults)` : key.defaultText;
}

function valuesFor(key: string, source: string, scope: NotebookScope): Completion[] {
  const { cell } = parseCell(source);
  if (isSettingsCell(cell)) return completeKindValues(cell, key, scope);
  const spec = findKey(key);
  if (spec?.type === "assertions") return assertionCompletions();
  if (spec?.type === "require") return ["all", "0.75"].map((text) => ({ text, type: "value", detail: rangeText(spec) }));
  if (spec?.type === "tool-choice") return ["auto", "required", "none"].map((text) => ({ text, type: "value", detail: "tool choice" }));
  if (spec?.type === "judge") return scope.models.map((text) => ({ text, type: "value", detail: "model" }));
  if (spec?.type === "model") return scope.models.map((text) => ({ text, type: "value", detail: "model" }));
  if (spec?.type === "boolean") return ["on", "off"].map((text) => ({ text, type: "value" }));
  if (spec?.type === "output") return [{ text: "json", type: "value", detail: "any JSON object" }];
  if (spec?.type === "number" || spec?.type === "integer") return numbersFor(spec, scope);
  if (key === "metric" || key === "show") return METRIC_NAMES.map((text) => ({ text, type: "value", detail: "metric" }));
  if (key === "rows" || key === "columns") return axesOf(cell).map((text) => ({ text, type: "value", detail: "axis of the matrix" }));
  if (spec !== undefined && EXAMPLE_TYPES.includes(spec.type)) return [{ text: exampleOf(spec), type: "value", detail: "example" }];
  return (spec?.values ?? []).map((text) => ({ text, type: "value", detail: key }));
}

/** Values for which a whole example says more than a list of words. */
const EXAMPLE_TYPES: readonly KeyType[] = ["matrix", "stop", "data", "where", "sample", "save", "until", "report"];

function axesOf(cell: Cell): string[] {
  const setting = cell.kind === "prompt" ? cell.settings.find(({ key }) => key === "matrix") : undefined;
  return typeof setting?.value === "object" && setting.value !== null ? Object.keys(setting.value) : [];
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
