import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { RetortError } from "../errors.ts";
import { budgetError, MAX_ADDED_CHARS, MAX_RANGE, MAX_TEMPLATE_CHARS, type TemplateVariables } from "./template-protocol.ts";

type Program = ReturnType<typeof parse>;

/** Compiled templates kept; a runtime rarely serves more than two or three models. */
const MAX_COMPILED = 8;

/** Renders chat templates and keeps the compiled ones. Runs in the template process; has no budget of time or memory itself. */
export class TemplateCache {
  #compiled = new Map<string, Program>();

  /** The rendered text. Throws `template_error` and `template_budget`. */
  render(source: string, variables: TemplateVariables): string {
    const program = this.#program(source);
    const text = run(program, variables);
    const limit = variables.messages.reduce((sum, message) => sum + message.content.length, MAX_ADDED_CHARS);
    if (text.length > limit) throw budgetError(`The model's chat template made ${text.length} characters; at most ${limit} are allowed for these messages.`);
    return text;
  }

  #program(source: string): Program {
    const known = this.#compiled.get(source);
    if (known) return known;
    if (source.length > MAX_TEMPLATE_CHARS) {
      throw budgetError(`The model's chat template has ${source.length} characters; at most ${MAX_TEMPLATE_CHARS} are allowed.`);
    }
    const program = compile(source);
    if (this.#compiled.size >= MAX_COMPILED) this.#compiled.delete(this.#compiled.keys().next().value ?? "");
    this.#compiled.set(source, program);
    return program;
  }
}

function compile(source: string): Program {
  try {
    return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    throw brokenError("cannot be read", error);
  }
}

function run(program: Program, variables: TemplateVariables): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...globals, ...variables })) environment.set(name, value);
  try {
    return String(new Interpreter(environment).run(program).value);
  } catch (error) {
    throw error instanceof RetortError ? error : brokenError("failed", error);
  }
}

function brokenError(what: string, cause: unknown): RetortError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RetortError(
    { code: "template_error", message: `The model's chat template ${what}: ${reason}`, hint: "Use another file of this model, or /v1/completions, which needs no template.", status: 422 },
    { cause },
  );
}

/** The library's own globals, but with a bound on `range` and a recognisable `raise_exception`. */
const globals = {
  true: true, True: true, false: false, False: false, none: null, None: null,
  range: boundedRange,
  raise_exception: (message: unknown) => {
    throw new RetortError({ code: "template_error", message: `The model's chat template refuses these messages: ${String(message)}`, hint: "Change the roles or the order of the messages.", status: 400 });
  },
  strftime_now: (format: string) => formatDate(new Date(), format),
};

function boundedRange(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isFinite(count) || count > MAX_RANGE) throw budgetError(`The model's chat template asks for a range of ${count} numbers; at most ${MAX_RANGE} are allowed.`);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/** The part of strftime that templates use; other directives stay as they are. Local time, English names. */
function formatDate(date: Date, format: string): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  const month = (style: "short" | "long") => date.toLocaleString("en-US", { month: style });
  const fields: Record<string, string> = {
    "%Y": String(date.getFullYear()), "%m": pad(date.getMonth() + 1), "%d": pad(date.getDate()),
    "%b": month("short"), "%B": month("long"), "%H": pad(date.getHours()), "%M": pad(date.getMinutes()), "%%": "%",
  };
  return format.replace(/%[YmdbBHM%]/g, (directive) => fields[directive] ?? directive);
}
