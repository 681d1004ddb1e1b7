import type { ChatMessage } from "../../runtime/api/types.ts";
import { templatesIn } from "../cells/assert/validate-assertions.ts";
import type { PromptCell } from "../cells/cell.ts";
import { localNames, ROW } from "../cells/local-names.ts";
import { PROMPT_AXIS } from "../cells/matrix.ts";
import { type PromptSettings, settingsOf } from "../cells/settings.ts";
import { renderTemplate, templateVariables } from "../cells/template.ts";
import type { DataRow } from "../experiment/data/row.ts";
import type { SweepPoint } from "../experiment/sweep.ts";

/** Where a setting of a prompt came from; what none of them sets is for the model's profile to say. */
export type SettingSource = "cell" | "notebook";

/** A prompt cell ready to be asked: settings resolved, templates to be filled in for each point of its matrix and each row. */
export interface PromptJob {
  settings: PromptSettings;
  sources: Record<string, SettingSource>;
  /** Names of the notebook that the prompt is made from. */
  inputs: string[];
  /** What templates see: the notebook's names, and over them the point's variables and the row. */
  valuesFor(point: Pick<SweepPoint, "variables">, row: DataRow | null): Record<string, unknown>;
  /** Throws TemplateError. */
  messagesFor(point: Pick<SweepPoint, "variables" | "prompt">, row: DataRow | null): ChatMessage[];
}

/** A prompt cell that `validateCell` found free of errors, as a job. Settings of the cell win over the notebook's. */
export function promptJob(cell: PromptCell, defaults: PromptSettings, values: Record<string, unknown>): PromptJob {
  const valuesFor: PromptJob["valuesFor"] = ({ variables }, row) => ({ ...values, ...variables, ...(row === null ? {} : { [ROW]: row.values }) });
  const own = localNames(cell.settings);
  const resolved = cascade(settingsOf(cell), defaults);
  return {
    ...resolved,
    inputs: namesOf(cell, resolved.settings).filter((name) => !own.includes(name)),
    valuesFor,
    messagesFor(point, row) {
      const all = valuesFor(point, row);
      const filled = point.prompt === null ? all : { ...all, [PROMPT_AXIS]: renderTemplate(point.prompt, all) };
      return cell.messages.map(({ role, template }) => ({ role, content: renderTemplate(template, filled) }));
    },
  };
}

/** One question without a cell: plain text, no template. */
export function textJob(text: string, settings: PromptSettings, defaults: PromptSettings): PromptJob {
  return { ...cascade(settings, defaults), inputs: [], valuesFor: () => ({}), messagesFor: () => [{ role: "user", content: text }] };
}

function namesOf(cell: PromptCell, { matrix = [], assert = [] }: PromptSettings): string[] {
  const variants = matrix.filter(({ kind }) => kind === "prompt").flatMap(({ values }) => values.map(({ value }) => String(value)));
  const asserted = assert.flatMap(({ argument }) => templatesIn(argument, []).map(({ template }) => template));
  const templates = [...cell.messages.map(({ template }) => template), ...variants, ...asserted];
  return [...new Set(templates.flatMap((template) => templateVariables(template).map(({ name }) => name)))];
}

function cascade(own: PromptSettings, defaults: PromptSettings): Pick<PromptJob, "settings" | "sources"> {
  const settings = { ...defaults, ...own };
  const sources = Object.fromEntries(Object.keys(settings).map((key) => [key, key in own ? "cell" : "notebook"] as const));
  return { settings, sources };
}
