import { type ErrorFields, RetortError } from "../../runtime/errors.ts";
import { lastBoxed } from "../../runtime/models/boxed.ts";
import type { OutputFormat } from "../cells/output.ts";
import { compileSchema } from "../cells/schema.ts";

/** What can be read from an answer's text. */
export interface AnswerReading {
  boxed: string | null;
  /** Null where no JSON was asked for, and where it is not valid. */
  json: unknown;
  invalid: ErrorFields | null;
}

export type AnswerReader = (answer: string) => AnswerReading;

/** A reader for answers of one format. Throws `bad_schema` for a schema that does not compile, before any model is asked. */
export function answerReader(format: OutputFormat | undefined): AnswerReader {
  if (format === undefined) return (answer) => ({ boxed: lastBoxed(answer), json: null, invalid: null });
  const check = format.type === "json_schema" ? schemaCheck(format.schema) : () => null;
  return (answer) => {
    const boxed = lastBoxed(answer);
    const json = parseJson(answer);
    if (json === undefined) return { boxed, json: null, invalid: notJson(answer) };
    const invalid = check(json);
    return { boxed, json: invalid === null ? json : null, invalid };
  };
}

function schemaCheck(schema: Record<string, unknown>): (json: unknown) => ErrorFields | null {
  const compiled = compileSchema(schema);
  if (!compiled.ok) {
    throw new RetortError({
      code: "bad_schema",
      message: `The schema under \`output:\` cannot be used: ${compiled.message}.`,
      hint: "Check it against JSON Schema 2020-12; references to other files are not followed.",
      status: 400,
      param: "output.schema",
    });
  }
  return (json) => {
    const mismatch = compiled.check(json);
    if (mismatch === null) return null;
    return {
      code: "answer_schema_mismatch",
      message: `The answer is JSON but not what the schema asks for: ${mismatch}.`,
      hint: "Ask for the format in the prompt too, or lower the temperature.",
    };
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function notJson(answer: string): ErrorFields {
  const seen = answer.trim() === "" ? "empty" : `\`${answer.trim().slice(0, 40)}…\``;
  return {
    code: "answer_not_json",
    message: `The answer is not JSON: ${seen}.`,
    hint: "An answer that was cut off is not valid JSON either: raise `max_tokens`.",
  };
}
