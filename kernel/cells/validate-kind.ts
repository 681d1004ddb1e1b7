import type { Diagnostic, NotebookScope, Setting, SettingsCell } from "./cell.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import type { KindLanguage } from "./kind-key.ts";
import { kindLanguage } from "./kind-keys.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** Judges a cell that is settings only: `%%bench`, `%%compare`, `%%chart`. */
export function validateKind(cell: SettingsCell, scope: NotebookScope): Diagnostic[] {
  const language = kindLanguage(cell.kind);
  if (language === undefined) return [];
  const found = cell.settings.flatMap((setting) => validateSetting(setting, language, scope));
  const missing = language.required.filter((name) => !cell.settings.some(({ key }) => key === name));
  found.push(...missing.map((name) => errorAt(cell.kindRange, "missing_key", `\`%%${cell.kind}\` needs \`${name}:\`, such as \`${exampleOf(name, language)}\`.`)));
  return found.length > 0 ? found : language.together(cell, scope);
}

function exampleOf(name: string, { keys }: KindLanguage): string {
  return keys.find((key) => key.name === name)?.example ?? `${name}: …`;
}

function validateSetting({ key, value, keyRange, valueRange }: Setting, language: KindLanguage, scope: NotebookScope): Diagnostic[] {
  const spec = language.keys.find(({ name }) => name === key);
  if (spec === undefined) return [unknownKey(key, keyRange, language)];
  const result = spec.read(value, scope);
  if (result.ok) return [];
  const range = valueRange.end > valueRange.start ? valueRange : keyRange;
  return [errorAt(range, result.code, result.message, result.replacement === undefined ? undefined : replaceFix(range, result.replacement))];
}

function unknownKey(key: string, keyRange: Setting["keyRange"], { keys, otherNames }: KindLanguage): Diagnostic {
  const other = key.toLowerCase();
  const suggestion = Object.hasOwn(otherNames, other) ? otherNames[other] : nearest(key, keys.map(({ name }) => name));
  return errorAt(keyRange, "unknown_key", `There is no key \`${key}\`.${didYouMean(suggestion)}`, suggestion === undefined ? undefined : replaceFix(keyRange, suggestion));
}
