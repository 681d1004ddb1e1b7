import { type Converted, take } from "./converted.ts";
import { present, readYaml, writeYaml } from "./front-matter-file.ts";
import { type FileMessage, isRecord, type Names, type PromptFile, settingsFrom, settingsTo, textOr } from "./prompt-file.ts";
import { tokenize } from "./template-tokens.ts";

const NAMES: Names = { temperature: "temperature", top_p: "topP", max_tokens: "maxTokens", stop: "stop", seed: "seed", frequency_penalty: "frequencyPenalty", presence_penalty: "presencePenalty" };
const OTHER: Names = { max_tokens: "maxCompletionTokens", top_p: "top_p" };
const KNOWN_KEYS = new Set(["name", "description", "model", "modelParameters", "messages", "testData", "evaluators", "responseFormat", "jsonSchema"]);
const NAME = /^[A-Za-z_]\w*$/;

/** A prompt as a `.prompt.yml` of GitHub Models, whose templates are `{{name}}` and nothing else. */
export function toPromptYml(file: PromptFile): Converted<string> {
  const losses: string[] = [];
  const { output, tests } = file;
  const isRow = tests.rows.length > 0;
  const schema = output?.type === "json_schema" ? { jsonSchema: JSON.stringify({ name: file.name ?? "answer", strict: true, schema: output.schema }, null, 2) } : {};
  const evaluators = tests.assert.flatMap((assertion) => evaluatorOf(assertion, losses));
  const head = present({
    name: file.name, description: file.description, model: file.settings.model,
    modelParameters: settingsTo(file.settings, NAMES, losses),
    ...(output === null ? {} : { responseFormat: output.type }), ...schema,
    messages: file.messages.map(({ role, template }) => ({ role, content: take(toPlain(template, isRow), losses) })),
    testData: isRow ? tests.rows : Object.keys(file.inputs).length > 0 ? [file.inputs] : undefined,
    evaluators: evaluators.length > 0 ? evaluators : undefined,
  });
  return { value: writeYaml(head), losses };
}

/** The columns of a row have no prefix there. */
function toPlain(template: string, isRow: boolean): Converted<string> {
  const losses: string[] = [];
  const value = tokenize(template, "liquid").map((token) => {
    if (token.kind === "text" || token.kind === "raw") return token.text;
    if (token.kind === "comment") {
      losses.push(`the comment \`${token.text.trim()}\``);
      return "";
    }
    const name = isRow ? token.body.replace(/^row\./, "") : token.body;
    if (token.kind === "output" && NAME.test(name)) return `{{${name}}}`;
    const written = token.kind === "output" ? `{{ ${token.body} }}` : `{% ${token.body} %}`;
    losses.push(`\`${written}\` has no counterpart in .prompt.yml; it stands as it was written`);
    return written;
  }).join("");
  return { value, losses };
}

function evaluatorOf(assertion: Record<string, unknown>, losses: string[]): Array<Record<string, unknown>> {
  const [[kind, wanted] = []] = Object.entries(assertion);
  if ((kind === "contains" || kind === "equals") && typeof wanted === "string") return [{ name: `${kind} ${wanted}`.slice(0, 80), string: { [kind]: wanted.replaceAll(/\{\{ *row\.(\w+) *\}\}/g, "{{$1}}") } }];
  losses.push(`\`assert: ${JSON.stringify(assertion)}\``);
  return [];
}

