import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RetortError } from "../../../../../runtime/errors.ts";
import { MAX_ARRAY_ITEMS, MAX_CHAT_TEMPLATE_BYTES, MAX_TENSORS } from "../../../../../runtime/models/gguf/limits.ts";
import { readGguf } from "../../../../../runtime/models/gguf/read.ts";
import type { ReadOptions } from "../../../../../runtime/models/gguf/read.ts";
import { encodeTiny, setEntry, text, tinyGguf, u32, u64 } from "../../../../helpers/tiny-gguf.ts";
import type { TinyGguf, TinyTensor } from "../../../../helpers/tiny-gguf.ts";

const ARRAY = 9;
const UINT8 = 0;
const HUGE = 2n ** 62n;

/** A good file with one thing wrong, and the code it must be refused with. */
const badFiles: Array<[title: string, code: string, change: (tiny: TinyGguf) => void]> = [
  ["fault 21: wrong magic", "gguf_magic", (tiny) => { tiny.magic = "GGML"; }],
  ["fault 21: version 0", "gguf_version", (tiny) => { tiny.version = 0; }],
  ["fault 21: version 1", "gguf_version", (tiny) => { tiny.version = 1; }],
  ["fault 21: a future version", "gguf_version", (tiny) => { tiny.version = 4; }],
  ["fault 21: big-endian", "gguf_big_endian", (tiny) => { tiny.version = 0x03000000; }],
  ["fault 22: tensor count -1", "gguf_limit", (tiny) => { tiny.tensorCount = -1n; }],
  ["fault 22: tensor count 2^63", "gguf_limit", (tiny) => { tiny.tensorCount = 2n ** 63n; }],
  ["fault 22: more tensors than the file can hold", "gguf_truncated", (tiny) => { tiny.tensorCount = BigInt(MAX_TENSORS); }],
  ["fault 22: metadata count -1", "gguf_limit", (tiny) => { tiny.entryCount = -1n; }],
  ["fault 22: metadata count 2^63", "gguf_limit", (tiny) => { tiny.entryCount = 2n ** 63n; }],
  ["fault 23: key length beyond the file", "gguf_truncated", (tiny) => { putRaw(tiny, Buffer.concat([u64(60_000n), Buffer.from("key")])); }],
  ["fault 23: key length 2^62", "gguf_limit", (tiny) => { putRaw(tiny, u64(HUGE)); }],
  ["fault 23: empty key", "gguf_key", (tiny) => { putRaw(tiny, Buffer.concat([text(""), u32(UINT8), Buffer.of(1)])); }],
  ["fault 23: duplicate key", "gguf_key", (tiny) => { putRaw(tiny, tiny.entries.get("general.name")!); }],
  ["fault 23: key that is not UTF-8", "gguf_text", (tiny) => { putRaw(tiny, Buffer.concat([u64(2n), Buffer.of(0xff, 0xfe), u32(UINT8), Buffer.of(1)])); }],
  ["fault 23: key with a NUL", "gguf_text", (tiny) => { putRaw(tiny, Buffer.concat([text("a\0b"), u32(UINT8), Buffer.of(1)])); }],
  ["fault 23: unknown value type", "gguf_value_type", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(13), Buffer.of(1)])); }],
  ["fault 23: a boolean that is neither", "gguf_value_type", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(7), Buffer.of(2)])); }],
  ["fault 23: string where a number belongs", "gguf_value_type", (tiny) => { setEntry(tiny, "llama.block_count", "string", "one"); }],
  ["fault 23: number where a string belongs", "gguf_value_type", (tiny) => { setEntry(tiny, "general.architecture", "uint32", 1); }],
  ["fault 23: tokens that are not strings", "gguf_value_type", (tiny) => { setEntry(tiny, "tokenizer.ggml.tokens", "array", { of: "uint8", items: [1] }); }],
  ["fault 23: string length beyond the file", "gguf_truncated", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(8), u64(1_000_000n)])); }],
  ["fault 23: array count beyond the file", "gguf_truncated", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(ARRAY), u32(UINT8), u64(BigInt(MAX_ARRAY_ITEMS))])); }],
  ["fault 23: array count 2^62", "gguf_limit", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(ARRAY), u32(UINT8), u64(HUGE)])); }],
  ["fault 23: arrays 100 deep", "gguf_nesting", (tiny) => { putRaw(tiny, Buffer.concat([text("key"), u32(ARRAY), ...new Array<Buffer[]>(100).fill([u32(ARRAY), u64(1n)]).flat()])); }],
  ["fault 24: alignment 0", "gguf_alignment", (tiny) => { setEntry(tiny, "general.alignment", "uint32", 0); }],
  ["fault 24: alignment 13", "gguf_alignment", (tiny) => { setEntry(tiny, "general.alignment", "uint32", 13); }],
  ["fault 24: alignment 2^31", "gguf_alignment", (tiny) => { setEntry(tiny, "general.alignment", "uint32", 2 ** 31); }],
  ["fault 24: alignment of another type", "gguf_alignment", (tiny) => { setEntry(tiny, "general.alignment", "string", "32"); }],
  ["fault 25: tensor name of 64 bytes", "gguf_limit", changeTensor(2, { name: "x".repeat(64) })],
  ["fault 25: tensor without a name", "gguf_tensor_name", changeTensor(2, { name: "" })],
  ["fault 25: tensor name twice", "gguf_tensor_name", changeTensor(2, { name: "token_embd.weight" })],
  ["fault 25: no dimensions", "gguf_tensor_dims", changeTensor(2, { dims: [] })],
  ["fault 25: five dimensions", "gguf_tensor_dims", changeTensor(2, { dims: [2n, 2n, 2n, 2n, 2n] })],
  ["fault 25: zero dimension", "gguf_tensor_dims", changeTensor(2, { dims: [32n, 0n] })],
  ["fault 25: negative dimension", "gguf_tensor_dims", changeTensor(2, { dims: [32n, -1n] })],
  ["fault 25: element count that wraps to a small one", "gguf_tensor_dims", changeTensor(2, { dims: [2n ** 32n, 2n ** 32n, 32n] })],
  ["fault 25: unknown tensor type", "gguf_tensor_type", changeTensor(2, { type: 4 })],
  ["fault 25: tensor type 2^32 - 1", "gguf_tensor_type", changeTensor(2, { type: 2 ** 32 - 1 })],
  ["fault 25: row that is no whole number of blocks", "gguf_tensor_dims", changeTensor(2, { type: 8, dims: [33n, 4n] })],
  ["fault 26: tensor offset outside the file", "gguf_tensor_offset", changeTensor(2, { offset: 1_000_000n * 32n })],
  ["fault 26: tensor offset 2^64 - 32, whose sum wraps", "gguf_tensor_offset", changeTensor(2, { offset: 2n ** 64n - 32n })],
  ["fault 26: overlapping tensors", "gguf_tensor_overlap", changeTensor(2, { offset: 32n })],
  ["fault 26: offset that is not aligned", "gguf_tensor_offset", changeTensor(1, { offset: 33n })],
  ["fault 26: last tensor larger than the file", "gguf_truncated", changeTensor(10, { dims: [1_000_000n] })],
  ["fault 27: data cut off", "gguf_truncated", (tiny) => { tiny.data = tiny.data.subarray(0, tiny.data.length - 32); }],
  ["fault 29: no architecture", "gguf_architecture", (tiny) => { tiny.entries.delete("general.architecture"); }],
  ["fault 29: architecture that is no name", "gguf_architecture", (tiny) => { setEntry(tiny, "general.architecture", "string", "../llama"); }],
  ["fault 29: absurd layer count", "gguf_value", (tiny) => { setEntry(tiny, "llama.block_count", "uint32", 2 ** 31); }],
  ["fault 29: no context length", "gguf_value", (tiny) => { tiny.entries.delete("llama.context_length"); }],
  ["fault 29: heads for fewer layers than there are", "gguf_value", (tiny) => { setEntry(tiny, "llama.attention.head_count", "array", { of: "uint32", items: [] }); }],
  ["fault 29: missing tokenizer", "gguf_no_tokenizer", (tiny) => { tiny.entries.delete("tokenizer.ggml.model"); }],
  ["fault 29: missing vocabulary", "gguf_no_tokenizer", (tiny) => { tiny.entries.delete("tokenizer.ggml.tokens"); }],
  ["fault 29: vocabulary size differs from the tensor", "gguf_vocabulary", changeTensor(0, { dims: [56n, 148n] })],
  ["fault 29: fewer token types than tokens", "gguf_vocabulary", (tiny) => { setEntry(tiny, "tokenizer.ggml.token_type", "array", { of: "int32", items: [1] }); }],
  ["fault 29: fewer scores than tokens", "gguf_vocabulary", (tiny) => { setEntry(tiny, "tokenizer.ggml.scores", "array", { of: "float32", items: [1] }); }],
  ["fault 29: no weights", "gguf_no_weights", (tiny) => { tiny.tensors = []; }],
  ["fault 29: an adapter", "gguf_not_a_model", (tiny) => { setEntry(tiny, "general.type", "string", "adapter"); }],
  ["fault 30: chat template over the limit", "gguf_chat_template", (tiny) => { setEntry(tiny, "tokenizer.chat_template", "string", "x".repeat(MAX_CHAT_TEMPLATE_BYTES + 1)); }],
  ["fault 30: chat template that is a number", "gguf_value_type", (tiny) => { setEntry(tiny, "tokenizer.chat_template", "uint32", 1); }],
  ["fault 31: a part that is missing", "gguf_split", (tiny) => { setEntry(tiny, "split.count", "uint16", 2); setEntry(tiny, "split.no", "uint16", 0); }],
];

