import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { packageRoot } from "../entry.ts";
import { RetortError } from "../errors.ts";
import type { ModelEntry } from "./model.ts";

const text = { type: "string", minLength: 1 };
const count = { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
/** Also the folder's name in the store, so nothing a file system could trip over. */
const modelId = { type: "string", pattern: "^[a-z0-9][a-z0-9._-]{0,63}$" };

const sourceSchema = {
  type: "object",
  additionalProperties: false,
  required: ["uri", "precision", "quant"],
  properties: {
    uri: { type: "string", pattern: "^(hf|pypi):.+\\.gguf$" },
    precision: { enum: ["fp16", "int8", "q4"] },
    quant: { type: "string", pattern: "^[A-Z0-9_]+$" },
    bytes: count,
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
  },
};

const shapeKeys = ["layers", "embedding", "feedForward", "heads", "kvHeads", "headLength", "vocabulary"];
const shapeSchema = { type: "object", additionalProperties: false, required: [...shapeKeys, "tied"], properties: { ...Object.fromEntries(shapeKeys.map((key) => [key, count])), tied: { type: "boolean" } } };

/** A plain file name: the file lies beside the catalogue. */
const adapterSchema = {
  type: "object",
  additionalProperties: false,
  required: ["file", "scale"],
  properties: { file: { type: "string", pattern: "^[a-z0-9][a-z0-9._-]{0,95}\\.gguf$" }, scale: { type: "number", minimum: -10, maximum: 10 } },
};

const catalogueSchema = {
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["id", "name", "description", "licence", "parameters", "context", "capabilities", "profile", "aliases", "sources"],
    properties: {
      id: modelId,
      name: text,
      description: text,
      licence: text,
      parameters: count,
      context: count,
      capabilities: { type: "array", minItems: 1, uniqueItems: true, items: { enum: ["chat", "reasoning", "fim", "tools", "embeddings"] } },
      profile: { enum: ["deepseek-r1", "qwen-coder", "plain-chat", "embedding"] },
      aliases: { type: "array", uniqueItems: true, items: modelId },
      sources: { type: "array", items: sourceSchema },
      shape: shapeSchema,
      base: modelId,
      adapter: adapterSchema,
    },
  },
};

const validate = new Ajv().compile<ModelEntry[]>(catalogueSchema);

/** A model with an adapter has its base's files, and so its sizes. */
function withBase(entry: ModelEntry, entries: readonly ModelEntry[]): ModelEntry {
  if (entry.base === undefined && entry.adapter === undefined) return entry;
  const base = entries.find(({ id }) => id === entry.base);
  if (base === undefined || base.base !== undefined) throw badCatalogue(`${entry.id} is based on ${entry.base ?? "nothing"}, which is no model with files of its own`);
  if (entry.adapter === undefined) throw badCatalogue(`${entry.id} has a base and no adapter`);
  return { ...entry, sources: base.sources, ...(base.shape === undefined ? {} : { shape: base.shape }) };
}

/** The catalogue that comes with Retort. Errors: `bad_catalogue`. */
export function loadCatalogue(path = join(packageRoot(), "runtime", "models", "catalogue.json")): ModelEntry[] {
  return parseCatalogue(readFileSync(path, "utf8"));
}

/** Checks the shape, and that no name stands for two models. */
export function parseCatalogue(json: string): ModelEntry[] {
  const entries: unknown = parse(json);
  if (!validate(entries)) {
    const first = validate.errors?.[0];
    throw badCatalogue(`${first?.instancePath || "the catalogue"} ${first?.message ?? "is not valid"}`);
  }
  const names = entries.flatMap((entry) => [entry.id, ...entry.aliases]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badCatalogue(`'${twice}' stands for two models`);
  const empty = entries.find(({ base, sources }) => (base === undefined) === (sources.length === 0));
  if (empty !== undefined) throw badCatalogue(`${empty.id} must have either sources or a base`);
  return entries.map((entry) => withBase(entry, entries));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw badCatalogue((error as Error).message);
  }
}

function badCatalogue(why: string): RetortError {
  return new RetortError({ code: "bad_catalogue", message: `The model catalogue cannot be used: ${why}.`, hint: "Install Retort again." });
}
