import type { PromptCell } from "../cells/cell.ts";
import { findKey } from "../cells/keys.ts";
import { nameProblem } from "../cells/names.ts";
import { parseCell } from "../cells/parse.ts";
import { settingsOf } from "../cells/settings.ts";
import { templateVariables } from "../cells/template.ts";
import type { Converted } from "./converted.ts";
import { present, writeYaml } from "./front-matter-file.ts";
import { type FileMessage, isRecord, type PromptFile, SETTING_NAMES } from "./prompt-file.ts";

/** Keys that the neutral form holds; all others of a cell have no counterpart in prompt files. */
const CARRIED = new Set<string>(["name", "output", "data", "assert", ...SETTING_NAMES]);

/** A prompt cell as a prompt file. `values` gives examples of its variables. */
export function fromCell(cell: PromptCell, values: Readonly<Record<string, unknown>>): Converted<PromptFile> {
  const settings = settingsOf(cell);
  const losses = cell.settings.filter(({ key }) => !CARRIED.has(key)).map(({ key, value }) => `\`${key}: ${JSON.stringify(value)}\``);
  const file = settings.data?.kind === "file" ? settings.data.path : null;
  if (file !== null) losses.push(`\`data: ${file}\`: the rows of that file`);
  const rows = settings.data?.kind === "rows" ? settings.data.rows : [];
  const raw = cell.settings.find(({ key }) => key === "assert")?.value;
  const inputs = [...new Set(cell.messages.flatMap(({ template }) => variablesOf(template)))].filter((name) => name in values);
  return {
    value: {
      name: settings.name ?? null, description: null,
      settings: Object.fromEntries(SETTING_NAMES.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]]))),
      output: settings.output ?? null,
      messages: cell.messages.map(({ role, template }) => ({ role, template })),
      inputs: Object.fromEntries(inputs.map((name) => [name, plain(values[name])])),
      tests: { rows, assert: Array.isArray(raw) ? raw.filter(isRecord) : [] },
    },
    losses,
  };
}

function variablesOf(template: string): string[] {
  return templateVariables(template).map(({ name }) => name);
}

/** What JSON cannot hold has no place in a file. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

/** The source of the cells that say the same: variables first where there are any, then the prompt. */
export function toCells(file: PromptFile): Converted<string[]> {
  const losses: string[] = [];
  const { name, tests } = file;
  const wrongName = name === null ? null : nameProblem(name);
  const cellName = name === null ? null : wrongName === null ? name : slug(name);
  if (name !== null && cellName !== name) losses.push(`the name ${JSON.stringify(name)}${cellName === null ? "" : `, which became \`${cellName}\``}`);
  const settings = present({
    name: cellName, ...file.settings,
    output: file.output === null ? null : file.output.type === "json_object" ? "json" : { schema: file.output.schema },
    data: tests.rows.length > 0 ? tests.rows : null,
    assert: tests.assert.length > 0 ? tests.assert : null,
  });
  for (const [key, value] of Object.entries(settings)) if (!inRange(key, value)) { losses.push(`\`${key}: ${JSON.stringify(value)}\` is out of range here`); delete settings[key]; }
  if (file.description !== null) losses.push(`the description ${JSON.stringify(file.description)}: put it into a Markdown cell`);
  const vars = Object.keys(file.inputs).length === 0 ? [] : [`%%vars\n${writeYaml(file.inputs).trimEnd()}`];
  return { value: [...vars, promptSource(settings, file.messages)], losses };
}

function inRange(key: string, value: unknown): boolean {
  const { min, max } = findKey(key) ?? {};
  return typeof value !== "number" || ((min === undefined || value >= min) && (max === undefined || value <= max));
}

function promptSource(settings: Record<string, unknown>, messages: readonly FileMessage[]): string {
  const head = Object.keys(settings).length === 0 ? "" : `---\n${writeYaml(settings)}---\n`;
  const [only] = messages;
  if (messages.length === 1 && only?.role === "user") {
    const plainForm = head + only.template;
    // A first line that reads as a command, a kind or front matter needs its role said.
    if (isSame(plainForm, messages)) return plainForm;
  }
  return head + messages.map(({ role, template }) => `${role}:\n${escapeRoles(template)}`).join("\n\n");
}

function isSame(source: string, messages: readonly FileMessage[]): boolean {
  const { cell } = parseCell(source);
  return cell.kind === "prompt" && cell.messages.length === messages.length && cell.messages.every(({ role, template }, i) => role === messages[i]?.role && template === messages[i]?.template);
}

/** A line that would begin a message gets a backslash. */
function escapeRoles(template: string): string {
  return template.replace(/^(\\*(?:system|user|assistant):[ \t]*)$/gim, "\\$1");
}

/** `My Prompt 2` as `my_prompt_2`; null where no name is left. */
function slug(name: string): string | null {
  const made = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").replace(/^(\d)/, "p_$1");
  return made === "" || nameProblem(made) !== null ? null : made;
}
