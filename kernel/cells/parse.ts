import type { Command, Diagnostic, ParsedCell, SettingsCell } from "./cell.ts";
import { parseCommandLine } from "./command-line.ts";
import { COMMAND_NAMES } from "./commands.ts";
import { errorAt, hasErrors, replaceFix, warningAt } from "./diagnostic.ts";
import { parseFrontMatter } from "./front-matter.ts";
import { findKind, nearestKind } from "./kinds.ts";
import { isBlank, rangeOf, splitLines, type Line } from "./lines.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { PARAMETERS_COMMENT, PARAMETER_LINE, parseParameters } from "./parameters.ts";
import { parseBody } from "./roles.ts";
import { parseMapping } from "./yaml-mapping.ts";

const KIND_LINE = /^%%([ \t]*)([^\s]*)[ \t]*(.*)$/s;

/**
 * Parses any text as a cell. Never throws; a cell with an error among its diagnostics must not run.
 *
 * Settings, names and templates are not judged here: see `validateCell`.
 */
export function parseCell(source: string): ParsedCell {
  const lines = splitLines(source);
  const used = lines.filter((line) => !isBlank(line));
  const first = used[0];
  if (first === undefined) return { cell: { kind: "empty" }, diagnostics: [] };
  if (first.text.startsWith("%%")) return parseKind(source, lines, lines.indexOf(first));
  return parseParameterCell(source, used) ?? parseComments(used) ?? parseCommands(used) ?? parsePrompt(source, lines);
}

function parseKind(source: string, lines: Line[], at: number): ParsedCell {
  const line = lines[at] as Line;
  const rest = lines.slice(at + 1);
  const [, space = "", name = "", extra = ""] = KIND_LINE.exec(line.text) ?? [];
  const kind = findKind(name);
  const nameRange = { start: line.start + 2, end: line.start + 2 + space.length + name.length };
  if (kind === undefined || space !== "") {
    const suggestion = kind?.name ?? nearestKind(name);
    const fix = suggestion === undefined ? undefined : replaceFix(nameRange, suggestion);
    return refused(errorAt(nameRange, "unknown_kind", `There is no cell kind \`%%${space}${name}\`.${suggestion === undefined ? " `%help` lists the kinds." : didYouMean(`%%${suggestion}`)}`, fix));
  }
  const parsed = parseKindBody(source, kind.name, lines, rest, at);
  if (extra === "" || extra.startsWith("#")) return parsed;
  const extraRange = { start: line.end - extra.length, end: line.end };
  return { ...parsed, diagnostics: [errorAt(extraRange, "text_after_kind", `Nothing may follow \`%%${name}\` on its line.`), ...parsed.diagnostics] };
}

function parseKindBody(source: string, kind: string, lines: Line[], rest: Line[], at: number): ParsedCell {
  if (kind === "prompt") return parsePrompt(source, rest);
  if (kind === "js") {
    const code = "\n".repeat(at + 1) + rest.map((line) => line.text).join("\n");
    return { cell: { kind, code, lineStarts: lines.map((each) => each.start) }, diagnostics: [] };
  }
  const { settings, diagnostics } = rest.length === 0 ? { settings: [], diagnostics: [] } : parseMapping(source, rangeOf(rest));
  if (kind === "vars") return { cell: { kind, form: "yaml", values: settings }, diagnostics };
  const kindRange = rangeOf(lines.slice(at, at + 1));
  const range = rest.length === 0 ? { start: kindRange.end, end: kindRange.end } : rangeOf(rest);
  const yaml = { text: source.slice(range.start, range.end), start: range.start };
  const notYet = findKind(kind)?.available === true ? [] : [errorAt(kindRange, "not_available", `\`%%${kind}\` cells come with a later version of Retort.`)];
  return { cell: { kind: kind as SettingsCell["kind"], settings, kindRange, yaml }, diagnostics: [...notYet, ...diagnostics] };
}

/** A cell that can only be refused: it holds nothing that could run. */
function refused(...diagnostics: Diagnostic[]): ParsedCell {
  return { cell: { kind: "prompt", settings: [], messages: [] }, diagnostics };
}

/** papermill's cell: a `# Parameters` comment above `name = literal` lines; or `%param` lines only. */
function parseParameterCell(source: string, used: Line[]): ParsedCell | null {
  const values = used.filter((line) => !line.text.trimStart().startsWith("#"));
  const isHeaded = PARAMETERS_COMMENT.test(used[0]?.text ?? "") && PARAMETER_LINE.test(values[0]?.text ?? "");
  const isParams = values.length > 0 && values.every((line) => parseCommandLine(line)?.name === "param" && PARAMETER_LINE.test(line.text));
  if (!isHeaded && !isParams) return null;
  const range = rangeOf(used);
  const parsed = parseParameters(source, range.start, range.end);
  return { cell: { kind: "vars", form: "parameters", values: parsed.values }, diagnostics: parsed.diagnostics };
}

function parseComments(used: Line[]): ParsedCell | null {
  if (!used.every((line) => line.text.trimStart().startsWith("#"))) return null;
  const note: Diagnostic = { severity: "information", code: "only_comments", range: rangeOf(used),
    message: "Lines that begin with `#` are comments when nothing else stands in the cell: nothing runs. Put `user:` above them to send them." };
  return { cell: { kind: "empty" }, diagnostics: [note] };
}

/** Command lines fill a cell; among other text a known command is an error, and any other `%word` is text. */
function parseCommands(used: Line[]): ParsedCell | null {
  const lines = used.filter((line) => !line.text.startsWith("#"));
  const commands = lines.map(parseCommandLine);
  const first = commands[0];
  if (first === null || first === undefined) return null;
  const isOnlyCommands = commands.every((command): command is Command => command !== null);
  if (isOnlyCommands) return { cell: { kind: "command", commands }, diagnostics: [] };
  if (!COMMAND_NAMES.includes(first.name) && nearest(first.name, COMMAND_NAMES) === undefined) return null;
  return refused(errorAt(first.range, "mixed_commands",
    `Commands such as \`%${first.name}\` need a cell of their own; for one prompt, use front matter. If it is text, put \`user:\` on a line above it.`));
}

function parsePrompt(source: string, lines: Line[]): ParsedCell {
  const front = parseFrontMatter(source, lines);
  const { messages, diagnostics } = parseBody(front === null ? lines : front.body);
  const all = [...(front?.diagnostics ?? looseSetting(lines)), ...diagnostics];
  if (messages.length === 0 && !hasErrors(all)) all.push(errorAt(rangeOf(lines), "empty_prompt", "The prompt is empty."));
  return { cell: { kind: "prompt", settings: front?.settings ?? [], messages }, diagnostics: all };
}

const LOOSE_SETTING = /^(temperature|top_p|top_k|min_p|max_tokens|seed|runs|warmup|precision|matrix|model):[ \t]*(?:[\d.]+|fp16|int8)[ \t]*$/;

/** A first line such as `temperature: 0.5` was probably meant as front matter. */
function looseSetting(lines: Line[]): Diagnostic[] {
  const first = lines.find((line) => !isBlank(line));
  const match = LOOSE_SETTING.exec(first?.text ?? "");
  if (first === undefined || match === null) return [];
  return [warningAt(rangeOf([first]), "setting_outside", `\`${match[1]}:\` is a setting only between two \`---\` lines; here it is part of the prompt.`)];
}
