import { Liquid, LiquidError, type Template } from "liquidjs";

/** Characters that a rendered message may have. */
export const OUTPUT_LIMIT = 1024 * 1024;
/** Longest template. */
export const SOURCE_LIMIT = 1024 * 1024;
/** Milliseconds and units of work memory that one rendering may take: enough for any prompt, too little for an endless loop. */
const TIME_LIMIT = 1000;
const MEMORY_LIMIT = 16 * OUTPUT_LIMIT;

/** Tags that read other files. There are none here. */
const FILE_TAGS = ["include", "render", "layout", "block"];

/** Raised while rendering; comes out wrapped in the engine's own error, which knows the place. */
export class TemplateProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "TemplateProblem";
    this.code = code;
  }
}

/** liquidjs, set up to be strict: no unknown names, no inherited properties, no files, no escaping, bounded work. */
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
    this.#addFilters();
  }

  get filterNames(): string[] {
    return Object.keys(this.#liquid.filters);
  }

  parse(source: string): Template[] {
    return this.#liquid.parse(source);
  }

  analyze(templates: Template[]): ReturnType<Liquid["analyzeSync"]> {
    return this.#liquid.analyzeSync(templates, { partials: false });
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

/** Text stays as it is; numbers print in full; lists and mappings print as JSON. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) throw new TemplateProblem("empty_variable", "has no value");
  return typeof value === "object" ? toJson(value) : String(value);
}

function toJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? "null";
  } catch {
    throw new TemplateProblem("recursive_variable", "contains itself");
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  throw new TemplateProblem("wrong_type", "has no length");
}

function tooLarge(): TemplateProblem {
  return new TemplateProblem("prompt_too_large", `The prompt has more than ${OUTPUT_LIMIT} characters.`);
}

export { LiquidError };
