import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { tensorTypeNamed } from "../../../../../runtime/models/gguf/tensor-types.ts";
import { BLOCK_FORMATS } from "../../../../../runtime/models/quant/formats.ts";
import { seeded } from "../../../../helpers/tiny-gguf.ts";

const BLOCKS = 64;

/**
 * SHA-256 of the float32 values that gguf 0.19.0 (Python, `quants.dequantize`) unpacks from the same bytes: seeded
 * random blocks, with the top exponent bit of every half-precision scale cleared so that all values are finite.
 */
const reference: Array<[name: string, scalesAt: number[], sha256: string]> = [
  ["F16", [0], "3d7aec49014d84f9f616b74318d2dff5b241c8d67a53658b66f5420064627c2d"],
  ["BF16", [0], "2c30f278c2dac680e5b5b98bee93f5118c7bd7193fd0e6b4a462204b12a5615a"],
  ["F32", [2], "3fbb505d5d01b816cbb21800aa3bca0c66614eb386f934c129539fd56e450550"],
  ["Q8_0", [0], "535e88d737eb3b6c8231b779fd45f9e3c15236964b4dca6ed5561b8abeb7b395"],
  ["Q4_0", [0], "64b73b7cbf6ee05f1450f2b08966b8f7be235415621bfeee9b75a63d43a7b8dc"],
  ["Q4_1", [0, 2], "ad2d0ef236684d6e252e39a5c7f35b078d6961fd7de8117712d6679e9d762a36"],
  ["Q5_0", [0], "2de6960ad829137f2a788a12ee7d2933dd6fb5850c719c738c29db4ef00ba5cb"],
  ["Q5_1", [0, 2], "986df2d539f38c10f95a0729a070e2a046109a4852e6f9d4066db25b5593a787"],
  ["Q4_K", [0, 2], "7857dea5a4f9a61b61f92824a0a609dfcfd74e85e1da3c1261b48a7bb017e14c"],
  ["Q5_K", [0, 2], "597d4d686519f30549927ce2b6011ba46767c9ae946d6e6474fe80101cd06f91"],
  ["Q6_K", [208], "de5993802ebdfca5784d4edd0b6bb4495a7c6d7702a6d3604531fc838653f573"],
];

describe("quant/formats", () => {
  for (const [name, scalesAt, sha256] of reference) {
    it(`unpacks ${name} bit for bit as the gguf package`, () => {
      const format = BLOCK_FORMATS.get(name);
      assert.ok(format);
      const { source, values } = randomBlocks(name, scalesAt);
      format.dequantise(source, values);
      assert.equal(createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex"), sha256);
    });
  }

  it("has a reference for every format", () => {
    assert.deepEqual([...BLOCK_FORMATS.keys()].sort(), reference.map(([name]) => name).sort());
  });
});

function randomBlocks(name: string, scalesAt: number[]): { source: Uint8Array; values: Float32Array } {
  const { block, bytes } = tensorTypeNamed(name);
  const blocks = block === 1 ? BLOCKS * 32 : BLOCKS;
  const random = seeded(7);
  const source = Uint8Array.from({ length: blocks * bytes }, () => Math.floor(random() * 256));
  for (let i = 0; i < blocks; i++) {
    for (const at of scalesAt) source[i * bytes + at + 1]! &= 0xbf;
  }
  return { source, values: new Float32Array(blocks * block) };
}
