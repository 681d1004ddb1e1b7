import assert from "node:assert/strict";
import type { GgufTensor } from "../../../../../runtime/models/gguf/gguf.ts";
import { tensorTypeNamed } from "../../../../../runtime/models/gguf/tensor-types.ts";
import { convertedBytes, planConversion } from "../../../../../runtime/models/quant/plan.ts";

describe("quant/plan", () => {
  const cases: Array<[name: string, dims: number[], from: string, fp16: string, int8: string]> = [
    ["blk.0.attn_q.weight", [64, 64], "F32", "F16", "Q8_0"],
    ["blk.0.attn_q.weight", [64, 64], "F16", "F16", "Q8_0"],
    ["blk.0.attn_q.weight", [64, 64], "Q8_0", "F16", "Q8_0"],
    ["output.weight", [64, 100], "BF16", "F16", "Q8_0"],
    ["token_embd.weight", [64, 100], "Q4_1", "F16", "Q8_0"],
    ["blk.0.ffn_gate_exps.weight", [64, 32, 8], "F16", "F16", "Q8_0"],
    ["blk.0.attn_q.bias", [64], "F32", "F32", "F32"],
    ["blk.0.attn_norm.weight", [64], "F32", "F32", "F32"],
    ["blk.0.attn_q_norm.weight", [64, 2], "F32", "F32", "F32"],
    ["blk.0.ffn_gate_inp.weight", [64, 8], "F32", "F32", "F32"],
    ["position_embd.weight", [64, 64], "F32", "F32", "F32"],
    ["blk.0.attn_q.weight", [64, 1], "F32", "F32", "F32"],
    ["blk.0.odd.weight", [33, 4], "F32", "F16", "F16"],
  ];
  for (const [name, dims, from, fp16, int8] of cases) {
    it(`${name} [${dims}] ${from} becomes ${fp16} or ${int8}`, () => {
      assert.equal(planConversion([tensor(name, dims, from)], "fp16")[0]?.type.name, fp16);
      assert.equal(planConversion([tensor(name, dims, from)], "int8")[0]?.type.name, int8);
    });
  }

  it("refuses a type that it cannot unpack, by name", () => {
    assert.throws(() => planConversion([tensor("blk.0.attn_q.weight", [256, 4], "IQ2_XXS")], "int8"), { code: "convert_unsupported_type", message: /IQ2_XXS/ });
  });

  it("copies a type that it cannot unpack where nothing is to be converted", () => {
    assert.equal(planConversion([tensor("ids", [256], "I32")], "int8")[0]?.type.name, "I32");
  });

  it("tells the size of the result", () => {
    const tensors = [tensor("a.weight", [64, 2], "F16"), tensor("b.bias", [64], "F32")];
    assert.equal(convertedBytes({ tensors, dataOffset: 1000 }, "int8"), 1000 + 4 * 34 + 64 * 4);
  });
});

function tensor(name: string, dims: number[], typeName: string): GgufTensor {
  return { name, dims, typeName, type: tensorTypeNamed(typeName).id, offset: 0, bytes: 0, path: "model.gguf" };
}
