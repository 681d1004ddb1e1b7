import { compileSchema } from "../schema.ts";
import type { AssertionKind } from "./kind.ts";
import { kind } from "./kind.ts";
import { bounds, fields, filledText, isMapping, isTemplate, number, someBounds, text, WrongArgument } from "./fields.ts";

const JSON_BOUNDS = ["at_least", "at_most", "above", "below"];

/** Assertions on what an answer says. */
export const VALUE_KINDS: readonly AssertionKind[] = [
  kind("boxed", "a value in any notation, or `{ value, tolerance }`",
    "The last \\boxed{} of the answer means this value: `16`, `16.0`, `\\frac{32}{2}` and `x = 16` are the same, and so are sets in another order. Units are not converted.",
    "boxed: 16", (argument) => {
      if (!isMapping(argument)) return { kind: "boxed", value: filledText("boxed", argument), tolerance: 0 };
      const { value, tolerance = 0 } = fields("boxed", argument, ["value", "tolerance"]);
      const relative = number("tolerance", tolerance, ["tolerance"]);
      if (relative < 0 || relative >= 1) throw new WrongArgument("out_of_range", "`tolerance` is a share from 0 to 1, such as 0.01.", ["tolerance"]);
      return { kind: "boxed", value: filledText("boxed", value, ["value"]), tolerance: relative };
    }),
  kind("number", "a number, or limits: `at_least`, `at_most`, `above`, `below`, `equals` with `tolerance`",
    "The number that the answer states: that of the last \\boxed{}, else the last one in the text.", "number: { at_least: 15, at_most: 17 }",
    (argument) => ({ kind: "number", bounds: someBounds("number", argument) })),
  kind("json", "`valid`, or `{ path, equals }` or limits instead of `equals`",
    "The answer is valid JSON, and what stands at the path (`items[0].price`) is there, has this value or keeps these limits.", "json: { path: total.amount, equals: 16 }", readJson),
  kind("schema", "a JSON Schema as a mapping, or the path of a file with one, from the notebook's folder",
    "The answer is JSON that fits the schema.", "schema: ./answer.schema.json", (argument) => {
      if (!isMapping(argument)) return { kind: "schema", file: schemaFile(filledText("schema", argument)) };
      const compiled = compileSchema(argument);
      if (!compiled.ok) throw new WrongArgument("bad_schema", `The schema cannot be used: ${compiled.message}.`);
      return { kind: "schema", schema: argument };
    }),
];

function readJson(argument: unknown): ReturnType<typeof json> {
  if (argument === true || argument === "valid" || argument === "on") return json(null, {});
  if (!isMapping(argument)) throw new WrongArgument("wrong_type", "`json` is `valid`, or a mapping with a `path`.", [], "valid");
  const { path, equals, ...limits } = fields("json", argument, ["path", "equals", ...JSON_BOUNDS]);
  const hasEquals = Object.hasOwn(argument, "equals");
  if (hasEquals && Object.keys(limits).length > 0) throw new WrongArgument("conflict", "`json` takes `equals` or limits, not both.", ["equals"]);
  return { ...json(path === undefined ? null : jsonPath(path), bounds("json", limits)), ...(hasEquals ? { equals } : {}) };
}

function json(path: string | null, limits: ReturnType<typeof bounds>) {
  return { kind: "json" as const, path, bounds: limits };
}

function jsonPath(value: unknown): string {
  const path = text("path", value, ["path"]).replace(/^\$\.?/, "");
  if (!isTemplate(path) && !/^(?:[\p{L}_$][\p{L}\p{N}_$-]*|\[\d{1,6}\])(?:\.[\p{L}_$][\p{L}\p{N}_$-]*|\.\d{1,6}|\[\d{1,6}\])*$|^$/u.test(path)) {
    throw new WrongArgument("bad_value", `\`${path.slice(0, 60)}\` is no path; one looks like \`items[0].price\`.`, ["path"]);
  }
  return path;
}

function schemaFile(path: string): string {
  if (!isTemplate(path) && !/\.json$/i.test(path)) throw new WrongArgument("unknown_format", `\`schema\` is a mapping or the path of a .json file, not \`${path.slice(0, 60)}\`.`);
  if (path.includes("\0")) throw new WrongArgument("bad_value", "`schema` is not a path that a file can have.");
  return path;
}
