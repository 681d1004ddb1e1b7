import assert from "node:assert/strict";
import { savedResult, type SavedOutput } from "../../../../extension/language/saved-result.ts";

const record = { retort: { format: 1, name: "a", partial: false } };

function output(data: Record<string, unknown>, metadata?: Record<string, unknown>): SavedOutput {
  return { metadata, data: (mime) => data[mime] };
}

describe("savedResult", () => {
  it("reads a single answer, also one in lines", () => {
    assert.equal(savedResult([output({ "text/plain": "16" }, record)])?.["answer"], "16");
    const result = savedResult([output({ "text/plain": "timing" }), output({ "text/plain": ["a\n", "b"], "application/json": { age: 36 } }, record)]);
    assert.equal(result?.["answer"], "a\nb");
    assert.deepEqual(result["json"], { age: 36 });
    assert.ok("stats" in result && result["stats"] === undefined);
  });

  it("reads repeated runs, the first good one before the others", () => {
    const rows = [{ status: "failed", answer: "" }, { status: "ok", answer: "yes", thinking: "hm", boxed: null, json: null }];
    const result = savedResult([output({ "application/vnd.retort.runs+json": { rows }, "text/plain": "a table" }, record)]);
    assert.equal(result?.["answer"], "yes");
    assert.deepEqual(result["runs"], rows);
  });

  for (const [what, outputs] of [
    ["no outputs", []],
    ["outputs of another kernel", [output({ "text/plain": "1" }, { retort: "no" })]],
    ["a later format", [output({ "text/plain": "1" }, { retort: { format: 2 } })]],
  ] as Array<[string, SavedOutput[]]>) {
    it(`knows nothing from ${what}`, () => assert.equal(savedResult(outputs), undefined));
  }

  it("survives samples of any kind", () => {
    for (const samples of [null, 3, "x", [], {}, { rows: 3 }, { rows: [1, null] }]) assert.equal(savedResult([output({ "application/vnd.retort.runs+json": samples, "text/plain": "16" }, record)])?.["answer"], "16");
  });
});
