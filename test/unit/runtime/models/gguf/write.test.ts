import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeEntry } from "../../../../../runtime/models/gguf/encode.ts";
import { readGguf } from "../../../../../runtime/models/gguf/read.ts";
import { tensorType } from "../../../../../runtime/models/gguf/tensor-types.ts";
import { writeGguf } from "../../../../../runtime/models/gguf/write.ts";
import type { ModelSource } from "../../../../../runtime/models/gguf/write.ts";
import { writeTinyGguf } from "../../../../helpers/tiny-gguf.ts";

describe("gguf/write", () => {
  let folder: string;
  let tiny: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-write-"));
    tiny = await writeTinyGguf(join(folder, "tiny.gguf"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes again, byte for byte, what was read", async () => {
    const path = join(folder, "copy.gguf");
    const written = await writeGguf(path, await asSource(tiny));
    const bytes = await readFile(path);
    assert.deepEqual(bytes, await readFile(tiny));
    assert.equal(written.bytes, bytes.length);
    assert.equal(written.sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual((await readdir(folder)).sort(), ["copy.gguf", "tiny.gguf"]);
  });

  it("keeps the earlier file and leaves no part when the data fails", async () => {
    const path = join(folder, "copy.gguf");
    await writeFile(path, "earlier");
    const source = await asSource(tiny);
    const broken = { ...source.tensors[3]!, data: (): Iterable<Uint8Array> => { throw new Error("no more weights"); } };
    await assert.rejects(writeGguf(path, { ...source, tensors: source.tensors.with(3, broken) }), /no more weights/);
    assert.equal(await readFile(path, "utf8"), "earlier");
    assert.deepEqual((await readdir(folder)).sort(), ["copy.gguf", "tiny.gguf"]);
  });

  it("refuses a tensor that gives too few bytes", async () => {
    const source = await asSource(tiny);
    const short = { ...source.tensors[3]!, data: () => [new Uint8Array(4)] };
    await assert.rejects(writeGguf(join(folder, "copy.gguf"), { ...source, tensors: source.tensors.with(3, short) }), /4 bytes in place of/);
  });
});

async function asSource(path: string): Promise<ModelSource> {
  const { metadata, tensors, alignment } = await readGguf(path);
  const bytes = await readFile(path);
  return {
    alignment,
    entries: [...metadata].map(([key, value]) => encodeEntry(key, value)),
    tensors: tensors.map(({ name, type, dims, offset, bytes: length }) => ({ name, type: tensorType(type)!, dims, data: () => [bytes.subarray(offset, offset + length)] })),
  };
}
