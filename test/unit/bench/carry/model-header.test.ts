import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGguf } from "../../../../runtime/models/gguf/read.ts";
import { copyModelHeader } from "../../../bench/carry/model-header.ts";
import { prebuiltPackages } from "../../../bench/carry/backend.ts";
import { writeTinyGguf } from "../../../helpers/tiny-gguf.ts";

describe("what travels to a machine without network", () => {
  const folder = mkdtempSync(join(tmpdir(), "retort-carry-unit-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is the head of a model's file without its weights", async () => {
    const [whole, head] = [join(folder, "whole.gguf"), join(folder, "deep", "head")];
    await writeTinyGguf(whole);
    await copyModelHeader(whole, head);
    const options = { headerOnly: true };
    const [of, copied] = [await readGguf(whole, undefined, options), await readGguf(head, undefined, options)];
    assert.deepEqual([...copied.metadata], [...of.metadata]);
    assert.equal(statSync(head).size, of.dataOffset);
    assert.ok(statSync(head).size < statSync(whole).size);
  });

  it("is the library of the GPU with that of the CPU, which a lost GPU falls back to", () => {
    assert.deepEqual(prebuiltPackages("cuda", "linux-x64"), ["@node-llama-cpp/linux-x64", "@node-llama-cpp/linux-x64-cuda"]);
    assert.deepEqual(prebuiltPackages("cpu", "linux-x64"), ["@node-llama-cpp/linux-x64"]);
  });
});
