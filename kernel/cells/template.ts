import { LiquidError, type Template, type Variable } from "liquidjs";
import { RetortError } from "../../runtime/errors.ts";
import type { Diagnostic, NotebookScope, QuickFix, Range } from "./cell.ts";
import { errorAt, replaceFix, warningAt } from "./diagnostic.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import { stepRange, wordFix } from "./template-fixes.ts";
import { OUTPUT_LIMIT, SOURCE_LIMIT, TemplateEngine, TemplateProblem, outputTags } from "./template-engine.ts";
import { followPath, pathText, type PathStep } from "./value-path.ts";

/** What to do about a name that nothing like it is known for. */
const DEFINE_IT = "Define it in a %%vars cell above, or name an earlier prompt cell.";

/** What is wrong with a template, with its place in the template. */
export class TemplateError extends RetortError {
  readonly range: Range;
  /** What would repair it. Ranges are offsets in the template. */
  readonly fix: QuickFix | undefined;

  constructor(code: string, message: string, range: Range, hint?: string, fix?: QuickFix) {
    super({ code, message, status: 400, ...(hint === undefined ? {} : { hint }) });
    this.name = "TemplateError";
    this.range = range;
    this.fix = fix;
  }
}

/** A variable that a template needs. `path` ends where an index is itself a variable. */
export interface TemplateVariable {
  name: string;
  path: PathStep[];
  range: Range;
}

const RAW_HINT = "Literal braces stand between {% raw %} and {% endraw %}.";

/**
 * Fills in `values`. Only own properties count; nothing is escaped; a value's text is never read as a template.
 * Lists and mappings print as JSON. Throws TemplateError: `unknown_variable`, `empty_variable`, `template_syntax`,
 * `unknown_filter`, `prompt_too_large`, `recursive_variable`, `template_budget`.
 */
export function renderTemplate(source: string, values: Record<string, unknown>): string {
  if (isPlain(source)) return checkedLength(source);
  const engine = templateEngine();
  try {
    return engine.render(engine.parse(source), values);
  } catch (error) {
    throw templateError(error, source, engine, values);
  }
}

/** The variables that `source` takes from outside, one entry for each place. Throws TemplateError where the template does not parse. */
export function templateVariables(source: string): TemplateVariable[] {
  return isPlain(source) ? [] : variablesOf(source, parsed(source));
}

/** What can be said of a template before it runs. Ranges are offsets in the template. */
export function diagnoseTemplate(source: string, scope: NotebookScope): Diagnostic[] {
  if (isPlain(source)) return [];
  try {
    const template = parsed(source);
    const variables = variablesOf(source, template).flatMap((variable) => diagnoseVariable(variable, source, scope));
    return [...outputTags(template.templates).flatMap((tag) => diagnoseOutput(tag, source)), ...variables];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [errorAt(error.range, error.code, error.hint === undefined ? error.message : `${error.message} ${error.hint}`, error.fix)];
  }
}

interface ParsedTemplate {
  engine: TemplateEngine;
  templates: Template[];
}

let engine: TemplateEngine | undefined;

/** One for all: an editor looks at every template of a notebook again and again. */
export function templateEngine(): TemplateEngine {
  engine ??= new TemplateEngine();
  return engine;
}

/** Most prompts hold no template at all. */
function isPlain(source: string): boolean {
  return !source.includes("{{") && !source.includes("{%");
}

function variablesOf(source: string, { engine, templates }: ParsedTemplate): TemplateVariable[] {
  const lines = lineStarts(source);
  return engine.globals(templates).map((variable) => toVariable(variable, source, lines));
}

function parsed(source: string): ParsedTemplate {
  const engine = templateEngine();
  try {
    return { engine, templates: engine.parse(source) };
  } catch (error) {
    throw templateError(error, source, engine, {});
  }
}

function checkedLength(text: string): string {
  if (text.length > OUTPUT_LIMIT) throw new TemplateError("prompt_too_large", `The prompt has ${text.length} characters, the limit is ${OUTPUT_LIMIT}.`, { start: 0, end: text.length });
  return text;
}

function diagnoseVariable(variable: TemplateVariable, source: string, scope: NotebookScope): Diagnostic[] {
  const { name, path, range } = variable;
  const result = followPath(scope.values, path);
  if (!result.found) {
    const text = pathText(path.slice(0, result.step + 1));
    const wrong = stepRange(path, result.step, source, range.start);
    const fix = result.suggestion === undefined || wrong === null ? undefined : replaceFix(wrong, result.suggestion);
    const suggestion = suggested(path, result.step, result.suggestion);
    return [errorAt(range, "unknown_variable", `\`${text}\` is not known.${suggestion === undefined ? ` ${DEFINE_IT}` : didYouMean(suggestion)}`, fix)];
  }
  if (!scope.stale.includes(name)) return [];
  return [warningAt(range, "stale_variable", `\`${name}\` is out of date: its cell or what it depends on changed after it ran.`)];
}

