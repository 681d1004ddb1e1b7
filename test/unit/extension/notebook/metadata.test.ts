import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { cellTags, isOurs, kernelLabel, newNotebookMetadata, withOurKernel } from "../../../../extension/notebook/metadata.ts";
import { kernelInfo } from "../../../../kernel/session/kernel-info.ts";

const PYTHON = { metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" }, language_info: { name: "python" }, other: 1 }, nbformat: 4, nbformat_minor: 4 };

describe("notebook metadata", () => {
  it("of a new notebook is ours, and says of the language what the kernel says", () => {
    const metadata = newNotebookMetadata();
    assert.ok(isOurs(metadata));
    const { version: _version, ...language } = kernelInfo("1.0.0").language;
    assert.deepEqual((metadata["metadata"] as { language_info: unknown }).language_info, language);
    assert.deepEqual([metadata["nbformat"], metadata["nbformat_minor"]], [4, 5]);
  });

  it("of the quickstart is ours, with the same kernelspec", () => {
    const file = JSON.parse(readFileSync("notebooks/quickstart.ipynb", "utf8")) as { metadata: { kernelspec: unknown } };
    assert.ok(isOurs(file));
    assert.deepEqual(file.metadata.kernelspec, (newNotebookMetadata()["metadata"] as { kernelspec: unknown }).kernelspec);
  });

  it("of another kernel is recognised as such", () => {
    assert.equal(isOurs(PYTHON), false);
    assert.equal(kernelLabel(PYTHON), "Python 3");
    assert.equal(kernelLabel({ metadata: { language_info: { name: "julia" } } }), "julia");
    assert.equal(kernelLabel({}), undefined);
  });

  it("52: takes our kernel and keeps everything else", () => {
    const adopted = withOurKernel(PYTHON);
    assert.ok(isOurs(adopted));
    assert.equal((adopted["metadata"] as { other: number }).other, 1);
    assert.equal(adopted["nbformat_minor"], 4, "the format of an old file stays");
  });

  it("52: survives any metadata that a file may hold", () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom("metadata", "kernelspec", "cells"), fc.jsonValue()), (metadata) => {
      assert.equal(typeof isOurs(metadata), "boolean");
      assert.ok(isOurs(withOurKernel(metadata)));
      assert.ok(Array.isArray(cellTags(metadata)));
    }));
  });

  it("reads the tags of a cell", () => {
    assert.deepEqual(cellTags({ metadata: { tags: ["raises-exception", 3] } }), ["raises-exception"]);
    assert.deepEqual(cellTags({ id: "x" }), []);
  });
});
