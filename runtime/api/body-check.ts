import { Ajv, type ErrorObject } from "ajv";
import type { Static, TSchema } from "typebox";

import { RetortError } from "../errors.ts";
import { printable } from "../inference/printable.ts";
import { nearest } from "../nearest.ts";

const ajv = new Ajv({ coerceTypes: false, discriminator: false, strict: true, allowUnionTypes: true, verbose: true });

/** Fields that would let a request run code of its own, or fetch something: never, whatever they hold. */
const FORBIDDEN: Record<string, string> = {
  chat_template: "Chat templates come from the model's file only.",
  chat_template_kwargs: "Chat templates come from the model's file only.",
  template: "Chat templates come from the model's file only.",
  grammar: "Give a `response_format` with a JSON schema instead.",
  grammar_file: "Give a `response_format` with a JSON schema instead.",
  image_url: "This server reads no files and no URLs.",
  file_url: "This server reads no files and no URLs.",
  file: "This server reads no files and no URLs.",
  path: "This server reads no files and no URLs.",
  url: "This server reads no files and no URLs.",
  previous_response_id: "Nothing is kept between requests: send the whole conversation as `input`.",
  conversation: "Nothing is kept between requests: send the whole conversation as `input`.",
};

/** A function that returns the body when it fits the schema, and throws `invalid_request` naming the field otherwise. */
export function bodyCheck<S extends TSchema>(schema: S): (body: unknown) => Static<S> {
  const validate = ajv.compile(schema);
  const known = Object.keys((schema as { properties?: Record<string, unknown> }).properties ?? {});
  return (body) => {
    const clean = withoutNulls(body);
    if (validate(clean)) return clean as Static<S>;
    throw asError(validate.errors ?? [], known);
  };
}

/** OpenAI's clients send null for options that are not set. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** The error that says most: a wrong name before a wrong value; in a union the one that got furthest into the body. */
function asError(errors: readonly ErrorObject[], known: readonly string[]): RetortError {
  const unknown = errors.find(({ keyword, instancePath }) => keyword === "additionalProperties" && (instancePath === "" || !isUnion(errors)));
  if (unknown !== undefined) return unknownField(unknown, known);
  const furthest = [...errors].filter(({ keyword }) => keyword !== "anyOf").sort((a, b) => rank(b) - rank(a))[0] ?? errors[0];
  const field = furthest === undefined ? "" : fieldName(furthest);
  return new RetortError({
    code: "invalid_request",
    message: furthest === undefined ? "The request is not valid." : explain(furthest, field, errors),
    hint: "See the documentation of this route for the fields and their bounds.",
    status: 400,
    ...(field === "" ? {} : { param: field }),
  });
}

function isUnion(errors: readonly ErrorObject[]): boolean {
  return errors.some(({ keyword }) => keyword === "anyOf");
}

function rank({ instancePath, keyword }: ErrorObject): number {
  return instancePath.split("/").length * 4 + (keyword === "const" ? 0 : keyword === "type" ? 1 : 2);
}

function unknownField(error: ErrorObject, known: readonly string[]): RetortError {
  const name = String(error.params.additionalProperty);
  const field = [...path(error), name].join(".");
  const meant = nearest(name, known);
  const reason = Object.hasOwn(FORBIDDEN, name) ? FORBIDDEN[name] : undefined;
  return new RetortError({
    code: reason === undefined ? "unknown_field" : "field_refused",
    message: reason === undefined ? `The field '${printable(field)}' is not known.` : `The field '${printable(field)}' is refused.`,
    hint: reason ?? (meant === undefined ? "Leave it out." : `Did you mean '${meant}'?`),
    status: 400,
    param: printable(field),
  });
}

function explain(error: ErrorObject, field: string, all: readonly ErrorObject[]): string {
  const name = field === "" ? "The body" : `'${field}'`;
  if (error.keyword === "required") return `'${field}' is missing.`;
  if (error.keyword === "const") return `${name} must be one of ${allowed(error, all)}.`;
  if (error.keyword === "type") return `${name} must be ${typeNames(error, all)}, not ${typeOf(error.data)}.`;
  if (error.propertyName !== undefined || error.keyword === "propertyNames") return `${name} has a key that is not a token id.`;
  if (error.keyword === "pattern") return `${name} does not have the form ${String(error.params.pattern)}.`;
  return `${name} ${error.message ?? "is not valid"}${typeof error.data === "number" ? ` (it is ${error.data})` : ""}.`;
}

/** All constants that would have been right at the same place. */
function allowed(error: ErrorObject, all: readonly ErrorObject[]): string {
  const values = all.filter(({ keyword, instancePath }) => keyword === "const" && instancePath === error.instancePath)
    .map(({ params }) => JSON.stringify(params.allowedValue));
  return [...new Set(values)].join(", ");
}

function typeNames(error: ErrorObject, all: readonly ErrorObject[]): string {
  const names = all.filter(({ keyword, instancePath }) => keyword === "type" && instancePath === error.instancePath).map(({ params }) => String(params.type));
  return [...new Set(names)].join(" or ");
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function fieldName(error: ErrorObject): string {
  const missing: unknown = error.params.missingProperty;
  return printable([...path(error), ...(typeof missing === "string" ? [missing] : [])].join("."));
}

function path(error: ErrorObject): string[] {
  return error.instancePath.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
