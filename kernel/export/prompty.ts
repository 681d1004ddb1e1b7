import { type Converted, take } from "./converted.ts";
import { present, splitFrontMatter, writeYaml } from "./front-matter-file.ts";
import { jinjaToLiquid, liquidToJinja } from "./jinja.ts";
import { type FileMessage, isRecord, type Names, type PromptFile, settingsFrom, settingsTo, textOr } from "./prompt-file.ts";

/** Version 1 of the format, which all its runtimes read, and names of version 2. */
const V1: Names = { temperature: "temperature", top_p: "top_p", max_tokens: "max_tokens", seed: "seed", stop: "stop", frequency_penalty: "frequency_penalty", presence_penalty: "presence_penalty", top_k: "top_k", min_p: "min_p" };
const V2: Names = { temperature: "temperature", top_p: "topP", top_k: "topK", max_tokens: "maxOutputTokens", seed: "seed", stop: "stopSequences", frequency_penalty: "frequencyPenalty", presence_penalty: "presencePenalty" };
const OTHER: Names = { max_tokens: "max_completion_tokens", stop: "stop_sequences" };
/** Its runtimes find roles in lines like these, after the template has been filled in. */
const ROLE_LINE = /^\s*#?\s*(system|user|assistant|developer|tool|function)\s*(?:\[[^\]]*\])?\s*:\s*$/i;
const KNOWN_KEYS = new Set(["name", "description", "model", "inputs", "sample", "template", "outputs"]);
/** Say where a model runs, which here the notebook's environment decides. */
const QUIET_KEYS = new Set(["$schema", "kind", "version"]);

/** A prompt as a `.prompty` file. */
export function toPrompty(file: PromptFile): Converted<string> {
  const losses: string[] = [];
  const parameters = settingsTo(file.settings, V1, losses);
  const format = file.output === null ? {} : file.output.type === "json_object" ? { response_format: { type: "json_object" } }
    : { response_format: { type: "json_schema", json_schema: { name: file.name ?? "answer", strict: true, schema: file.output.schema } } };
  const head = present({
    name: file.name, description: file.description,
    model: present({ api: "chat", configuration: { type: "openai", ...(file.settings.model === undefined ? {} : { model: file.settings.model }) }, parameters: { ...parameters, ...format } }),
    sample: file.inputs,
    template: "jinja2",
  });
  const body = file.messages.map(({ role, template }) => {
    const forged = template.split("\n").find((line) => ROLE_LINE.test(line));
    if (forged !== undefined) losses.push(`the line \`${forged.trim()}\` of a message would begin a new message in a .prompty file`);
    return `${role}:\n${take(liquidToJinja(template), losses)}\n`;
  });
  if (file.tests.rows.length > 0 || file.tests.assert.length > 0) losses.push("`data` and `assert`: the format has no tests");
  return { value: `---\n${writeYaml(head)}---\n${body.join("\n")}`, losses };
}

/** The prompt of a `.prompty` file of version 1 or 2. Throws `bad_prompt_file`. */
export function fromPrompty(text: string): Converted<PromptFile> {
  const losses: string[] = [];
  const { head, body } = splitFrontMatter(text);
  const { settings, output } = readModel(head.model, losses);
  for (const [key, value] of Object.entries(head)) {
    if (!KNOWN_KEYS.has(key) && !QUIET_KEYS.has(key)) losses.push(`\`${key}\`: ${JSON.stringify(value)}`);
  }
  if (head.outputs !== undefined) losses.push(`\`outputs\`: ${JSON.stringify(head.outputs)}`);
  const engine = isRecord(head.template) ? head.template.format : head.template;
  if (typeof engine === "string" && !/^jinja2?$/i.test(engine)) losses.push(`\`template: ${engine}\`: read as Jinja`);
  return {
    value: {
      name: textOr(head.name), description: textOr(head.description), settings, output,
      messages: readMessages(body, losses), inputs: readInputs(head, losses), tests: { rows: [], assert: [] },
    },
    losses,
  };
}

function readModel(model: unknown, losses: string[]): Pick<PromptFile, "settings" | "output"> {
  if (typeof model === "string") return { settings: { model }, output: null };
  if (!isRecord(model)) return { settings: {}, output: null };
  const { api: _api, apiType: _apiType, id, provider, configuration, parameters, options, connection, response, ...rest } = model;
  for (const [key, value] of Object.entries({ provider, connection, response, ...rest })) if (value !== undefined) losses.push(`\`model.${key}\`: ${JSON.stringify(value)}`);
  const named = isRecord(configuration) ? configuration : {};
  const chosen = textOr(id) ?? textOr(named.model) ?? textOr(named.azure_deployment) ?? textOr(named.name);
  for (const [key, value] of Object.entries(named)) {
    if (value !== chosen && key !== "type") losses.push(`\`model.configuration.${key}\`: ${/key|secret|token/i.test(key) ? "(a secret, not shown)" : JSON.stringify(value)}`);
  }
  const { response_format: format, ...given } = { ...(isRecord(options) ? options : {}), ...(isRecord(parameters) ? parameters : {}) };
  return { settings: { ...(chosen === null ? {} : { model: chosen }), ...settingsFrom(given, [V1, V2, OTHER], losses) }, output: readFormat(format, losses) };
}

/** OpenAI's `response_format`. */
export function readFormat(format: unknown, losses: string[]): PromptFile["output"] {
  if (format === undefined || format === null) return null;
  const type = isRecord(format) ? format.type : format;
  if (type === "text") return null;
  if (type === "json_object") return { type: "json_object" };
  const inner = isRecord(format) && isRecord(format.json_schema) ? format.json_schema.schema : undefined;
  if (type === "json_schema" && isRecord(inner)) return { type: "json_schema", schema: inner };
  losses.push(`\`response_format\`: ${JSON.stringify(format)}`);
  return null;
}

/** Text before the first role line is the system's there. */
function readMessages(body: string, losses: string[]): FileMessage[] {
  const messages: FileMessage[] = [];
  let role: string = "system";
  let lines: string[] = [];
  const flush = (): void => {
    const text = lines.join("\n").replace(/^(?:[ \t]*\n)+|\s+$/g, "");
    lines = [];
    if (text.trim() === "") return;
    const ours = role === "developer" ? "system" : role;
    if (ours === "system" || ours === "user" || ours === "assistant") messages.push({ role: ours, template: take(jinjaToLiquid(text), losses) });
    else losses.push(`a message with the role \`${role}\``);
  };
  for (const line of body.split("\n")) {
    const next = ROLE_LINE.exec(line)?.[1];
    if (next === undefined) lines.push(line);
    else {
      flush();
      role = next.toLowerCase();
    }
  }
  flush();
  return messages;
}

/** Example values, wherever the versions of the format put them. */
function readInputs({ inputs, sample }: Record<string, unknown>, losses: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const listed = Array.isArray(inputs) ? inputs.filter(isRecord).map((input) => [String(input.name), input] as const) : isRecord(inputs) ? Object.entries(inputs) : [];
  for (const [name, input] of listed) {
    if (!isRecord(input)) found[name] = input;
    else {
      const value = input.sample ?? input.example ?? input.default;
      if (value === undefined) losses.push(`\`inputs.${name}\` has no value: give it one in a %%vars cell`);
      else found[name] = value;
    }
  }
  if (typeof sample === "string") losses.push(`\`sample: ${sample}\`: the values in that file`);
  return { ...found, ...(isRecord(sample) ? sample : {}) };
}
