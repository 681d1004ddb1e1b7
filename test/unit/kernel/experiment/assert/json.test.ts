import { table } from "./assert-helper.ts";

const ANSWER = '{"items": [{"price": 16}], "ok": true, "name": "Ada", "none": null}';

describe("json", () => table([
  [{ json: "valid" }, ANSWER, "pass"], [{ json: "valid" }, "{oops", "fail", /no valid JSON/], [{ json: true }, "```json\n{}\n```", "pass"], [{ json: "valid" }, "Here: {}", "fail"], [{ json: "valid" }, "", "fail"],
  [{ json: { path: "items[0].price" } }, ANSWER, "pass", /items\[0\]\.price is 16/], [{ json: { path: "$.items[0].price", equals: 16 } }, ANSWER, "pass"], [{ json: { path: "items[0].price", equals: "16" } }, ANSWER, "pass"], [{ json: { path: "items[0].price", equals: 17 } }, ANSWER, "fail"],
  [{ json: { path: "items[1].price" } }, ANSWER, "fail", /there is no items\[1\]/], [{ json: { path: "none", equals: null } }, ANSWER, "pass"], [{ json: { path: "ok", equals: true } }, ANSWER, "pass"], [{ json: { path: "name", at_least: 1 } }, ANSWER, "fail", /no number/],
  [{ json: { path: "items[0].price", at_least: 10, at_most: 20 } }, ANSWER, "pass"], [{ json: { path: "items", equals: [{ price: 16 }] } }, ANSWER, "pass"], [{ json: { equals: { a: 1 } } }, '{"a": 1}', "pass"], [{ json: { equals: { a: 1 } } }, '{"a": 1, "b": 2}', "fail"],
  [{ json: { path: "constructor" } }, "{}", "fail"], [{ json: { path: "__proto__" } }, "{}", "fail"],
]));