describe("gguf faults", () => {
  let folder: string;
  before(async () => { folder = await mkdtemp(join(tmpdir(), "retort-gguf-")); });
  after(() => rm(folder, { recursive: true }));

  for (const [title, code, change] of badFiles) {
    it(title, async () => {
      const tiny = tinyGguf();
      change(tiny);
      const path = join(folder, "bad.gguf");
      await writeFile(path, encodeTiny(tiny));
      await refused(path, code);
    });
  }

  it("fault 21: 0 bytes", async () => {
    const path = join(folder, "empty.gguf");
    await writeFile(path, "");
    await refused(path, "gguf_truncated");
  });

  it("fault 30: a file without a chat template is read", async () => {
    const path = join(folder, "plain.gguf");
    const tiny = tinyGguf();
    tiny.entries.delete("tokenizer.chat_template");
    await writeFile(path, encodeTiny(tiny));
    assert.equal((await readGguf(path)).metadata.has("tokenizer.chat_template"), false);
  });

  it("fault 32: a directory, a FIFO and a device are no files", async () => {
    const fifo = join(folder, "fifo.gguf");
    execFileSync("mkfifo", [fifo]);
    for (const path of [folder, fifo, "/dev/zero"]) await refused(path, "gguf_not_a_file");
  });

  it("fault 32: a missing file and a link in a circle", async () => {
    const circle = join(folder, "circle.gguf");
    await symlink(circle, circle);
    await refused(join(folder, "none.gguf"), "gguf_not_found");
    await refused(circle, "gguf_unreadable");
  });

  it("fault 32: a link that leaves the store", async () => {
    const store = join(folder, "store");
    await mkdir(store);
    const outside = join(folder, "outside.gguf");
    await writeFile(outside, encodeTiny(tinyGguf()));
    await symlink(outside, join(store, "link.gguf"));
    await refused(join(store, "link.gguf"), "gguf_outside_store", { within: store });
    assert.equal((await readGguf(join(store, "link.gguf"))).tensors.length, 11, "allowed where no folder is given");
  });
});

async function refused(path: string, code: string, options: ReadOptions = {}): Promise<void> {
  await assert.rejects(readGguf(path, undefined, options), (error) => {
    assert.ok(error instanceof RetortError, String(error));
    assert.equal(error.code, code, error.message);
    assert.equal(error.status, 422);
    assert.ok(error.hint);
    return true;
  });
}

/** Adds an entry that the encoder would not write. */
function putRaw(tiny: TinyGguf, entry: Uint8Array): void {
  tiny.entries.set("raw", entry);
}

function changeTensor(index: number, change: Partial<TinyTensor>): (tiny: TinyGguf) => void {
  return (tiny) => Object.assign(tiny.tensors[index]!, change);
}
