import type { Diagnostic, NotebookScope, Setting } from "../cell.ts";
import { diagnoseTemplate } from "../template.ts";
import { settingPlace, type YamlPath } from "../yaml-place.ts";
import { isTemplate } from "./fields.ts";

/** Judges the templates within `assert:`. Its kinds and types are judged where it is read. */
export function validateAssertions(setting: Setting | undefined, scope: NotebookScope): Diagnostic[] {
  if (setting === undefined) return [];
  // Positions within a YAML text do not follow its source (quotes, escapes), so the whole text is marked, without a fix.
  return templatesIn(setting.value, []).flatMap(({ template, path }) => diagnoseTemplate(template, scope).map(({ fix: _fix, ...diagnostic }) => ({ ...diagnostic, range: settingPlace(setting, path) })));
}

/** All texts with a template in a value of any shape, with the way to each. */
export function templatesIn(value: unknown, path: YamlPath): Array<{ template: string; path: YamlPath }> {
  if (typeof value === "string") return isTemplate(value) ? [{ template: value, path }] : [];
  if (Array.isArray(value)) return value.flatMap((item, at) => templatesIn(item, [...path, at]));
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, item]) => templatesIn(item, [...path, key])) : [];
}
