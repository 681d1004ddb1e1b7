import type { Diagnostic, NotebookScope, QuickFix, Setting } from "./cell.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import { KEY_NAMES, LATER_KEYS, MANY_ANSWERS, MAX_SEED, OTHER_KEY_NAMES, findKey } from "./keys.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { answersPlanned, readSetting, settingsFrom } from "./settings.ts";
import { settingPlace } from "./yaml-place.ts";

/** Judges the front matter of a prompt cell. */
export function validateSettings(settings: Setting[], scope: NotebookScope): Diagnostic[] {
  return [...settings.flatMap((setting) => validateSetting(setting, settings, scope)), ...validateTogether(settings)];
}

/** Judges what `%defaults` sets: only keys that may hold for a whole notebook. */
export function validateDefaults(settings: Setting[], scope: NotebookScope): Diagnostic[] {
  return settings.flatMap((setting) => {
    const spec = findKey(setting.key);
    if (spec === undefined || spec.cascade) return validateSetting(setting, settings, scope).map(withoutMatrix);
    return [errorAt(setting.keyRange, "not_a_default", `\`${setting.key}\` belongs to one cell and cannot be a default.`)];
  });
}

/** There is no `matrix:` to move a list to. */
function withoutMatrix({ fix, ...diagnostic }: Diagnostic): Diagnostic {
  return { ...diagnostic, ...(fix === undefined || diagnostic.code === "list_value" ? {} : { fix }) };
}

function validateSetting(setting: Setting, all: Setting[], scope: NotebookScope): Diagnostic[] {
  const { key, value } = setting;
  const spec = findKey(key);
  if (spec === undefined) return [unknownKey(setting)];
  if (spec.sweep && Array.isArray(value)) return [listValue(setting, all)];
  const result = readSetting(key, value);
  if (result?.ok === false) {
    const range = settingPlace(setting, result.path, result.part);
    return [errorAt(range, result.code, result.message, result.replacement === undefined ? undefined : replaceFix(range, result.replacement))];
  }
  return spec.type === "model" ? unknownModel(setting, scope) : [];
}

function unknownKey({ key, keyRange }: Setting): Diagnostic {
  if (LATER_KEYS.includes(key)) return errorAt(keyRange, "not_available", `\`${key}\` comes with a later version of Retort.`);
  const known = Object.hasOwn(OTHER_KEY_NAMES, key.toLowerCase()) ? OTHER_KEY_NAMES[key.toLowerCase()] : undefined;
  const suggestion = known ?? nearest(key, [...KEY_NAMES, ...LATER_KEYS]);
  return errorAt(keyRange, "unknown_key", `There is no key \`${key}\`.${didYouMean(suggestion)}`, suggestion === undefined ? undefined : replaceFix(keyRange, suggestion));
}

/** A list means one value everywhere but under `matrix:`, and these keys take no list. */
function listValue({ key, value, keyRange, valueRange }: Setting, all: Setting[]): Diagnostic {
  const hasMatrix = all.some((other) => other.key === "matrix");
  const message = `\`${key}\` takes one value. To try several, put the list under \`matrix:\`.`;
  const range = { start: keyRange.start, end: valueRange.end };
  const replacement = `matrix: { ${key}: [${(value as unknown[]).map(flowScalar).join(", ")}] }`;
  const fix: QuickFix = { title: "Move the list to `matrix:`", range, replacement };
  return errorAt(valueRange, "list_value", message, hasMatrix ? undefined : fix);
}

function flowScalar(value: unknown): string {
  return typeof value === "string" && /^[A-Za-z][A-Za-z0-9_.-]*$/.test(value) ? value : JSON.stringify(value);
}

function unknownModel({ value, valueRange }: Setting, { models }: NotebookScope): Diagnostic[] {
  const model = String(value).trim();
  if (models.length === 0 || models.includes(model)) return [];
  const suggestion = nearest(model, models) ?? models.find((known) => known.includes(model.toLowerCase()) || nearest(model, [family(known)]) !== undefined);
  return [errorAt(valueRange, "unknown_model", `There is no model \`${model}\`.${didYouMean(suggestion)}`, suggestion === undefined ? undefined : replaceFix(valueRange, suggestion))];
}

/** A model's name without its size: `smollm2` of `smollm2-135m`. */
function family(model: string): string {
  return model.split("-")[0] ?? model;
}

function validateTogether(settings: Setting[]): Diagnostic[] {
  const resolved = settingsFrom(settings);
  const diagnostics: Diagnostic[] = [];
  const seed = settings.find((setting) => setting.key === "seed");
  const lastSeed = (resolved.seed ?? 0) + (resolved.until?.max_runs ?? resolved.runs ?? 1) - 1;
  if (seed !== undefined && lastSeed > MAX_SEED) {
    diagnostics.push(errorAt(seed.valueRange, "out_of_range", `The last run would use seed ${lastSeed}; the largest is ${MAX_SEED}.`));
  }
  const answers = answersPlanned(resolved);
  const cause = settings.find((setting) => setting.key === "runs") ?? settings.find((setting) => setting.key === "matrix");
  if (answers > MANY_ANSWERS && cause !== undefined) {
    diagnostics.push({ severity: "information", code: "many_answers", range: cause.keyRange, message: `This cell asks for ${answers} answers.` });
  }
  return diagnostics;
}
