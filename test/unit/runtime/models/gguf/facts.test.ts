import assert from "node:assert/strict";
import { chatTemplate, contextLength, fimTokens, isEmbeddingModel, modelName, quantName, specialToken, vocabulary } from "../../../../../runtime/models/gguf/facts.ts";
import type { GgufFile } from "../../../../../runtime/models/gguf/gguf.ts";
import { parseHeader } from "../../../../../runtime/models/gguf/header.ts";
import { modelShape } from "../../../../../runtime/models/gguf/shape.ts";
import { encodeTiny, setEntry, TINY_END_TOKEN, tinyGguf } from "../../../../helpers/tiny-gguf.ts";
import type { TinyGguf } from "../../../../helpers/tiny-gguf.ts";

describe("gguf/facts", () => {
  it("tells name, context, template and special tokens", () => {
    const file = tinyFile();
    assert.equal(modelName(file), "Tiny");
    assert.equal(contextLength(file), 256);
    assert.match(chatTemplate(file) ?? "", /for m in messages/);
    assert.equal(specialToken(file, "eos"), TINY_END_TOKEN);
    assert.equal(specialToken(file, "padding"), undefined);
    assert.equal(vocabulary(file)[65], "A");
  });

  it("takes a special token outside the vocabulary as none", () => {
    const file = tinyFile((tiny) => setEntry(tiny, "tokenizer.ggml.eos_token_id", "uint32", 2 ** 32 - 1));
    assert.equal(specialToken(file, "eos"), undefined);
  });

  it("names the quantisation by the file, else by most of its bytes", () => {
    assert.equal(quantName(tinyFile()), "F16");
    assert.equal(quantName(tinyFile((tiny) => setEntry(tiny, "general.file_type", "uint32", 15))), "Q4_K_M");
    assert.equal(quantName(tinyFile((tiny) => tiny.entries.delete("general.file_type"))), "F16");
  });

  it("fault 33: knows a model that can only embed", () => {
    assert.equal(isEmbeddingModel(tinyFile()), false);
    assert.equal(isEmbeddingModel(tinyFile((tiny) => setEntry(tiny, "llama.pooling_type", "uint32", 3))), true);
    assert.equal(isEmbeddingModel(tinyFile((tiny) => setEntry(tiny, "llama.pooling_type", "uint32", 0))), false);
    assert.equal(isEmbeddingModel(tinyFile((tiny) => setEntry(tiny, "llama.attention.causal", "bool", false))), true);
    assert.equal(isEmbeddingModel(tinyFile(asArchitecture("nomic-bert"))), true);
  });

  it("finds fill-in-the-middle markers by key and by text", () => {
    assert.equal(fimTokens(tinyFile()), null);
    const byKey = tinyFile((tiny) => {
      for (const [role, id] of [["pre", 1], ["suf", 2], ["mid", 3]] as const) setEntry(tiny, `tokenizer.ggml.fim_${role}_token_id`, "uint32", id);
    });
    assert.deepEqual(fimTokens(byKey), { prefix: 1, suffix: 2, middle: 3 });
    const byText = tinyFile((tiny) => setEntry(tiny, "tokenizer.ggml.tokens", "array", { of: "string", items: ["<|fim_middle|>", "<|fim_prefix|>", "<|fim_suffix|>"] }));
    assert.deepEqual(fimTokens(byText), { prefix: 1, suffix: 2, middle: 0 });
  });

  it("tells the shape, with one entry per layer", () => {
    const file = tinyFile((tiny) => {
      setEntry(tiny, "llama.block_count", "uint32", 3);
      setEntry(tiny, "llama.attention.head_count_kv", "array", { of: "int32", items: [1, 0, 2] });
      setEntry(tiny, "llama.attention.key_length", "uint32", 24);
    });
    const { heads, kvHeads, keyLength, valueLength, layers } = modelShape(file);
    assert.deepEqual({ heads, kvHeads, keyLength, valueLength, layers }, { heads: [2, 2, 2], kvHeads: [1, 0, 2], keyLength: 24, valueLength: 16, layers: 3 });
  });
});

function tinyFile(change: (tiny: TinyGguf) => void = () => undefined): GgufFile {
  const tiny = tinyGguf();
  change(tiny);
  const bytes = encodeTiny(tiny);
  const path = "tiny.gguf";
  return { ...parseHeader(bytes, { path, size: bytes.length, dataPresent: true }), path, parts: [path], size: bytes.length };
}

function asArchitecture(name: string): (tiny: TinyGguf) => void {
  return (tiny) => {
    setEntry(tiny, "general.architecture", "string", name);
    for (const key of ["block_count", "context_length", "embedding_length"]) setEntry(tiny, `${name}.${key}`, "uint32", 32);
  };
}