/** The prompt of a `.prompt.yml`. Its test data become rows in the cell. Throws `bad_prompt_file`. */
export function fromPromptYml(text: string): Converted<PromptFile> {
  const losses: string[] = [];
  const head = readYaml(text.replace(/^\uFEFF/, ""));
  for (const [key, value] of Object.entries(head)) if (!KNOWN_KEYS.has(key)) losses.push(`\`${key}\`: ${JSON.stringify(value)}`);
  const rows = Array.isArray(head.testData) ? head.testData.filter(isRecord) : [];
  if (typeof head.testData === "string") losses.push(`\`testData: ${head.testData}\`: the rows of that file; name it under \`data:\``);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isSeveral = rows.length > 1 || Array.isArray(head.evaluators);
  const model = textOr(head.model);
  const parameters = isRecord(head.modelParameters) ? head.modelParameters : {};
  const given = Array.isArray(head.messages) ? head.messages : [];
  return {
    value: {
      name: textOr(head.name), description: textOr(head.description),
      settings: { ...(model === null ? {} : { model }), ...settingsFrom(parameters, [NAMES, OTHER], losses) },
      output: readOutput(head, losses),
      messages: given.flatMap((message) => readMessage(message, isSeveral ? columns : [], losses)),
      inputs: isSeveral ? {} : rows[0] ?? {},
      tests: isSeveral ? { rows, assert: readEvaluators(head.evaluators, columns, losses) } : { rows: [], assert: [] },
    },
    losses,
  };
}

function readMessage(message: unknown, columns: readonly string[], losses: string[]): FileMessage[] {
  const { role, content } = isRecord(message) ? message : {};
  const ours = role === "developer" ? "system" : role;
  if (typeof content !== "string" || (ours !== "system" && ours !== "user" && ours !== "assistant")) {
    losses.push(`the message ${JSON.stringify(message)}`);
    return [];
  }
  return [{ role: ours, template: fromPlain(content, columns).replace(/\s+$/, "") }];
}

/** Only `{{name}}` is a template there; all else that looks like one is text. */
function fromPlain(text: string, columns: readonly string[]): string {
  return text.split(/(\{\{\s*[A-Za-z_]\w*\s*\}\})/).map((piece) => {
    const name = /^\{\{\s*([A-Za-z_]\w*)\s*\}\}$/.exec(piece)?.[1];
    if (name !== undefined) return `{{ ${columns.includes(name) ? `row.${name}` : name} }}`;
    return /\{\{|\{%/.test(piece) ? `{% raw %}${piece}{% endraw %}` : piece;
  }).join("");
}

function readOutput({ responseFormat, jsonSchema }: Record<string, unknown>, losses: string[]): PromptFile["output"] {
  if (responseFormat === "json_object") return { type: "json_object" };
  if (responseFormat !== "json_schema") return null;
  try {
    const parsed = (typeof jsonSchema === "string" ? JSON.parse(jsonSchema) : jsonSchema) as unknown;
    const schema = isRecord(parsed) && isRecord(parsed.schema) ? parsed.schema : parsed;
    if (isRecord(schema)) return { type: "json_schema", schema };
  } catch {
    // Said below, with the text.
  }
  losses.push(`\`jsonSchema\`: ${JSON.stringify(jsonSchema)}`);
  return { type: "json_object" };
}

function readEvaluators(evaluators: unknown, columns: readonly string[], losses: string[]): Array<Record<string, unknown>> {
  return (Array.isArray(evaluators) ? evaluators : []).flatMap((evaluator) => {
    const string = isRecord(evaluator) && isRecord(evaluator.string) ? Object.entries(evaluator.string) : [];
    const found = string.flatMap(([kind, wanted]) => (typeof wanted === "string" ? assertionOf(kind, wanted, columns) : []));
    if (found.length === 0) losses.push(`the evaluator ${JSON.stringify(evaluator)}`);
    return found;
  });
}

function assertionOf(kind: string, wanted: string, columns: readonly string[]): Array<Record<string, unknown>> {
  const text = fromPlain(wanted, columns);
  if (kind === "contains" || kind === "equals") return [{ [kind]: text }];
  // A pattern cannot hold a template.
  if ((kind === "startsWith" || kind === "endsWith") && text === wanted) {
    const pattern = wanted.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    return [{ matches: kind === "startsWith" ? `/^${pattern}/` : `/${pattern}$/` }];
  }
  return [];
}
