import type { Diagnostic, NotebookScope, PromptCell, Setting } from "./cell.ts";
import { errorAt, warningAt } from "./diagnostic.ts";
import { validateAssertions } from "./assert/validate-assertions.ts";
import { localScope } from "./local-names.ts";
import { PROMPT_AXIS, SWEEP_KEYS } from "./matrix.ts";
import { answersPlanned, type PromptSettings, settingsFrom } from "./settings.ts";
import { diagnoseTemplate, TemplateError, templateVariables } from "./template.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

/** Keys that mean nothing without another one. */
const NEEDS: Readonly<Record<string, string>> = { where: "data", limit: "data", sample: "data", resume: "save", report: "matrix", require: "assert", on_fail: "assert", judge: "assert", tool_choice: "tools" };

/** Judges the keys of an experiment together, and against the templates they are for. */
export function validateExperiment({ settings, messages }: PromptCell, scope: NotebookScope): Diagnostic[] {
  const read = settingsFrom(settings);
  const find = (key: string) => settings.find((setting) => setting.key === key);
  return [
    ...missingPartners(settings),
    ...validateMatrix(find("matrix"), read, settings, messages.map(({ template }) => template), scope),
    ...validateReport(find("report"), read),
    ...validateUntil(find("until"), read, find("assert") !== undefined),
    ...validateCache(find("cache"), read),
    ...validateAssertions(find("assert"), localScope(settings, scope)),
    ...validateTools(find("tool_choice"), read),
  ];
}

function missingPartners(settings: Setting[]): Diagnostic[] {
  const has = (key: string) => settings.some((setting) => setting.key === key);
  return settings.flatMap(({ key, keyRange }) => {
    const needed = Object.hasOwn(NEEDS, key) ? NEEDS[key] : undefined;
    return needed === undefined || has(needed) ? [] : [errorAt(keyRange, "needs_key", `\`${key}\` says nothing without \`${needed}\`.`)];
  });
}

function validateMatrix(setting: Setting | undefined, { matrix }: PromptSettings, settings: Setting[], templates: string[], scope: NotebookScope): Diagnostic[] {
  if (setting === undefined || matrix === undefined) return [];
  const axes = matrix.map(({ key }) => key);
  const conflicts = settings.filter(({ key }) => axes.includes(key))
    .map(({ key, keyRange }) => errorAt(keyRange, "conflict", `\`${key}\` is set here and under \`matrix:\`. Keep one of the two.`));
  const variants = matrix.filter(({ kind }) => kind === "prompt").flatMap(({ values }) => values.map(({ value }) => String(value)));
  const assertions = settings.filter(({ key }) => key === "assert").flatMap(({ value }) => textsIn(value));
  const names = namesIn([...templates, ...variants, ...assertions]);
  // A template that does not parse has a diagnostic of its own, and may use any name.
  const unused = names === null ? [] : matrix.filter(({ key, kind }) => kind !== "setting" && !names.has(key)).map(({ key }) => errorAt(setting.keyRange, "unused_axis", unusedText(key, names)));
  const inner = localScope(settings, scope);
  const wrong = variants.flatMap((variant) => diagnoseTemplate(variant, inner)).map(({ fix: _fix, ...diagnostic }) => ({ ...diagnostic, range: setting.keyRange }));
  return [...conflicts, ...unused, ...wrong];
}

function unusedText(key: string, names: ReadonlySet<string>): string {
  if (key === PROMPT_AXIS) return "The prompts under `matrix` are not used: write `{{ prompt }}` where they belong.";
  return `\`${key}\` is neither a key that can be swept nor a variable of this prompt.${didYouMean(nearest(key, [...SWEEP_KEYS, ...names]))}`;
}

/** Names that templates take from outside; null where one of them cannot be read. */
function namesIn(templates: readonly string[]): Set<string> | null {
  try {
    return new Set(templates.flatMap((template) => templateVariables(template).map(({ name }) => name)));
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/** All texts in a value of any shape. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function validateReport(setting: Setting | undefined, { report, matrix = [] }: PromptSettings): Diagnostic[] {
  if (setting === undefined || report === undefined) return [];
  const axes = matrix.map(({ key }) => key);
  const unknown = [...report.rows, ...report.columns].filter((name) => !axes.includes(name));
  return unknown.map((name) => errorAt(setting.keyRange, "unknown_value", `\`${name}\` does not stand under \`matrix\`.${didYouMean(nearest(name, axes))}`));
}

function validateUntil(setting: Setting | undefined, { until, runs = 1 }: PromptSettings, hasAssertions: boolean): Diagnostic[] {
  if (setting === undefined || until === undefined) return [];
  return [
    ...(until.metric === "pass" && !hasAssertions ? [errorAt(setting.keyRange, "needs_key", "`until` waits for `pass`, and the cell has no `assert`.")] : []),
    ...(until.max_runs < runs ? [errorAt(setting.keyRange, "conflict", `\`max_runs\` is ${until.max_runs}, less than \`runs: ${runs}\`.`)] : []),
  ];
}

function validateTools(setting: Setting | undefined, { tools = [], tool_choice: choice }: PromptSettings): Diagnostic[] {
  if (setting === undefined || typeof choice !== "object" || tools.includes(choice.name)) return [];
  return [errorAt(setting.valueRange, "unknown_value", `\`${choice.name}\` does not stand under \`tools\`.${didYouMean(nearest(choice.name, tools))}`)];
}

function validateCache(setting: Setting | undefined, read: PromptSettings): Diagnostic[] {
  const isDrawn = read.cache === true && read.seed === undefined && answersPlanned(read) === 1 && read.data === undefined;
  return setting === undefined || !isDrawn ? [] : [warningAt(setting.keyRange, "cache_without_seed", "Without a `seed` every answer is drawn anew: nothing is taken from the cache.")];
}
