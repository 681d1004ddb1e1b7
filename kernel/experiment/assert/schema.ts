import type { Assertion } from "../../cells/assert/assertion.ts";
import { type CompiledSchema, compileSchema } from "../../cells/schema.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { RunRecord } from "../result.ts";
import type { Finding } from "./check.ts";
import type { CheckTools } from "./check-tools.ts";
import { jsonOf } from "./json.ts";
import { shorten } from "./shorten.ts";

/** Schemas that were compiled or read once. */
export type SchemaCache = Map<string, Promise<CompiledSchema>>;

/** Rejects with `bad_schema` and with what reading the file fails with. */
export async function checkSchema(assertion: Extract<Assertion, { kind: "schema" }>, run: RunRecord, tools: CheckTools, cache: SchemaCache): Promise<Finding> {
  const key = "file" in assertion ? assertion.file : JSON.stringify(assertion.schema);
  const compiling = cache.get(key) ?? compile(assertion, tools);
  cache.set(key, compiling);
  const compiled = await compiling;
  if (!compiled.ok) throw new RetortError({ code: "bad_schema", message: `The schema cannot be used: ${compiled.message}.`, status: 400 });
  const json = jsonOf(run);
  if (json === undefined) return { verdict: false, detail: `no valid JSON: ${shorten(run.answer)}` };
  const mismatch = compiled.check(json);
  return { verdict: mismatch === null, detail: mismatch === null ? "it fits" : shorten(mismatch, 200) };
}

async function compile(assertion: Extract<Assertion, { kind: "schema" }>, tools: CheckTools): Promise<CompiledSchema> {
  if (!("file" in assertion)) return compileSchema(assertion.schema);
  const text = await tools.readText(assertion.file);
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return compileSchema(schema as Record<string, unknown>);
    return { ok: false, message: `${assertion.file} holds no mapping` };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, message: `${assertion.file} is not JSON: ${error.message}` };
  }
}
