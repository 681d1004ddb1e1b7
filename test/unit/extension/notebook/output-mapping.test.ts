import assert from "node:assert/strict";
import type { IOutput } from "@jupyterlab/nbformat";
import fc from "fast-check";
import { outputData, RUNS_MIME, streamItem } from "../../../../extension/notebook/output-mapping.ts";

const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);
const display = (data: Record<string, unknown>, more: object = {}): IOutput => ({ output_type: "display_data", data, metadata: {}, ...more }) as IOutput;

describe("output mapping", () => {
  it("gives streams the editor's own types", () => {
    const { items, metadata } = outputData({ output_type: "stream", name: "stderr", text: ["a\n", "b"] });
    assert.deepEqual(items.map(({ mime, data }) => [mime, text(data)]), [["application/vnd.code.notebook.stderr", "a\nb"]]);
    assert.deepEqual(metadata, { outputType: "stream" });
    assert.equal(streamItem("stdout", "x").mime, "application/vnd.code.notebook.stdout");
  });

  it("keeps an error whole: what is shown, and what goes back into the file", () => {
    const error: IOutput = { output_type: "error", ename: "TypeError", evalue: "no", traceback: ["TypeError: no", "\u001b[31mat x\u001b[0m"] };
    const { items, metadata } = outputData(error);
    assert.deepEqual(JSON.parse(text(items[0]?.data)), { name: "TypeError", message: "no", stack: "TypeError: no\n\u001b[31mat x\u001b[0m" });
    assert.deepEqual(metadata, { outputType: "error", originalError: error });
  });

  it("turns images into bytes, except those that are text", () => {
    const { items } = outputData(display({ "image/png": "iVBORw0K\nGgo=\n", "image/svg+xml": ["<svg>", "</svg>"] }));
    const of = (mime: string): Uint8Array | undefined => items.find((item) => item.mime === mime)?.data;
    assert.deepEqual([...(of("image/png") ?? [])], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    assert.equal(text(of("image/svg+xml")), "<svg></svg>");
  });

  const shapes: Array<[unknown, string]> = [[{ a: 1 }, '{"a":1}'], [["a", "b"], '["a","b"]'], ["word", '"word"'], [null, "null"], [0, "0"]];
  for (const [value, expected] of shapes) {
    it(`writes the JSON value ${expected} as its text`, () => {
      assert.equal(text(outputData(display({ "application/json": value })).items[0]?.data), expected);
    });
  }

  it("keeps number, metadata and display id where the serializer looks for them", () => {
    const result = { output_type: "execute_result", execution_count: 3, data: { "text/plain": "1" }, metadata: { retort: { run: "x" } } } as IOutput;
    assert.deepEqual(outputData(result, "d1").metadata, { outputType: "execute_result", executionCount: 3, metadata: { retort: { run: "x" } }, transient: { display_id: "d1" } });
    assert.deepEqual(outputData(display({})).metadata, { outputType: "display_data", metadata: {} });
  });

  it("52: puts the richest form first, plain text late, raw samples last", () => {
    const { items } = outputData(display({ [RUNS_MIME]: {}, "text/plain": "t", "application/x-strange": "s", "text/html": "<b>", "application/vnd.vega.v5+json": {} }));
    assert.deepEqual(items.map(({ mime }) => mime), ["application/vnd.vega.v5+json", RUNS_MIME, "text/html", "text/plain", "application/x-strange"]);
  });

  it("74: takes any bundle", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      const { items } = outputData(display(data));
      assert.equal(items.length, Object.keys(data).length);
    }));
  });
});
