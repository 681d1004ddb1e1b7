import { RetortError } from "../errors.ts";

/** Deeper than any request needs, and shallow enough for every walk over a body. */
const MAX_DEPTH = 64;
/** A lone half of a surrogate pair: no character, and no valid UTF-8 can be made of it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON value of a request's body. Refused with 400: an empty body, bytes that are not UTF-8, bad syntax, nesting
 * beyond 64 levels, keys that reach an object's prototype, NUL and lone surrogates in texts. Of a key that stands
 * twice in an object the last value counts, as in JSON.parse.
 */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw bad("invalid_json", "The body is empty.", "Send a JSON object.");
  const text = decode(bytes);
  checkDepth(text);
  const value = parse(text);
  checkValue(value);
  return value;
}

/** Refuses a compressed body before it is read: a few bytes of one can stand for gigabytes. */
export function checkCoding(coding: string | undefined): void {
  if (coding === undefined || coding.toLowerCase() === "identity") return;
  throw new RetortError({ code: "unsupported_encoding", message: "The body is compressed.", hint: "Send it without Content-Encoding.", status: 415 });
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw bad("invalid_utf8", "The body is not valid UTF-8.", "Encode the request as UTF-8.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser's message quotes the body, which may hold anything: only the place is passed on.
    const place = /position \d+/.exec(error instanceof Error ? error.message : "")?.[0];
    throw bad("invalid_json", `The body is not valid JSON${place === undefined ? "" : ` (at ${place})`}.`, "Check quotes, commas and brackets, and that the body is complete.");
  }
}

/** Counts open brackets before anything is built from them. */
function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") {
      if (++depth > MAX_DEPTH) throw bad("json_too_deep", `The body is nested deeper than ${MAX_DEPTH} levels.`, "Send a flatter body.");
    } else if (char === "}" || char === "]") depth--;
  }
}

function checkValue(value: unknown): void {
  if (typeof value === "string") return checkText(value);
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) return value.forEach(checkValue);
  for (const [key, item] of Object.entries(value)) {
    if (reachesPrototype(key, item)) throw bad("forbidden_key", `The body has the key '${key}', which is not allowed in any object.`, "Remove it.");
    checkText(key);
    checkValue(item);
  }
}

function reachesPrototype(key: string, item: unknown): boolean {
  return key === "__proto__" || (key === "constructor" && typeof item === "object" && item !== null && Object.hasOwn(item, "prototype"));
}

function checkText(text: string): void {
  if (text.includes("\u0000")) throw bad("invalid_text", "The body has a text with a NUL character.", "Remove the NUL characters.");
  if (LONE_SURROGATE.test(text)) throw bad("invalid_text", "The body has a text with half of a surrogate pair.", "Do not cut texts inside a character.");
}

function bad(code: string, message: string, hint: string): RetortError {
  return new RetortError({ code, message, hint, status: 400 });
}
