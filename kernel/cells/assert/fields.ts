import type { YamlPath } from "../yaml-place.ts";
import { didYouMean, nearest } from "../../../runtime/nearest.ts";
import type { ArgumentProblem, Bounds } from "./assertion.ts";

/** Thrown within a reader and caught by `reading`: an argument has many places that can be wrong. */
export class WrongArgument extends Error {
  readonly problem: ArgumentProblem;

  constructor(code: string, message: string, path: YamlPath = [], replacement?: string) {
    super(message);
    this.problem = { ok: false, code, message, path, ...(code === "unknown_key" ? { part: "key" as const } : {}), ...(replacement === undefined ? {} : { replacement }) };
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** Longest text in an assertion. */
const MAX_TEXT = 100_000;

export function isMapping(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text with a template in it has its type only when the template is filled in. */
export function isTemplate(value: unknown): boolean {
  return typeof value === "string" && (value.includes("{{") || value.includes("{%"));
}

/** The mapping itself, all of whose keys are among `known`. */
export function fields(owner: string, value: Fields, known: readonly string[]): Fields {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other === undefined) return value;
  const suggestion = nearest(other, known);
  throw new WrongArgument("unknown_key", `\`${owner}\` has no key \`${other.slice(0, 40)}\`; it takes ${known.map((key) => `\`${key}\``).join(", ")}.${didYouMean(suggestion)}`, [other], suggestion);
}

/** Text, or a number or switch written as one. */
export function text(owner: string, value: unknown, path: YamlPath = []): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") throw new WrongArgument("wrong_type", `\`${owner}\` is a text, not ${described(value)}.`, path);
  if (value.length > MAX_TEXT) throw new WrongArgument("out_of_range", `\`${owner}\` may have ${MAX_TEXT} characters, not ${value.length}.`, path);
  return value;
}

export function filledText(owner: string, value: unknown, path: YamlPath = []): string {
  const read = text(owner, value, path);
  if (read.trim() === "") throw new WrongArgument("out_of_range", `\`${owner}\` is empty.`, path);
  return read;
}

/** A finite number, also as the text of one: a template gives text. NaN for a template not filled in yet. */
export function number(owner: string, value: unknown, path: YamlPath = []): number {
  if (isTemplate(value)) return Number.NaN;
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof read !== "number" || !Number.isFinite(read)) throw new WrongArgument("wrong_type", `\`${owner}\` is a number, not ${described(value)}.`, path);
  return read;
}

export function flag(owner: string, value: unknown, path: YamlPath = []): boolean {
  if (value === undefined || value === false || value === "off" || value === "no") return false;
  if (value === true || value === "on" || value === "yes") return true;
  throw new WrongArgument("wrong_type", `\`${owner}\` is \`on\` or \`off\`, not ${described(value)}.`, path);
}

const BOUND_KEYS = ["at_least", "at_most", "above", "below", "equals", "tolerance"] as const;

/** `16`, or `{ at_least: 10, at_most: 20 }`; other keys of the mapping are `allowed`. */
export function bounds(owner: string, value: unknown, allowed: readonly string[] = []): Bounds {
  if (!isMapping(value)) return { equals: number(owner, value) };
  const given = fields(owner, value, [...BOUND_KEYS, ...allowed]);
  const read: Bounds = Object.fromEntries(BOUND_KEYS.filter((key) => given[key] !== undefined).map((key) => [key, number(key, given[key], [key])]));
  const { at_least: low = read.above, at_most: high = read.below, tolerance } = read;
  if (low !== undefined && high !== undefined && low > high) throw new WrongArgument("conflict", `\`${owner}\` cannot be at least ${low} and at most ${high}.`);
  if (tolerance !== undefined && (read.equals === undefined || tolerance < 0)) throw new WrongArgument("conflict", "`tolerance` is 0 or more and stands beside `equals`.", ["tolerance"]);
  return read;
}

export function someBounds(owner: string, value: unknown, allowed: readonly string[] = []): Bounds {
  const read = bounds(owner, value, allowed);
  if (Object.keys(read).length === 0) throw new WrongArgument("wrong_type", `\`${owner}\` needs a limit, such as \`at_least\` or \`at_most\`.`);
  return read;
}

export function described(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? `the text \`${value.slice(0, 40)}\`` : String(value);
}
