import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RetortError } from "../../../../../runtime/errors.ts";
import { checkFit } from "../../../../../runtime/models/adapters/check-adapter.ts";
import { checkUnchanged } from "../../../../../runtime/models/adapters/check-unchanged.ts";
import { namedAdapters } from "../../../../../runtime/models/adapters/named-adapters.ts";
import { openAdapter } from "../../../../../runtime/models/adapters/open-adapter.ts";
import type { GgufFile } from "../../../../../runtime/models/gguf/gguf.ts";
import { readGguf } from "../../../../../runtime/models/gguf/read.ts";
import { tensorTypeNamed } from "../../../../../runtime/models/gguf/tensor-types.ts";
import type { TensorSource } from "../../../../../runtime/models/gguf/write.ts";
import { floatTensor, type LoraShape, writeLora } from "../../../../helpers/lora-gguf.ts";
import { seeded, writeTinyGguf } from "../../../../helpers/tiny-gguf.ts";

describe("LoRA files", () => {
  let folder: string;
  let base: string;
  let model: GgufFile;
  let count = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-adapters-"));
    base = await writeTinyGguf(join(folder, "base.gguf"));
    model = await readGguf(base);
  });
  after(() => rm(folder, { recursive: true }));

  const make = (over: Partial<LoraShape> = {}): Promise<string> => writeLora(join(folder, `${count++}.gguf`), base, over);
  const check = async (over: Partial<LoraShape>): Promise<void> => {
    const adapter = await openAdapter({ name: "tone", path: await make(over) });
    checkFit("tone", adapter.header, model);
  };
  const zero = (): number => 0;
  const put = (name: string, dims: number[]) => (tensors: TensorSource[]): void => void tensors.push(floatTensor(name, dims, zero));

  it("reads a good one: its hash, and the markers that it was trained with", async () => {
    await check({});
    const plain = await openAdapter({ name: "tone", path: await make() });
    assert.match(plain.sha256, /^[0-9a-f]{64}$/);
    assert.equal(plain.fim, null);
    const filling = await openAdapter({ name: "fim", path: await make({ entries: { "fim.tokens": ["array", { of: "int32", items: [5, 6, 3, 0] }] } }) });
    assert.deepEqual(filling.fim, { prefix: 5, suffix: 6, middle: 3 });
    await check({ entries: { "adapter.lora.alpha": null } });
  });

  const bad: Array<[title: string, over: Partial<LoraShape>]> = [
    ["a model", { entries: { "general.type": ["string", "model"] } }],
    ["a file that does not say what it is", { entries: { "general.type": null } }],
    ["another kind of adapter", { entries: { "adapter.type": ["string", "control_vector"] } }],
    ["one that a text switches on", { entries: { "adapter.alora.invocation_tokens": ["array", { of: "uint32", items: [1] }] } }],
    ["an alpha that is no number", { entries: { "adapter.lora.alpha": ["float32", Number.NaN] } }],
    ["an endless alpha", { entries: { "adapter.lora.alpha": ["float32", Number.POSITIVE_INFINITY] } }],
    ["an alpha of another type", { entries: { "adapter.lora.alpha": ["string", "4"] } }],
    ["one without matrices", { matrices: /nothing/ }],
    ["half a pair", { change: (tensors) => void tensors.pop() }],
    ["a tensor that belongs to no pair", { change: put("blk.0.attn_norm.weight", [32]) }],
    ["two ranks in a pair", { change: (tensors) => { tensors.pop(); tensors.push(floatTensor("blk.0.ffn_down.weight.lora_b", [8, 32], zero)); } }],
    ["a rank beyond all use", { rank: 4097 }],
    ["4-bit matrices", { change: (tensors) => { tensors[0] = { name: "blk.0.attn_q.weight.lora_a", type: tensorTypeNamed("Q4_0"), dims: [32, 4], data: () => [new Uint8Array(72)] }; } }],
  ];
  for (const [title, over] of bad) {
    it(`faults 21-26: refuses ${title}`, () => assert.rejects(check(over), (error: RetortError) => {
      assert.deepEqual([error.code, error.status], ["bad_adapter", 422]);
      assert.ok((error.hint ?? "") !== "");
      return true;
    }));
  }

  const strange: Array<[title: string, over: Partial<LoraShape>]> = [
    ["another architecture", { entries: { "general.architecture": ["string", "qwen2"] } }],
    ["a matrix that the model lacks", { change: (tensors) => { put("blk.7.attn_q.weight.lora_a", [32, 4])(tensors); put("blk.7.attn_q.weight.lora_b", [4, 32])(tensors); } }],
    ["the token embedding, which ends the process in native code", { matrices: /token_embd/ }],
    ["a norm", { change: (tensors) => { put("output_norm.weight.lora_a", [32, 1])(tensors); put("output_norm.weight.lora_b", [1, 1])(tensors); } }],
    ["another width", { matrices: /attn_q/, change: (tensors) => { tensors[0] = floatTensor("blk.0.attn_q.weight.lora_a", [64, 4], zero); } }],
    ["another height", { matrices: /attn_q/, change: (tensors) => { tensors[1] = floatTensor("blk.0.attn_q.weight.lora_b", [4, 64], zero); } }],
    ["experts where there are none", { matrices: /attn_q/, change: (tensors) => { tensors[1] = floatTensor("blk.0.attn_q.weight.lora_b", [4, 32, 2], zero); } }],
  ];
  for (const [title, over] of strange) {
    it(`does not let ${title} near the model`, () => assert.rejects(check(over), (error: RetortError) => {
      assert.deepEqual([error.code, error.status, error.param], ["adapter_mismatch", 400, "lora"]);
      assert.match(error.message, /'tone'/);
      return true;
    }));
  }

  it("faults 27, 28: a file cut off or with flipped bits gives a coded error or a good head, and nothing else", async () => {
    const good = await readFile(await make());
    const path = join(folder, "damaged.gguf");
    const random = seeded(7);
    let refused = 0;
    for (let i = 0; i < 120; i++) {
      const bytes = Buffer.from(good);
      for (let flips = 0; flips < 3; flips++) bytes[Math.floor(random() * 700)]! ^= 1 << Math.floor(random() * 8);
      await writeFile(path, i % 3 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
      try {
        checkFit("x", (await openAdapter({ name: "x", path })).header, model);
      } catch (error) {
        assert.ok(error instanceof RetortError, String(error));
        refused++;
      }
    }
    assert.ok(refused > 60, `${refused} of 120`);
  });

  it("fault 32: a file that changes after the check is not used", async () => {
    const path = await make();
    const adapter = await openAdapter({ name: "tone", path });
    await checkUnchanged(adapter);
    await utimes(path, 1, 1);
    await assert.rejects(checkUnchanged(adapter), { code: "adapter_changed", status: 409 });
    await rm(path);
    await assert.rejects(checkUnchanged(adapter), { code: "adapter_changed" });
    await assert.rejects(openAdapter({ name: "tone", path }), { code: "gguf_not_found", message: /tone/ });
  });

  it("names are read from NAME=FILE", () => {
    assert.deepEqual(namedAdapters(["a=/x/b=c.gguf"], "--lora"), [{ name: "a", path: "/x/b=c.gguf" }]);
    for (const texts of [["x.gguf"], ["=x"], ["a b=x"], ["a="], ["a=x", "a=y"], ["../a=x"]]) {
      assert.throws(() => namedAdapters(texts, "--lora"), { code: "bad_setting", message: /--lora/ });
    }
  });
});
