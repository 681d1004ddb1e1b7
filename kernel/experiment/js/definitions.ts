import { RetortError } from "../../../runtime/errors.ts";
import type { ToolDefinition } from "../tools/tool.ts";

type AnyFunction = (...args: unknown[]) => unknown;
type Schema = Record<string, unknown>;

interface Tool extends ToolDefinition {
  run: AnyFunction;
}

const TYPES = new Set(["string", "number", "integer", "boolean", "object", "array"]);
const TOOL_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** Tools and scorers that `%%js` cells have defined. A second definition takes the place of the first. */
export class Definitions {
  readonly #tools = new Map<string, Tool>();
  readonly #scorers = new Map<string, AnyFunction>();

  /** `schema` is a JSON Schema of an object, or in short its fields and their types: `{ expression: "string", digits: "integer?" }`. */
  defineTool(name: unknown, schema: unknown, run: unknown, description: unknown = ""): void {
    if (typeof name !== "string" || !TOOL_NAME.test(name)) throw wrong(`\`${String(name)}\` is no name for a tool: letters, digits, \`_\` and \`-\`, at most 64.`);
    if (typeof run !== "function") throw wrong(`\`tool("${name}", …)\` needs a function as its third argument.`);
    const parameters = parametersOf(schema);
    const text = String(description) || (typeof parameters.description === "string" ? parameters.description : "");
    this.#tools.set(name, { name, description: text, parameters, run: run as AnyFunction });
  }

  defineScorer(name: unknown, run: unknown): void {
    if (typeof name !== "string" || name === "") throw wrong("`scorer(name, fn)` needs a name.");
    if (typeof run !== "function") throw wrong(`\`scorer("${name}", …)\` needs a function as its second argument.`);
    this.#scorers.set(name, run as AnyFunction);
  }

  /** All tools, as a model is told of them. */
  tools(): ToolDefinition[] {
    return [...this.#tools.values()].map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  /** Throws `unknown_tool`. */
  tool(name: string): AnyFunction {
    return this.#tools.get(name)?.run ?? missing("tool", name, [...this.#tools.keys()]);
  }

  /** Throws `unknown_scorer`. */
  scorer(name: string): AnyFunction {
    return this.#scorers.get(name) ?? missing("scorer", name, [...this.#scorers.keys()]);
  }
}

function parametersOf(schema: unknown): Schema {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) throw wrong("The second argument of `tool()` is an object: a JSON Schema, or fields and their types such as { expression: 'string' }.");
  const given = schema as Schema;
  const isSchema = given.type === "object" || "$schema" in given || (typeof given.properties === "object" && given.properties !== null);
  if (isSchema) return { type: "object", ...structuredClone(given) };
  const fields = Object.entries(given).map(([name, type]) => [name, fieldOf(name, type)] as const);
  const required = fields.filter(([name]) => !(typeof given[name] === "string" && given[name].endsWith("?"))).map(([name]) => name);
  return { type: "object", properties: Object.fromEntries(fields), required, additionalProperties: false };
}

function fieldOf(name: string, type: unknown): Schema {
  if (typeof type === "object" && type !== null && !Array.isArray(type)) return structuredClone(type) as Schema;
  const word = typeof type === "string" ? type.replace(/\?$/, "") : "";
  if (!TYPES.has(word)) throw wrong(`\`${name}\` is \`${String(type)}\`; a field is one of ${[...TYPES].join(", ")}, with \`?\` where it may be missing, or a JSON Schema.`);
  return { type: word };
}

function missing(kind: "tool" | "scorer", name: string, known: readonly string[]): never {
  throw new RetortError({
    code: `unknown_${kind}`,
    message: `There is no ${kind} \`${name}\`.`,
    hint: known.length === 0 ? `Define it in a %%js cell: ${kind === "tool" ? `tool("${name}", { … }, fn)` : `scorer("${name}", ({ answer }) => …)`}.` : `Known: ${known.join(", ")}.`,
    status: 400,
  });
}

function wrong(message: string): Error {
  return new TypeError(message);
}
