import assert from "node:assert/strict";
import { copyFile, mkdtemp, open, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { smollm2 } from "../helpers/models.ts";
import { noisePrompt, RealEngine } from "../helpers/real-engine.ts";

describe("faults of the real engine", function () {
  this.timeout(120_000);
  let real: RealEngine;
  beforeEach(() => {
    real = new RealEngine();
  });
  afterEach(() => real.dispose());

  for (const [phase, prompt, wait] of [
    ["prefill", noisePrompt(4000, 1), 150],
    ["decode", noisePrompt(4, 1), 500],
  ] as const) {
    it(`fault 36: kill -9 in ${phase}: engine_died, and the next request is answered as before`, async () => {
      await real.load("int8", { contextSize: 4096, prefillChunk: 32 });
      const question = await real.chat("int8", "What is the capital of France?");
      const before = await real.run("int8", question, { slot: 1 });
      const pid = real.engine.pid as number;
      const running = real.run("int8", prompt, { maxTokens: 3000, ignoreEnd: true });
      const outcome = running.then(() => "finished", (error: { code: string; status: number }) => `${error.code} ${error.status}`);
      await sleep(wait);
      process.kill(pid, "SIGKILL");
      assert.equal(await outcome, "engine_died 503");
      const after = await real.run("int8", question, { slot: 1 });
      assert.equal(after.text, before.text);
      assert.notEqual(real.engine.pid, pid);
    });
  }

  it("fault 62: the engine ends when its parent lets go of it", async () => {
    await real.load("int8");
    const pid = real.engine.pid as number;
    await real.dispose();
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("fault 29: a file that is cut off or absent is refused, and the engine lives on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "retort-crash-"));
    try {
      const path = join(folder, "cut-off.gguf");
      await copyFile(await smollm2("q4"), path);
      await truncate(path, 50_000_000);
      await assert.rejects(real.load("int8", { path }), { code: "load_failed", status: 422 });
      await assert.rejects(real.load("int8", { path: join(folder, "absent.gguf") }), { code: "load_failed" });
      const pid = real.engine.pid;
      await real.load("int8");
      assert.equal(real.engine.pid, pid);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const [what, change] of [
    ["replaced by a rename", async (path: string) => { await writeFile(`${path}.new`, "another file"); await rename(`${path}.new`, path); }],
    ["deleted", (path: string) => rm(path)],
  ] as const) {
    it(`fault 32: a file that is ${what} while its model is loaded answers as before; loading it again is refused`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "retort-mapped-"));
      try {
        const path = join(folder, "model.gguf");
        await copyFile(await smollm2("int8"), path);
        await real.load("int8", { path });
        const question = await real.chat("int8", "What is the capital of France?");
        const before = await real.run("int8", question);
        await change(path);
        assert.equal((await real.run("int8", question, { slot: 1 })).text, before.text);
        await assert.rejects(real.load("int8", { path }), { code: "load_failed" });
        await real.load("int8");
        assert.equal((await real.run("int8", question)).text, before.text);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  it("fault 32: a file that is cut off while its model is loaded costs at most one request", async () => {
    const folder = await mkdtemp(join(tmpdir(), "retort-cut-"));
    try {
      const path = join(folder, "model.gguf");
      await copyFile(await smollm2("int8"), path);
      await real.load("int8", { path });
      await truncate(path, 4096);
      const outcome = await real.run("int8", noisePrompt(32, 1)).then(({ finish }) => finish, (error: { code: string }) => error.code);
      assert.match(outcome, /^(stop|length|engine_died|numeric_error)$/);
      await real.load("int8");
      assert.match((await real.run("int8", await real.chat("int8", "What is the capital of France?"))).text, /Paris/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("fault 40: weights that are no numbers are refused at load", async () => {
    const folder = await mkdtemp(join(tmpdir(), "retort-nan-"));
    try {
      const path = join(folder, "nan.gguf");
      await copyFile(await smollm2("fp16"), path);
      await overwriteEnd(path, 4 << 20, 0xff);
      await assert.rejects(real.load("fp16", { path }), { code: "numeric_error" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("fault 35: a back end that this machine lacks falls back to the CPU and says so, or refuses", async function () {
    const { devices } = await real.engine.devices();
    if (devices.some((device) => device.backend === "metal")) return assert.equal(process.platform, "darwin");
    const loaded = await real.load("int8", { gpu: "metal" });
    assert.equal(loaded.backend, "cpu");
    assert.equal(real.engine.fallback()?.from, "metal");
    const strict = new RealEngine({ fallback: "fail" });
    await assert.rejects(strict.load("int8", { gpu: "metal" }), { code: "gpu_lost" });
    await strict.dispose();
  });
});

/** Fills the last `bytes` of a file with one value: 0xffff is not a number in 16-bit floats. */
async function overwriteEnd(path: string, bytes: number, value: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(bytes, value), 0, bytes, size - bytes);
  } finally {
    await file.close();
  }
}
