import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertGguf } from "../../../../runtime/models/convert.ts";
import { fileError } from "../../../../runtime/models/file-error.ts";
import { quantName } from "../../../../runtime/models/gguf/facts.ts";
import { readGguf } from "../../../../runtime/models/gguf/read.ts";
import { tensorTypeNamed } from "../../../../runtime/models/gguf/tensor-types.ts";
import type { Progress } from "../../../../runtime/models/model.ts";
import { convertFile } from "../../../../runtime/models/quant/convert-file.ts";
import { f16 } from "../../../../runtime/models/quant/f16.ts";
import { q8_0 } from "../../../../runtime/models/quant/q8-0.ts";
import { encodeTiny, splitTinyGguf, tinyGguf, writeTinyGguf } from "../../../helpers/tiny-gguf.ts";

describe("models/convert", () => {
  let folder: string;
  let from: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-convert-"));
    from = await writeTinyGguf(join(folder, "from.gguf"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("makes a Q8_0 file: matrices packed, norms and metadata as they were", async () => {
    const to = join(folder, "to.gguf");
    const result = await convertGguf({ from, to, precision: "int8" });
    const [source, target] = [await readGguf(from), await readGguf(to)];
    const [sourceBytes, targetBytes] = [await readFile(from), await readFile(to)];
    assert.equal(quantName(target), "Q8_0");
    assert.deepEqual(target.metadata.get("general.quantization_version"), { type: "uint32", data: 2 });
    for (const [index, tensor] of target.tensors.entries()) {
      const before = source.tensors[index]!;
      const data = sourceBytes.subarray(before.offset, before.offset + before.bytes);
      const expected = before.typeName === "F32" ? data : repacked(data, before.bytes / 2);
      assert.deepEqual(targetBytes.subarray(tensor.offset, tensor.offset + tensor.bytes), Buffer.from(expected), tensor.name);
    }
    for (const [key, { start, end }] of source.ranges) {
      if (key === "general.file_type") continue;
      const range = target.ranges.get(key)!;
      assert.deepEqual(targetBytes.subarray(range.start, range.end), sourceBytes.subarray(start, end), key);
    }
    assert.equal(result.quant, "Q8_0");
    assert.equal(result.bytes, targetBytes.length);
    assert.equal(result.sha256, createHash("sha256").update(targetBytes).digest("hex"));
  });

  it("widens Q8_0 to F16 and leaves an F16 file's weights alone", async () => {
    const [int8, fp16, again] = ["int8.gguf", "fp16.gguf", "again.gguf"].map((name) => join(folder, name)) as [string, string, string];
    await convertGguf({ from, to: int8, precision: "int8" });
    await convertGguf({ from: int8, to: fp16, precision: "fp16" });
    assert.equal(quantName(await readGguf(fp16)), "F16");
    const same = await convertGguf({ from, to: again, precision: "fp16" });
    const file = await readGguf(again);
    assert.deepEqual((await readFile(again)).subarray(file.dataOffset), Buffer.from(tinyGguf().data));
    assert.equal(same.quant, "F16");
  });

  it("joins the parts of a split model", async () => {
    const part = (number: number): string => join(folder, `m-0000${number}-of-00002.gguf`);
    const [first, second] = splitTinyGguf();
    await writeFile(part(1), encodeTiny(first));
    await writeFile(part(2), encodeTiny(second));
    const [whole, joined] = [join(folder, "whole.gguf"), join(folder, "joined.gguf")];
    await convertGguf({ from, to: whole, precision: "int8" });
    await convertGguf({ from: part(1), to: joined, precision: "int8" });
    const [a, b] = [await readGguf(whole), await readGguf(joined)];
    assert.deepEqual((await readFile(joined)).subarray(b.dataOffset), (await readFile(whole)).subarray(a.dataOffset));
    assert.equal(b.metadata.has("split.count"), false);
  });

  it("reports progress up to the end", async () => {
    const seen: Progress[] = [];
    await convertGguf({ from, to: join(folder, "to.gguf"), precision: "int8", onProgress: (progress) => seen.push(progress) });
    const last = seen.at(-1);
    assert.equal(last?.unit, "bytes");
    assert.equal(last?.done, last?.total);
  });

  it("leaves nothing behind when it is cancelled, before and during the work", async () => {
    const to = join(folder, "to.gguf");
    await assert.rejects(convertGguf({ from, to, precision: "int8", signal: AbortSignal.abort() }), { code: "cancelled" });
    const controller = new AbortController();
    await assert.rejects(convertGguf({ from, to, precision: "int8", signal: controller.signal, onProgress: () => controller.abort() }), { code: "cancelled" });
    assert.deepEqual(await readdir(folder), ["from.gguf"]);
  });

  it("refuses a bad source and leaves an earlier file as it was", async () => {
    const to = join(folder, "to.gguf");
    await writeFile(to, "earlier");
    await writeFile(from, "GGUF");
    await assert.rejects(convertGguf({ from, to, precision: "int8" }), { code: "gguf_truncated" });
    assert.equal(await readFile(to, "utf8"), "earlier");
    assert.deepEqual((await readdir(folder)).sort(), ["from.gguf", "to.gguf"]);
  });

  it("refuses weights that are not finite, by the tensor's name", async () => {
    await writeTinyGguf(from, (tiny) => { tiny.data[1] = 0x7e; });
    await assert.rejects(convertGguf({ from, to: join(folder, "to.gguf"), precision: "int8" }), { code: "convert_not_finite", message: /token_embd\.weight/ });
  });

  it("refuses a type that it cannot unpack", async () => {
    await writeTinyGguf(from, (tiny) => {
      const tensor = tiny.tensors[0]!;
      // The same length in bytes as one of a type that Retort does not convert.
      Object.assign(tensor, { type: tensorTypeNamed("I16").id });
    });
    await assert.rejects(convertGguf({ from, to: join(folder, "to.gguf"), precision: "int8" }), { code: "convert_unsupported_type", message: /I16/ });
  });

  it("fault 42: a full disk is an error with a hint", async () => {
    const file = await readGguf(from);
    const write = (): unknown => convertFile(file, "/dev/full", "int8", () => undefined);
    assert.throws(write, (error) => {
      const { code, hint } = fileError(error, "/dev/full") as { code: string; hint: string };
      assert.equal(code, "disk_full");
      assert.ok(hint);
      return true;
    });
  });

  it("fault 42: a folder that cannot be written is an error and the source stays", async () => {
    const blocked = join(folder, "file-in-the-way");
    await writeFile(blocked, "");
    await assert.rejects(convertGguf({ from, to: join(blocked, "to.gguf"), precision: "int8" }));
    await mkdir(join(folder, "to.gguf"));
    await assert.rejects(convertGguf({ from, to: join(folder, "to.gguf"), precision: "int8" }));
    assert.deepEqual((await readdir(folder)).sort(), ["file-in-the-way", "from.gguf", "to.gguf"]);
  });
});

function repacked(halves: Buffer, count: number): Uint8Array {
  const values = new Float32Array(count);
  f16.dequantise(new Uint8Array(halves), values);
  const target = new Uint8Array((count / 32) * 34);
  q8_0.quantise(values, target);
  return target;
}
