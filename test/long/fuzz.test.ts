// Hostile input in numbers that `npm test` has no time for. RETORT_FUZZ_CASES and RETORT_FUZZ_SEED say how many cases of
// each kind and which ones; a failure prints both, and the smallest case that fails.
import assert from "node:assert/strict";

import { FrontUnderTest } from "../helpers/fuzz/front.ts";
import { HostileServer } from "../helpers/fuzz/hostile-server.ts";
import { httpCase } from "../helpers/fuzz/http-cases.ts";
import { KernelUnderTest } from "../helpers/fuzz/kernel.ts";
import { kernelCase } from "../helpers/fuzz/kernel-cases.ts";
import { runCases } from "../helpers/fuzz/run-cases.ts";
import { serverAnswer } from "../helpers/fuzz/server-answers.ts";
import { tryCrowd } from "../helpers/fuzz/silent-crowd.ts";

const CASES = Number(process.env.RETORT_FUZZ_CASES ?? 100_000);
const SEED = Number(process.env.RETORT_FUZZ_SEED ?? 1);
/** A case for the kernel waits for an answer, one for the client asks six questions: as many would take hours. */
const KERNEL_CASES = Math.ceil(CASES / 5);
const CLIENT_CASES = Math.ceil(CASES / 20);
const STEPS = 10;
/** What the front may keep at most of a hundred thousand requests that it has answered. */
const MAX_GROWTH_BYTES = 48 * 1024 * 1024;

const MAX_KERNEL_GROWTH_BYTES = 256 * 1024 * 1024;
/** After so many the kernel has loaded all that it ever loads. */
const WARM_UP = 2000;

/** Tells now and then how far it has come. */
function progress(name: string, cases: number): (done: number) => void {
  const began = performance.now();
  let told = 0;
  return (done) => {
    if (done < cases && done - told < cases / STEPS) return;
    told = done;
    console.log(`    ${name}: ${done} cases, ${((performance.now() - began) / 1000).toFixed(0)} s, seed ${SEED}`);
  };
}

describe("fuzzing", function () {
  this.timeout(0);

  it(`faults 1 to 7, 14, 15, 17, 18: the HTTP front survives ${CASES} hostile requests, within its memory`, async () => {
    const front = await FrontUnderTest.start();
    try {
      const cases = httpCase(await front.document(), front.token, front.models);
      await runCases(cases, { name: "front", cases: Math.min(CASES, WARM_UP), seed: SEED, together: 96, judge: (each) => front.try(each), between: () => front.check() });
      const { heapBytes: before } = await front.news();
      let most = before;
      await runCases(cases, {
        name: "front", cases: CASES, seed: SEED, together: 96, judge: (each) => front.try(each), progress: progress("front", CASES),
        between: async () => {
          const why = await front.check();
          if (why !== null) return why;
          const { heapBytes } = await front.news();
          most = Math.max(most, heapBytes);
          return null;
        },
      });
      console.log(`    front: ${(before / 2 ** 20).toFixed(1)} MiB after the first ${WARM_UP} cases, at most ${(most / 2 ** 20).toFixed(1)} MiB; answers: ${[...front.seen].sort(([, a], [, b]) => b - a).map(([what, count]) => `${what} ${count}`).join(", ")}`);
      assert.ok(most - before < MAX_GROWTH_BYTES, `the heap grew by ${most - before} bytes`);
      const { active } = await front.news();
      assert.equal(active, 0, "requests are still being answered");
    } finally {
      await front.dispose();
    }
  });

  it(`faults 45 to 47, 53 to 58: the kernel survives ${KERNEL_CASES} hostile messages, within its memory`, async () => {
    const kernel = await KernelUnderTest.start();
    try {
      const shared = { name: "kernel", seed: SEED, together: 8, judge: kernel.try.bind(kernel), between: () => kernel.check() };
      await runCases(kernelCase, { ...shared, cases: Math.min(KERNEL_CASES, WARM_UP) });
      const before = await kernel.memory();
      await runCases(kernelCase, { ...shared, cases: KERNEL_CASES, progress: progress("kernel", KERNEL_CASES) });
      const after = await kernel.memory();
      console.log(`    kernel: ${kernel.replies} replies; resident ${before} bytes after the first ${WARM_UP} cases, ${after} at the end`);
      if (before !== null && after !== null) assert.ok(after - before < MAX_KERNEL_GROWTH_BYTES, `it grew by ${after - before} bytes`);
    } finally {
      await kernel.dispose();
    }
  });

  it(`faults 77, 78: the client makes a whole reply or a coded error of ${CLIENT_CASES} answers`, async () => {
    const server = await HostileServer.start();
    try {
      await runCases(serverAnswer, { name: "client", cases: CLIENT_CASES, seed: SEED, together: 1, judge: (each) => server.try(each), between: () => Promise.resolve(null), progress: progress("client", CLIENT_CASES) });
    } finally {
      await server.close();
    }
  });

  it("fault 13: 5,000 silent connections, with room for all of them, keep no new client out", () => tryCrowd(5500));
});
