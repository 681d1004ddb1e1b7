import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";

/** Characters of JSON that a schema in a cell may have. */
export const SCHEMA_LIMIT = 64 * 1024;

export type CompiledSchema =
  | { ok: true; /** Null: the value fits. Else what does not, in words. */ check(value: unknown): string | null }
  | { ok: false; message: string };

/** Compiles a JSON Schema (2020-12 or draft-07) so that a misspelt keyword is an error. Loads nothing: a remote `$ref` is an error. */
export function compileSchema(schema: Record<string, unknown>): CompiledSchema {
  const size = JSON.stringify(schema).length;
  if (size > SCHEMA_LIMIT) return { ok: false, message: `it has ${size} characters, the limit is ${SCHEMA_LIMIT}` };
  // The dialect is fixed; `$schema` would only send the library looking for another one.
  const { $schema: _, ...rest } = schema;
  try {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, strictRequired: false, allErrors: true, logger: false });
    ajvFormats.default(ajv);
    ajv.addVocabulary(["example"]);
    const validate = ajv.compile(rest);
    return { ok: true, check: (value) => (validate(value) === true ? null : ajv.errorsText(validate.errors, { dataVar: "answer" })) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
