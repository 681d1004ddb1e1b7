import { templatesIn } from "./assert/validate-assertions.ts";
import type { PromptCell, Range, Setting, SettingsCell } from "./cell.ts";
import { isMapping, PROMPT_AXIS } from "./matrix.ts";
import type { Occurrence } from "./occurrences.ts";
import { settingsFrom } from "./settings.ts";
import { TemplateError, templateVariables } from "./template.ts";
import { settingPlace, type YamlPath } from "./yaml-place.ts";

/** A name with the place where it should stand; `null`: it stands somewhere in a form without a place. */
export type Found = Occurrence | null;

/** The key of a condition in a side of `%%compare`: ` where tone = kind and n = 1`. */
const CONDITION_KEY = /(\s(?:where|and)\s+)([\p{L}_][\p{L}\p{N}_]*)[\p{L}\p{N}_.]*\s*(?:=|!=)/gu;
/** Keys of a chart that hold fields. */
const FIELD_KEYS: readonly string[] = ["x", "y", "series", "value"];

/** Names in the settings of a prompt: axes of its matrix, in `report:` too, and templates of `assert:` and of whole prompts. */
export function promptSettingNames({ settings }: PromptCell, source: string): Found[] {
  const { matrix = [] } = settingsFrom(settings);
  const axes = new Set(matrix.flatMap(({ key, kind }) => (kind === "variable" ? [key] : [])));
  return settings.flatMap((setting): Found[] => {
    if (setting.key === "matrix") return [...axisNames(setting, axes), ...templateNames(setting, isMapping(setting.value) ? setting.value[PROMPT_AXIS] : null, [PROMPT_AXIS], source)];
    if (setting.key === "assert") return templateNames(setting, setting.value, [], source);
    return setting.key === "report" ? reportNames(setting, axes, source) : [];
  });
}

/** Axes as fields of a result: what a chart draws. Only those that some prompt's matrix has are names of the notebook. */
export function chartFieldNames({ settings, yaml }: SettingsCell, source: string): Found[] {
  const isOwn = settings.some(({ key, value }) => key === "data" && typeof value !== "string");
  return isOwn ? [] : settings.flatMap((setting): Found[] => {
    const placed = { ...setting, yaml };
    if (setting.key === "where" && isMapping(setting.value)) return Object.keys(setting.value).map((key) => axisUse(key, settingPlace(placed, [key], "key"), source));
    return FIELD_KEYS.includes(setting.key) ? fieldNames(placed, source) : [];
  });
}

/** Axes in the conditions of a side that is a result of this notebook. */
export function conditionNames(text: string, start: number): Occurrence[] {
  return [...text.matchAll(CONDITION_KEY)].map((match): Occurrence => {
    const [, before = "", name = ""] = match;
    const at = start + match.index + before.length;
    return { name, range: { start: at, end: at + name.length }, kind: "use", refersTo: "axis", certain: true };
  });
}

function axisNames(setting: Setting, axes: ReadonlySet<string>): Found[] {
  return [...axes].map((name): Found => ({ name, range: settingPlace(setting, [name], "key"), kind: "definition", refersTo: "axis", certain: true }));
}

function reportNames(setting: Setting, axes: ReadonlySet<string>, source: string): Found[] {
  const { value } = setting;
  if (!isMapping(value)) return [];
  return ["rows", "columns"].flatMap((key) => namesAt(value[key], [key]).flatMap(({ name, path }) => (axes.has(name) ? [axisUse(name, settingPlace(setting, path), source)] : [])));
}

/** Without what follows a point: a figure such as `.mean`. */
function fieldNames(setting: Setting, source: string): Found[] {
  return namesAt(setting.value, []).map(({ name, path }) => axisUse(name.split(".")[0] ?? "", settingPlace(setting, path), source));
}

function namesAt(value: unknown, path: YamlPath): Array<{ name: string; path: YamlPath }> {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((name, at) => (typeof name === "string" && name !== "" ? [{ name, path: Array.isArray(value) ? [...path, at] : path }] : []));
}

/** Quotes before the name are not part of it. */
function axisUse(name: string, { start }: Range, source: string): Occurrence {
  const at = start + (source.startsWith(name, start) ? 0 : 1);
  return { name, range: { start: at, end: at + name.length }, kind: "use", refersTo: "axis", certain: true };
}

/** Names in templates within YAML. They are looked for in the source as it stands, so that block texts have places, too. */
function templateNames(setting: Setting, value: unknown, path: YamlPath, source: string): Found[] {
  return templatesIn(value, path).flatMap(({ template, path: at }): Found[] => {
    const { start, end } = settingPlace(setting, at);
    const [wanted, found] = [variablesOf(template), variablesOf(source.slice(start, end))];
    // Escapes in quotes, tags over folded lines: the source does not read as the text does.
    if (wanted === null || found === null || wanted.map(({ name }) => name).join() !== found.map(({ name }) => name).join()) return [null];
    return found.map(({ name, range }) => ({ name, range: { start: start + range.start, end: start + range.start + name.length }, kind: "use", certain: true }));
  });
}

function variablesOf(template: string): ReturnType<typeof templateVariables> | null {
  try {
    return templateVariables(template);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}