function suggested(path: readonly PathStep[], step: number, suggestion: string | undefined): string | undefined {
  return suggestion === undefined ? undefined : pathText([...path.slice(0, step), suggestion]);
}

function diagnoseOutput(tag: ReturnType<typeof outputTags>[number], source: string): Diagnostic[] {
  const range = { start: tag.start, end: tag.end };
  const text = source.slice(tag.start, tag.end);
  if (tag.isSeveral) return [errorAt(range, "template_syntax", `\`${text}\` holds several values side by side. Use one \`{{ }}\` for each.`)];
  if (!tag.isNumber) return [];
  const literal = `{% raw %}${text}{% endraw %}`;
  return [warningAt(range, "literal_number", `\`${text}\` is a template and prints the number without braces. ${RAW_HINT}`, replaceFix(range, literal))];
}

/** The engine's errors in our words, with the place in the template. Errors of other kinds are passed on. */
function templateError(error: unknown, source: string, engine: TemplateEngine, values: Record<string, unknown>): unknown {
  if (source.length > SOURCE_LIMIT) return new TemplateError("prompt_too_large", `The template has ${source.length} characters, the limit is ${SOURCE_LIMIT}.`, { start: 0, end: source.length });
  if (error instanceof TemplateProblem) return new TemplateError(error.code, error.message, { start: 0, end: source.length });
  if (error instanceof RangeError) return new TemplateError("template_budget", "The template is nested too deeply or its text is too long.", { start: 0, end: source.length });
  if (!LiquidError.is(error)) return error;
  const { begin, end } = error.token;
  const range = { start: Math.min(begin, source.length), end: Math.min(Math.max(end, begin), source.length) };
  const cause: unknown = error.originalError;
  if (cause instanceof TemplateProblem) return problemAt(cause, source, range);
  if (typeof cause === "object" && cause !== null && "variableName" in cause) return unknownVariable(String(cause.variableName), values, range);
  return syntaxError(error.message.replace(/, line:\d+, col:\d+$/, ""), range, source, engine);
}

function problemAt(problem: TemplateProblem, source: string, range: Range): TemplateError {
  const isWhole = problem.code === "prompt_too_large";
  const message = isWhole ? problem.message : `\`${source.slice(range.start, range.end)}\` ${problem.message}.`;
  const hint = problem.code === "empty_variable" ? 'Give a value for this case: {{ name | default: "none" }}.' : undefined;
  return new TemplateError(problem.code, message, range, hint);
}

function unknownVariable(text: string, values: Record<string, unknown>, range: Range): TemplateError {
  const path = text.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const result = followPath(values, path);
  const suggestion = result.found ? undefined : suggested(path, result.step, result.suggestion);
  const hint = suggestion === undefined ? DEFINE_IT : `Did you mean \`${suggestion}\`?`;
  return new TemplateError("unknown_variable", `\`${pathText(path)}\` is not known.`, range, hint);
}

function syntaxError(message: string, range: Range, source: string, engine: TemplateEngine): TemplateError {
  const filter = /^undefined filter: (.*)$/s.exec(message)?.[1];
  if (filter !== undefined) {
    const suggestion = nearest(filter, engine.filterNames);
    return new TemplateError("unknown_filter", `There is no filter \`${filter}\`.${didYouMean(suggestion)}`, range, undefined, wordFix(filter, suggestion, source, range, "|"));
  }
  const tag = /^tag "(.*)" not found$/s.exec(message)?.[1];
  if (tag !== undefined) {
    const suggestion = nearest(tag, engine.tagNames);
    return new TemplateError("template_syntax", `There is no tag \`{% ${tag} %}\`.${didYouMean(suggestion)}`, range, RAW_HINT, wordFix(tag, suggestion, source, range, "{%"));
  }
  if (/limit exceeded|call stack/.test(message)) return new TemplateError("template_budget", "The template takes too long or needs too much memory.", range);
  return new TemplateError("template_syntax", `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, range, RAW_HINT);
}

function toVariable(variable: Variable, source: string, lines: number[]): TemplateVariable {
  const path: PathStep[] = [];
  for (const segment of variable.segments) {
    if (typeof segment === "object") break;
    path.push(segment);
  }
  const start = (lines[variable.location.row - 1] ?? 0) + variable.location.col - 1;
  const length = /^[\p{L}\p{N}_.[\]"'-]*/u.exec(source.slice(start, start + 200))?.[0].length ?? 0;
  return { name: String(path[0]), path, range: { start, end: start + length } };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
