import assert from "node:assert/strict";

import { KernelUnderTest } from "../helpers/fuzz/kernel.ts";
import { kernelCase } from "../helpers/fuzz/kernel-cases.ts";
import { runCases } from "../helpers/fuzz/run-cases.ts";

/** The long run, in test/long, has more, and may have others each time. */
const CASES = 1000;
const SEED = 20_261_122;

describe("faults 45 to 47, 53 to 58: the kernel under hostile messages", function () {
  this.timeout(120_000);
  let kernel: KernelUnderTest;
  before(async () => { kernel = await KernelUnderTest.start(); });
  after(() => kernel.dispose());

  it(`lives through ${CASES} of them, and answers good ones between`, async () => {
    await runCases(kernelCase, { name: "kernel", cases: CASES, seed: SEED, together: 8, judge: (each) => kernel.try(each), between: () => kernel.check() });
    assert.equal(kernel.ended, null);
    // One for each look whether it lives, and those of the cases themselves.
    assert.ok(kernel.replies > CASES * 1.3, `only ${kernel.replies} replies came`);
  });
});
