import assert from "node:assert/strict";
import fc from "fast-check";
import { estimateMemory, nearestFit } from "../../../../runtime/models/estimate.ts";
import type { MemoryOptions } from "../../../../runtime/models/estimate.ts";
import type { GgufFile, GgufValue } from "../../../../runtime/models/gguf/gguf.ts";
import { tensorTypeNamed } from "../../../../runtime/models/gguf/tensor-types.ts";

const GIB = 2 ** 30;
const plain: MemoryOptions = { contextSize: 2048, sequences: 1, kvCacheType: "f16", embedding: false };

describe("models/estimate", () => {
  it("gives SmolLM2's KV cache exactly: 45 MiB for 2048 tokens of 30 layers with 3 heads of 64", () => {
    const { kvCache } = estimateMemory(model({ layers: 30, embedding: 576, heads: 9, kvHeads: 3 }), plain);
    assert.equal(kvCache, 45 * 2 ** 20);
  });

  it("counts sequences, KV heads of each layer, and 8.5 bits for an INT8 cache", () => {
    const file = model({ layers: 2, kvHeads: [2, 0] });
    const one = estimateMemory(file, plain).kvCache;
    assert.equal(one, 2048 * 2 * (64 + 64) * 2);
    assert.equal(estimateMemory(file, { ...plain, sequences: 3 }).kvCache, 3 * one);
    assert.equal(estimateMemory(file, { ...plain, kvCacheType: "q8_0" }).kvCache, (one / 2) * (34 / 32));
  });

  it("honours stated head sizes", () => {
    const file = model({ layers: 1, kvHeads: 1 }, { "llama.attention.key_length": 128, "llama.attention.value_length": 32 });
    assert.equal(estimateMemory(file, plain).kvCache, 2048 * 160 * 2);
  });

  it("adds up weights, cache and compute", () => {
    const { weights, kvCache, compute, total } = estimateMemory(model(), plain);
    assert.equal(weights, model().tensors[0]?.bytes);
    assert.ok(compute > 0);
    assert.equal(total, weights + kvCache + compute);
  });

  it("counts an embedding matrix that is the output as well twice", () => {
    const { tensors, ...file } = model();
    const named = (name: string): GgufFile => ({ ...file, tensors: tensors.map((tensor) => ({ ...tensor, name })) });
    const bytes = tensors[0]?.bytes ?? 0;
    assert.equal(estimateMemory(named("token_embd.weight"), plain).weights, 2 * bytes);
    assert.equal(estimateMemory({ ...file, tensors: [...named("token_embd.weight").tensors, ...named("output.weight").tensors] }, plain).weights, 2 * bytes);
  });

  it("adds what a processor keeps beside the file: tables of the tokens, and with AMX a sum for each INT8 block that is multiplied with", () => {
    const { tensors: [tensor], ...file } = model();
    assert.ok(tensor !== undefined);
    const q8: GgufFile = { ...file, tensors: ["token_embd.weight", "output.weight"].map((name) => ({ ...tensor, name, typeName: "Q8_0", bytes: 3400 })) };
    const [gpu, plainCpu, amx] = [plain, { ...plain, processor: { amx: false } }, { ...plain, processor: { amx: true } }].map((options) => estimateMemory(q8, options));
    assert.ok(gpu !== undefined && plainCpu !== undefined && amx !== undefined);
    assert.equal(gpu.vocabulary, 0);
    assert.ok(plainCpu.vocabulary > 0);
    assert.equal(plainCpu.total - gpu.total, plainCpu.vocabulary);
    assert.equal(plainCpu.weights, 6800);
    assert.equal(amx.weights, 6800 + 400);
    const wide = { ...q8, tensors: q8.tensors.map((one) => ({ ...one, typeName: "F16" })) };
    assert.equal(estimateMemory(wide, { ...plain, processor: { amx: true } }).weights, 6800);
  });

  it("needs no KV cache for embeddings", () => {
    assert.equal(estimateMemory(model(), { ...plain, embedding: true }).kvCache, 0);
  });

  describe("nearestFit", () => {
    const wanted: MemoryOptions = { ...plain, contextSize: 32_768, sequences: 4 };
    const file = model();
    const { weights, total, kvCache } = estimateMemory(file, wanted);

    it("shortens the context where half of it is left", () => {
      const fit = nearestFit(file, wanted, total - kvCache / 4);
      assert.equal(fit?.change, "context");
      assert.equal(fit.sequences, 4);
      assert.equal(fit.contextSize, 24_576);
    });

    it("takes fewer sequences before it cuts the context below half", () => {
      const fit = nearestFit(file, wanted, total - kvCache * 0.6);
      assert.deepEqual([fit?.change, fit?.contextSize, fit?.sequences], ["sequences", 32_768, 1]);
    });

    it("takes one sequence and the longest context when memory is short", () => {
      const fit = nearestFit(file, wanted, total - kvCache * 0.9);
      assert.equal(fit?.change, "context");
      assert.equal(fit.sequences, 1);
      assert.ok(fit.contextSize >= 512 && fit.contextSize < 32_768);
    });

    it("proposes INT8 where FP16 weights alone do not fit", () => {
      const fit = nearestFit(file, wanted, weights);
      assert.equal(fit?.change, "precision");
      assert.equal(fit.precision, "int8");
    });

    it("proposes no INT8 for a file that is smaller already", () => {
      assert.equal(nearestFit(model({ typeName: "Q4_0" }), wanted, 1000), null);
    });

    it("says so where nothing fits", () => {
      assert.equal(nearestFit(file, wanted, 1000), null);
    });

    it("only ever gives what fits and is no more than asked for", () => {
      fc.assert(fc.property(fc.integer({ min: 0, max: 8 * GIB }), fc.integer({ min: 512, max: 131_072 }), fc.integer({ min: 1, max: 16 }), (budget, contextSize, sequences) => {
        const fit = nearestFit(file, { ...plain, contextSize, sequences }, budget);
        if (fit === null) return;
        assert.ok(fit.estimate.total <= budget);
        assert.ok(fit.contextSize <= contextSize && fit.sequences <= sequences);
      }));
    });
  });
});

