import { Liquid, Output, TokenKind, toValue, type Template, type Variable } from "liquidjs";

/** Characters that a rendered message may have. */
export const OUTPUT_LIMIT = 1024 * 1024;
/** Longest template. */
export const SOURCE_LIMIT = 1024 * 1024;
/** Tags that a template may have. The library calls itself for each nested one, and is slow to report that it went too deep. */
const TAG_LIMIT = 4000;
/** Milliseconds and units of work memory that one rendering may take: enough for any prompt, too little for an endless loop. */
const TIME_LIMIT = 1000;
const MEMORY_LIMIT = 16 * OUTPUT_LIMIT;

/** Tags that read other files, and the filter that would print past our own conversion to text. */
const FILE_TAGS = ["include", "render", "layout", "block"];
const RAW_FILTER = "raw";

/** Raised while rendering; comes out wrapped in the engine's own error, which knows the place. */
export class TemplateProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "TemplateProblem";
    this.code = code;
  }
}

/** One `{{ }}` of a template. */
export interface OutputTag {
  start: number;
  end: number;
  /** It holds a number and nothing else: `\frac{{1}}{2}` was probably not meant as a template. */
  isNumber: boolean;
  /** It holds several values side by side, as in `{{ first name }}`. */
  isSeveral: boolean;
}

/** liquidjs, set up to be strict: no unknown names, no inherited properties, no files, no escaping, bounded work. Costs a millisecond to make; keeps nothing of what it did. */
export class TemplateEngine {
  readonly #liquid: Liquid;
  #printed = 0;

  constructor() {
    this.#liquid = new Liquid({
      strictVariables: true,
      strictFilters: true,
      ownPropertyOnly: true,
      templates: {},
      parseLimit: SOURCE_LIMIT,
      renderLimit: TIME_LIMIT,
      memoryLimit: MEMORY_LIMIT,
      outputEscape: (value: unknown) => this.#print(value),
    });
    for (const tag of FILE_TAGS) delete this.#liquid.tags[tag];
    delete this.#liquid.filters[RAW_FILTER];
    this.#addFilters();
  }

  get filterNames(): string[] {
    return Object.keys(this.#liquid.filters);
  }

  get tagNames(): string[] {
    return Object.keys(this.#liquid.tags);
  }

  parse(source: string): Template[] {
    if (source.split("{%").length > TAG_LIMIT) throw new TemplateProblem("template_budget", `The template has more than ${TAG_LIMIT} tags.`);
    return this.#liquid.parse(source);
  }

  /** Variables that must come from outside, one entry for each place. */
  globals(templates: Template[]): Variable[] {
    return Object.values(this.#liquid.analyzeSync(templates, { partials: false }).globals).flat();
  }

  render(templates: Template[], values: Record<string, unknown>): string {
    this.#printed = 0;
    const text = String(this.#liquid.renderSync(templates, values));
    if (text.length > OUTPUT_LIMIT) throw tooLarge();
    return text;
  }

  /** Jinja's names for filters that Liquid has under others. */
  #addFilters(): void {
    const liquid = this.#liquid;
    liquid.registerFilter("upper", (value: unknown) => textOf(value).toUpperCase());
    liquid.registerFilter("lower", (value: unknown) => textOf(value).toLowerCase());
    liquid.registerFilter("trim", (value: unknown) => textOf(value).trim());
    liquid.registerFilter("length", lengthOf);
    liquid.registerFilter("tojson", (value: unknown, indent?: number) => toJson(value, indent));
  }

  /** The text of one `{{ }}`. */
  #print(value: unknown): string {
    const text = textOf(value);
    this.#printed += text.length;
    if (this.#printed > OUTPUT_LIMIT) throw tooLarge();
    return text;
  }
}

/** Every `{{ }}` in the templates, those inside loops and conditions too. */
export function outputTags(templates: Template[]): OutputTag[] {
  return templates.flatMap((template) => (template instanceof Output ? [outputTag(template)] : outputTags(childrenOf(template))));
}

function outputTag(output: Output): OutputTag {
  const { begin: start, end } = output.token;
  const tokens = output.value.initial.postfix;
  const values = tokens.filter((token) => token.kind !== TokenKind.Operator);
  const binaryOperators = tokens.filter((token) => token.kind === TokenKind.Operator && token.getText() !== "not");
  const isNumber = /^-?[\d.]+$/.test(output.token.content.trim());
  return { start, end, isNumber, isSeveral: values.length > binaryOperators.length + 1 };
}

/** The library hands out children through a generator that expects each yielded value back. */
function childrenOf(template: Template): Template[] {
  const children = template.children?.(false, true);
  if (children === undefined) return [];
  let step = children.next();
  while (step.done !== true) step = children.next(step.value);
  return step.value;
}

/** Text stays as it is; numbers print in full; lists and mappings print as JSON. */
function textOf(printed: unknown): string {
  const value: unknown = toValue(printed);
  if (typeof value === "string") return value;
  if (value === null || value === undefined) throw new TemplateProblem("empty_variable", "has no value");
  return typeof value === "object" ? toJson(value) : String(value);
}

function toJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? "null";
  } catch (error) {
    // JSON refuses what contains itself (TypeError) and what is too long for one string (RangeError).
    throw error instanceof RangeError ? tooLarge() : new TemplateProblem("recursive_variable", "contains itself and cannot be printed");
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  throw new TemplateProblem("wrong_type", "has no length");
}

function tooLarge(): TemplateProblem {
  return new TemplateProblem("prompt_too_large", `The prompt would have more than ${OUTPUT_LIMIT} characters.`);
}
