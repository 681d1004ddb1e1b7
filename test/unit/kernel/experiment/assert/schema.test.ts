import { RetortError } from "../../../../../runtime/errors.ts";
import { table } from "./assert-helper.ts";

const SCHEMA = { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 1 } } };
const FILES: Readonly<Record<string, string>> = { "./good.json": JSON.stringify(SCHEMA), "./text.json": "no", "./list.json": "[]", "./bad.json": '{"type": "nosuch"}' };
const readText = async (path: string): Promise<string> => {
  const text = FILES[path];
  if (text === undefined) throw new RetortError({ code: "file_not_found", message: `There is no file ${path}.` });
  return text;
};

describe("schema", () => table([
  [{ schema: SCHEMA }, '{"n": 1}', "pass"], [{ schema: SCHEMA }, '{"n": 0}', "fail", /must be >= 1/], [{ schema: SCHEMA }, "{}", "fail", /required property 'n'/], [{ schema: SCHEMA }, "no", "fail", /no valid JSON/],
  [{ schema: "./good.json" }, '{"n": 1}', "pass"], [{ schema: "./good.json" }, '{"n": "1"}', "fail"], [{ schema: "./nosuch.json" }, "{}", "none", /file_not_found/], [{ schema: "./text.json" }, "{}", "none", /is not JSON/],
  [{ schema: "./list.json" }, "{}", "none", /holds no mapping/], [{ schema: "./bad.json" }, "{}", "none", /bad_schema/],
], { readText }));
