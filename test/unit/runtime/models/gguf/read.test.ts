import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cancelled } from "../../../../../runtime/errors.ts";
import { readGguf } from "../../../../../runtime/models/gguf/read.ts";
import { encodeTiny, setEntry, splitTinyGguf, tinyGguf, writeTinyGguf } from "../../../../helpers/tiny-gguf.ts";

describe("gguf/read", () => {
  let folder: string;
  before(async () => { folder = await mkdtemp(join(tmpdir(), "retort-read-")); });
  after(() => rm(folder, { recursive: true }));

  it("reads metadata, tensors and offsets of a good file", async () => {
    const path = await writeTinyGguf(join(folder, "tiny.gguf"));
    const file = await readGguf(path);
    assert.equal(file.version, 3);
    assert.equal(file.size, encodeTiny(tinyGguf()).length);
    assert.deepEqual(file.parts, [path]);
    assert.deepEqual(file.metadata.get("llama.block_count"), { type: "uint32", data: 1 });
    assert.deepEqual(file.metadata.get("tokenizer.ggml.merges"), { type: "array", data: { of: "string", items: ["h e", "l l"] } });
    const [first, second] = file.tensors;
    assert.deepEqual(first, { name: "token_embd.weight", type: 1, typeName: "F16", dims: [32, 259], offset: file.dataOffset, bytes: 32 * 259 * 2, path });
    assert.equal(second?.offset, file.dataOffset + 32 * 259 * 2);
    assert.equal(file.dataOffset % file.alignment, 0);
  });

  it("keeps every type of value, 64-bit ones as bigint", async () => {
    const path = await writeTinyGguf(join(folder, "types.gguf"), (tiny) => {
      setEntry(tiny, "a", "uint64", 2n ** 64n - 1n);
      setEntry(tiny, "b", "int64", -(2n ** 63n));
      setEntry(tiny, "c", "int8", -1);
      setEntry(tiny, "d", "int16", -2);
      setEntry(tiny, "e", "int32", -3);
      setEntry(tiny, "f", "float64", 0.1);
      setEntry(tiny, "g", "bool", true);
      setEntry(tiny, "h", "array", { of: "array", items: [{ of: "uint16", items: [1, 65535] }] });
      setEntry(tiny, "i", "uint8", 255);
    });
    const { metadata } = await readGguf(path);
    const data = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((key) => metadata.get(key)?.data);
    assert.deepEqual(data, [2n ** 64n - 1n, -(2n ** 63n), -1, -2, -3, 0.1, true, { of: "array", items: [{ of: "uint16", items: [1, 65535] }] }, 255]);
  });

  it("says where each entry stands", async () => {
    const tiny = tinyGguf();
    const bytes = encodeTiny(tiny);
    const path = join(folder, "ranges.gguf");
    await writeFile(path, bytes);
    const { ranges } = await readGguf(path);
    for (const [key, { start, end }] of ranges) assert.deepEqual(bytes.subarray(start, end), Buffer.from(tiny.entries.get(key)!), key);
  });

  it("honours another alignment", async () => {
    const path = await writeTinyGguf(join(folder, "aligned.gguf"), (tiny) => {
      setEntry(tiny, "general.alignment", "uint32", 64);
      tiny.alignment = 64;
    });
    assert.equal((await readGguf(path)).dataOffset % 64, 0);
  });

  it("reads a file cut off behind its head only when told so", async () => {
    const path = await writeTinyGguf(join(folder, "cut.gguf"));
    const { dataOffset } = await readGguf(path);
    await truncate(path, dataOffset);
    await assert.rejects(readGguf(path), { code: "gguf_truncated", message: /cut\.gguf/ });
    assert.equal((await readGguf(path, undefined, { headerOnly: true })).tensors.length, 11);
  });

  it("stops when it is cancelled", async () => {
    const path = await writeTinyGguf(join(folder, "cancelled.gguf"));
    await assert.rejects(readGguf(path, AbortSignal.abort()), { code: cancelled().code });
  });

  describe("split models", () => {
    const partPath = (number: number): string => join(folder, `split-0000${number}-of-00002.gguf`);
    beforeEach(async () => {
      const [first, second] = splitTinyGguf();
      await writeFile(partPath(1), encodeTiny(first));
      await writeFile(partPath(2), encodeTiny(second));
    });

    it("joins the tensors of all parts", async () => {
      const file = await readGguf(partPath(1));
      assert.deepEqual(file.parts, [partPath(1), partPath(2)]);
      assert.equal(file.tensors.length, 11);
      assert.equal(file.tensors[0]?.path, partPath(1));
      assert.equal(file.tensors[10]?.path, partPath(2));
    });

    it("fault 31: names the part that is missing", async () => {
      await rm(partPath(2));
      await assert.rejects(readGguf(partPath(1)), { code: "gguf_split_missing", message: /split-00002-of-00002\.gguf/ });
    });

    it("fault 31: refuses a further part in place of the first", async () => {
      await assert.rejects(readGguf(partPath(2)), { code: "gguf_split" });
    });

    it("fault 31: refuses parts that do not belong together", async () => {
      await writeFile(partPath(2), encodeTiny(splitTinyGguf()[0]));
      await assert.rejects(readGguf(partPath(1)), { code: "gguf_split", message: /Part 2 of 2 says/ });
    });

    it("fault 31: refuses a tensor that stands in two parts", async () => {
      const [, second] = splitTinyGguf();
      second.tensors[0]!.name = "token_embd.weight";
      await writeFile(partPath(2), encodeTiny(second));
      await assert.rejects(readGguf(partPath(1)), { code: "gguf_tensor_name" });
    });
  });
});
