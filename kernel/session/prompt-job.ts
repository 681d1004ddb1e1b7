import type { ChatMessage } from "../../runtime/api/types.ts";
import type { PromptCell } from "../cells/cell.ts";
import { type PromptSettings, settingsOf } from "../cells/settings.ts";
import { renderTemplate, templateVariables } from "../cells/template.ts";

/** Where a setting of a prompt came from; what none of them sets is for the model's profile to say. */
export type SettingSource = "cell" | "notebook";

/** A prompt cell ready to be asked: templates filled in, settings resolved. */
export interface PromptJob {
  messages: ChatMessage[];
  settings: PromptSettings;
  sources: Record<string, SettingSource>;
  /** Names that the prompt was made from. */
  inputs: string[];
}

/**
 * Fills in a prompt cell that `validateCell` found free of errors. Settings of the cell win over the notebook's.
 * Throws TemplateError.
 */
export function promptJob(cell: PromptCell, defaults: PromptSettings, values: Record<string, unknown>): PromptJob {
  const own = settingsOf(cell);
  return {
    messages: cell.messages.map(({ role, template }) => ({ role, content: renderTemplate(template, values) })),
    ...cascade(own, defaults),
    inputs: [...new Set(cell.messages.flatMap(({ template }) => templateVariables(template).map(({ name }) => name)))],
  };
}

/** One question without a cell: plain text, no template. */
export function textJob(text: string, settings: PromptSettings, defaults: PromptSettings): PromptJob {
  return { messages: [{ role: "user", content: text }], ...cascade(settings, defaults), inputs: [] };
}

function cascade(own: PromptSettings, defaults: PromptSettings): Pick<PromptJob, "settings" | "sources"> {
  const settings = { ...defaults, ...own };
  const sources = Object.fromEntries(Object.keys(settings).map((key) => [key, key in own ? "cell" : "notebook"] as const));
  return { settings, sources };
}
