import assert from "node:assert/strict";

import { SamplerGarbage } from "../../../../runtime/engine/sampler-garbage.ts";

const MIB = 2 ** 20;

describe("what samplers leave behind", () => {
  for (const [vocabSize, samplers] of [[49_152, 114], [151_936, 37], [10 * MIB, 1]] as const) {
    it(`is collected each time it comes to 64 MiB: a vocabulary of ${vocabSize}`, () => {
      let collections = 0;
      const garbage = new SamplerGarbage(vocabSize, () => collections++);
      for (let i = 0; i < samplers * 3; i++) garbage.left();
      assert.equal(collections, 3);
    });
  }

  it("is collected by V8 itself", async () => {
    const gone = new Promise((resolve) => {
      const registry = new FinalizationRegistry(resolve);
      registry.register({}, "gone");
      keep.push(registry);
    });
    new SamplerGarbage(10 * MIB).left();
    assert.equal(await gone, "gone");
  });
});

/** A registry that is collected itself tells nothing. */
const keep: unknown[] = [];