interface Sizes {
  layers?: number;
  embedding?: number;
  heads?: number;
  kvHeads?: number | number[];
  typeName?: string;
}

/** A file with one large matrix and the given shape. */
function model({ layers = 16, embedding = 1024, heads = 16, kvHeads = 4, typeName = "F16" }: Sizes = {}, more: Record<string, number> = {}): GgufFile {
  const numbers = { block_count: layers, context_length: 131_072, embedding_length: embedding, feed_forward_length: 4096, "attention.head_count": heads };
  const metadata = new Map<string, GgufValue>([["general.architecture", { type: "string", data: "llama" }]]);
  for (const [key, data] of [...Object.entries(numbers).map(([key, data]) => [`llama.${key}`, data] as const), ...Object.entries(more)]) metadata.set(key, { type: "uint32", data });
  metadata.set("llama.attention.head_count_kv", typeof kvHeads === "number" ? { type: "uint32", data: kvHeads } : { type: "array", data: { of: "uint32", items: kvHeads } });
  metadata.set("tokenizer.ggml.tokens", { type: "array", data: { of: "string", items: new Array<string>(1000).fill("x") } });
  const type = tensorTypeNamed(typeName);
  const dims = [1024, 512 * 1024];
  const tensor = { name: "a.weight", type: type.id, typeName, dims, offset: 0, bytes: (1024 * 512 * 1024 * type.bytes) / type.block, path: "m.gguf" };
  return { path: "m.gguf", parts: ["m.gguf"], size: 0, version: 3, metadata, ranges: new Map(), tensors: [tensor], dataOffset: 0, alignment: 32 };
}
