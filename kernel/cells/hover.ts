import type { Cell, Command, JsCell, NotebookScope, PromptCell, Range, SettingsCell } from "./cell.ts";
import { assertionAt } from "./assert/hover-assertion.ts";
import { codeNames } from "./code-names.ts";
import { commandHelp, findCommand } from "./commands.ts";
import { LATER_KEYS, findKey, type KeySpec } from "./keys.ts";
import { isSettingsCell } from "./complete-kind.ts";
import type { KindKey } from "./kind-key.ts";
import { kindLanguage } from "./kind-keys.ts";
import { findKind } from "./kinds.ts";
import { isBlank, splitLines } from "./lines.ts";
import { parseCell } from "./parse.ts";
import { preview } from "./preview.ts";
import { rangeText } from "./setting-value.ts";
import { sourceRange } from "./source-range.ts";
import { TemplateError, templateVariables, type TemplateVariable } from "./template.ts";
import { followPath, pathText } from "./value-path.ts";

export interface Hover {
  range: Range;
  markdown: string;
  plain: string;
}

const LONG = 400;

/** What is known about the thing at `offset`: a key, a kind, a command, a variable. Null: nothing. */
export function hoverCell(source: string, offset: number, scope: NotebookScope): Hover | null {
  const { cell } = parseCell(source);
  return hoverKind(source, offset) ?? hoverContent(cell, offset, scope);
}

function hoverContent(cell: Cell, offset: number, scope: NotebookScope): Hover | null {
  if (cell.kind === "command") return hoverCommand(cell.commands, offset);
  if (cell.kind === "js") return hoverCode(cell, offset, scope);
  if (isSettingsCell(cell)) return hoverKindKey(cell, offset);
  if (cell.kind !== "prompt") return null;
  return hoverSetting(cell, offset, scope) ?? hoverVariable(cell, offset, scope);
}

function hoverKind(source: string, offset: number): Hover | null {
  const line = splitLines(source).find((each) => !isBlank(each));
  const name = /^%%(\w+)/.exec(line?.text ?? "")?.[1];
  const kind = name === undefined ? undefined : findKind(name);
  if (line === undefined || kind === undefined) return null;
  const range = { start: line.start, end: line.start + kind.name.length + 2 };
  const help = kind.available ? kind.help : `${kind.help} Comes with a later version.`;
  return contains(range, offset) ? hover(range, `**%%${kind.name}**\n\n${help}`) : null;
}

function hoverCommand(commands: Command[], offset: number): Hover | null {
  const command = commands.find(({ range }) => contains(range, offset));
  const spec = command === undefined ? undefined : findCommand(command.name);
  if (command === undefined || spec === undefined) return null;
  return { range: command.range, markdown: `\`${spec.usage}\`\n\n${spec.help}`, plain: commandHelp(spec) };
}

function hoverSetting(cell: PromptCell, offset: number, { defaults = {} }: NotebookScope): Hover | null {
  const setting = cell.settings.find(({ keyRange, valueRange }) => contains({ start: keyRange.start, end: valueRange.end }, offset));
  if (setting === undefined) return null;
  const spec = findKey(setting.key);
  const inherited = Object.hasOwn(defaults, setting.key) ? `\n\n\`%defaults\`: \`${preview(defaults[setting.key], LONG)}\`` : "";
  const assertion = spec?.type === "assertions" ? assertionAt(setting, offset) : null;
  if (assertion !== null) return hover(assertion.range, assertion.markdown);
  if (spec !== undefined) return hover(setting.keyRange, `${keyHelp(spec)}\n\nHere: \`${preview(setting.value, LONG)}\`${inherited}`);
  return LATER_KEYS.includes(setting.key) ? hover(setting.keyRange, `**${setting.key}**\n\nComes with a later version.`) : null;
}

function hoverKindKey(cell: SettingsCell, offset: number): Hover | null {
  const setting = cell.settings.find(({ keyRange, valueRange }) => contains({ start: keyRange.start, end: valueRange.end }, offset));
  const spec = setting === undefined ? undefined : kindLanguage(cell.kind)?.keys.find(({ name }) => name === setting.key);
  return setting === undefined || spec === undefined ? null : hover(setting.keyRange, `${kindKeyHelp(spec)}\n\nHere: \`${preview(setting.value, LONG)}\``);
}

/** One key of a `%%bench`, `%%compare` or `%%chart` cell explained in Markdown. */
export function kindKeyHelp({ name, takes, defaultText, meaning, example }: KindKey): string {
  return `**${name}**: ${takes}. Default: ${defaultText}.\n\n${meaning}\n\nExample: \`${example}\``;
}

/** One key explained in Markdown; `%help KEY` shows the same. */
export function keyHelp(spec: KeySpec): string {
  const places = spec.sweep ? "\n\nMay stand under `matrix:`." : "";
  return `**${spec.name}**: ${rangeText(spec)}. Default: ${spec.defaultText}.\n\n${spec.meaning}${places}\n\nExample: \`${spec.example}\``;
}

function hoverVariable(cell: PromptCell, offset: number, scope: NotebookScope): Hover | null {
  for (const { template, lineStarts } of cell.messages) {
    const placed = { text: template, lineStarts };
    const variable = variablesOf(template).find(({ range }) => contains(sourceRange(placed, range), offset));
    if (variable !== undefined) return hover(sourceRange(placed, variable.range), variableHelp(variable, scope));
  }
  return null;
}

/** Results and variables that code uses; what may be a name of its own is left alone. */
function hoverCode({ code, lineStarts }: JsCell, offset: number, scope: NotebookScope): Hover | null {
  const placed = { text: code, lineStarts };
  const found = codeNames(code).find(({ range, certain, name }) => certain && Object.hasOwn(scope.values, name) && contains(sourceRange(placed, range), offset));
  return found === undefined ? null : hover(sourceRange(placed, found.range), variableHelp({ name: found.name, path: [found.name], range: found.range }, scope));
}

/** A template with a syntax error has no variables to show; the error itself is a diagnostic. */
function variablesOf(template: string): TemplateVariable[] {
  try {
    return templateVariables(template);
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}

function variableHelp({ name, path }: TemplateVariable, scope: NotebookScope): string {
  const title = `**${pathText(path)}**`;
  const result = followPath(scope.values, path);
  if (!result.found) return `${title} is not known.`;
  const stale = scope.stale.includes(name) ? "\n\nOut of date: its cell or what it depends on changed after it ran." : "";
  const fence = "`".repeat(3);
  return `${title}\n\n${fence}text\n${preview(result.value, LONG).replaceAll(fence, "''' ")}\n${fence}${stale}`;
}

function hover(range: Range, markdown: string): Hover {
  const plain = markdown.replace(/\*\*|`{3}(?:text)?\n?|`/g, "").replace(/\n{2,}/g, "\n");
  return { range, markdown, plain };
}

function contains({ start, end }: Range, offset: number): boolean {
  return offset >= start && offset <= end;
}
