import assert from "node:assert/strict";

import { CrashGuard } from "../../../../runtime/engine/crash-guard.ts";
import { GpuFallback } from "../../../../runtime/engine/gpu-fallback.ts";

describe("CrashGuard", () => {
  it("lets single deaths pass and stops a loop for the back-off", () => {
    const guard = new CrashGuard({ deaths: 3, windowMs: 1000, backOffMs: 500 });
    guard.died(0);
    guard.died(100);
    assert.equal(guard.waitMs(100), 0);
    guard.died(200);
    assert.equal(guard.waitMs(300), 400);
    assert.equal(guard.waitMs(700), 0);
  });

  it("forgets deaths outside the window", () => {
    const guard = new CrashGuard({ deaths: 2, windowMs: 1000, backOffMs: 5000 });
    guard.died(0);
    guard.died(1500);
    assert.equal(guard.count(1500), 1);
    assert.equal(guard.waitMs(1500), 0);
  });
});

describe("GpuFallback", () => {
  it("asks for a probe after a wait that doubles up to a limit", () => {
    const gpu = new GpuFallback({ firstMs: 100, mostMs: 300 });
    assert.equal(gpu.isDue(0), false, "nothing is lost");
    gpu.lost("cuda", "gone", 0);
    assert.deepEqual(gpu.notice, { from: "cuda", to: "cpu", reason: "gone" });
    assert.deepEqual([gpu.isDue(99), gpu.isDue(100)], [false, true]);
    gpu.postpone(100);
    assert.deepEqual([gpu.isDue(299), gpu.isDue(300)], [false, true]);
    gpu.postpone(300);
    gpu.postpone(600);
    assert.deepEqual([gpu.isDue(899), gpu.isDue(900)], [false, true]);
    gpu.recovered();
    assert.equal(gpu.notice, null);
    assert.equal(gpu.isDue(10_000), false);
  });
});
