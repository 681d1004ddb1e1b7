import assert from "node:assert/strict";
import type { IOutput } from "@jupyterlab/nbformat";
import { OutputLimit } from "../../../../extension/notebook/output-limit.ts";

const stream = (text: string): IOutput => ({ output_type: "stream", name: "stdout", text });
const display = (text: string): IOutput => ({ output_type: "display_data", data: { "text/plain": text }, metadata: {} });

describe("output limit", () => {
  it("51: cuts a stream where it is full, tells it once and drops the rest", () => {
    const limit = new OutputLimit("CUT", 10);
    assert.deepEqual(limit.pass({ type: "append", index: 0, output: stream("12345") }), { type: "append", index: 0, output: stream("12345") });
    assert.deepEqual(limit.pass({ type: "text", index: 0, name: "stdout", text: "6789012" }), { type: "text", index: 0, name: "stdout", text: "67890\nCUT\n" });
    assert.equal(limit.pass({ type: "text", index: 0, name: "stdout", text: "x" }), undefined);
    assert.equal(limit.pass({ type: "append", index: 1, output: display("x") }), undefined);
  });

  it("51: puts a note in place of a display or a first text that is too large", () => {
    assert.deepEqual(new OutputLimit("CUT", 3).pass({ type: "append", index: 0, output: display("1234") }), { type: "append", index: 0, output: { output_type: "stream", name: "stderr", text: "\nCUT\n" } });
    assert.deepEqual(new OutputLimit("CUT", 3).pass({ type: "append", index: 0, output: stream("1234") }), { type: "append", index: 0, output: stream("123\nCUT\n") });
  });

  it("always passes errors, and begins anew after a clearing", () => {
    const limit = new OutputLimit("CUT", 1);
    limit.pass({ type: "append", index: 0, output: stream("1234") });
    const error = { type: "append" as const, index: 1, output: { output_type: "error" as const, ename: "E", evalue: "long enough", traceback: [] } };
    assert.equal(limit.pass(error), error);
    assert.deepEqual(limit.pass({ type: "clear" }), { type: "clear" });
    const small = { type: "append" as const, index: 0, output: stream("1") };
    assert.equal(limit.pass(small), small);
  });

  it("does not count the updates of one display, but refuses one that is too large alone", () => {
    const limit = new OutputLimit("CUT", 5);
    for (let i = 0; i < 9; i++) assert.ok(limit.pass({ type: "replace", index: 0, output: display("12345"), displayId: "p" }));
    assert.equal(limit.pass({ type: "replace", index: 0, output: display("123456"), displayId: "p" }), undefined);
  });
});
