import { type Converted, take } from "./converted.ts";
import { present, splitFrontMatter, writeYaml } from "./front-matter-file.ts";
import { handlebarsToLiquid, liquidToHandlebars } from "./handlebars.ts";
import { readPicoschema } from "./picoschema.ts";
import { type FileMessage, isRecord, type Names, type PromptFile, settingsFrom, settingsTo, textOr } from "./prompt-file.ts";

const NAMES: Names = { temperature: "temperature", top_p: "topP", top_k: "topK", max_tokens: "maxOutputTokens", stop: "stopSequences", seed: "seed", frequency_penalty: "frequencyPenalty", presence_penalty: "presencePenalty" };
const ROLES = { system: "system", user: "user", assistant: "model" } as const;
const ROLE_TAG = /\{\{~?\s*role\s+["'](\w+)["']\s*~?\}\}/g;
const KNOWN_KEYS = new Set(["name", "description", "model", "config", "input", "output"]);

/** A prompt as a `.prompt` file of dotprompt. */
export function toDotprompt(file: PromptFile): Converted<string> {
  const losses: string[] = [];
  const { output, settings } = file;
  const head = present({
    name: file.name, description: file.description, model: settings.model,
    config: settingsTo(settings, NAMES, losses),
    input: present({ default: file.inputs }),
    output: output === null ? null : { format: "json", ...(output.type === "json_schema" ? { schema: output.schema } : {}) },
  });
  const [only] = file.messages;
  const isPlain = file.messages.length === 1 && only?.role === "user";
  const body = file.messages.map(({ role, template }) => `${isPlain ? "" : `{{role "${ROLES[role]}"}}\n`}${take(liquidToHandlebars(template), losses)}\n`);
  if (file.tests.rows.length > 0 || file.tests.assert.length > 0) losses.push("`data` and `assert`: the format has no tests");
  return { value: `---\n${writeYaml(head)}---\n${body.join("\n")}`, losses };
}

/** The prompt of a `.prompt` file. Throws `bad_prompt_file`. */
export function fromDotprompt(text: string): Converted<PromptFile> {
  const losses: string[] = [];
  const { head, body } = splitFrontMatter(text);
  for (const [key, value] of Object.entries(head)) if (!KNOWN_KEYS.has(key)) losses.push(`\`${key}\`: ${JSON.stringify(value)}`);
  const model = textOr(head.model);
  const inputs = isRecord(head.input) && isRecord(head.input.default) ? head.input.default : {};
  const declared = isRecord(head.input) ? readPicoschema(head.input.schema ?? {}) : null;
  for (const name of Object.keys(isRecord(declared?.properties) ? declared.properties : {})) {
    if (!(name in inputs)) losses.push(`\`input.schema.${name}\` has no value: give it one in a %%vars cell`);
  }
  return {
    value: {
      name: textOr(head.name), description: textOr(head.description),
      settings: { ...(model === null ? {} : { model }), ...settingsFrom(withoutSecrets(head.config, losses), [NAMES], losses) },
      output: readOutput(head.output, losses), messages: readMessages(body, losses), inputs, tests: { rows: [], assert: [] },
    },
    losses,
  };
}

function withoutSecrets(config: unknown, losses: string[]): Record<string, unknown> {
  if (!isRecord(config)) return {};
  const { apiKey, ...rest } = config;
  if (apiKey !== undefined) losses.push("`config.apiKey` (a secret, not shown)");
  return rest;
}

function readOutput(output: unknown, losses: string[]): PromptFile["output"] {
  if (!isRecord(output)) return null;
  const { format, schema, ...rest } = output;
  for (const [key, value] of Object.entries(rest)) losses.push(`\`output.${key}\`: ${JSON.stringify(value)}`);
  if (schema !== undefined) {
    const read = readPicoschema(schema);
    if (read !== null) return { type: "json_schema", schema: read };
    losses.push(`\`output.schema\`: ${JSON.stringify(schema)}`);
  }
  if (format === "json") return { type: "json_object" };
  if (format !== undefined && format !== "text") losses.push(`\`output.format: ${JSON.stringify(format)}\``);
  return null;
}

/** Text before the first role is the user's there. Blocks must not reach over a role. */
function readMessages(body: string, losses: string[]): FileMessage[] {
  const [first = "", ...rest] = body.split(ROLE_TAG);
  const parts: Array<[role: string, text: string]> = [["user", first]];
  for (let i = 0; i < rest.length; i += 2) parts.push([rest[i] ?? "", rest[i + 1] ?? ""]);
  return parts.flatMap(([role, text]) => {
    const template = text.trim();
    if (template === "") return [];
    const ours = role === "model" || role === "assistant" ? "assistant" : role;
    if (ours === "user" || ours === "assistant" || ours === "system") return [{ role: ours, template: take(handlebarsToLiquid(template), losses) }];
    losses.push(`a message with the role \`${role}\``);
    return [];
  });
}
