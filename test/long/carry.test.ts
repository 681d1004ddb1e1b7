import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { smollm2, testHome } from "../helpers/models.ts";
import { packCarry, stageCarry } from "../bench/carry/pack.ts";

/** Of xz: the packing itself is what takes time. */
const QUICK_LEVEL = 0;
const MOST_MIB = 80;

describe("the benchmarks packed for a machine without Node and network", function () {
  this.timeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), "retort-carry-"));
  const there = join(folder, "there");
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A program of the unpacked folder, which finds no other program and no other settings. */
  const run = (...args: string[]): SpawnSyncReturns<string> => spawnSync(join(there, "bin", "node"), args, {
    cwd: there, encoding: "utf8",
    env: {
      PATH: "/nonexistent", HOME: join(folder, "home"), RETORT_HOME: join(folder, "home"), RETORT_MODELS: join(testHome(), "models"),
      RETORT_OFFLINE: "1", RETORT_GPU: "cpu", RETORT_THREADS: "1", RETORT_IDLE_EXIT_S: "5",
    },
  });

  before(async () => {
    await smollm2("int8");
    const [staged, archive] = [join(folder, "staged"), join(folder, "carry.tar.xz")];
    await stageCarry(staged, { backend: "cpu", node: process.execPath, withSources: false });
    const bytes = await packCarry(staged, archive, QUICK_LEVEL);
    console.log(`      ${(bytes / 2 ** 20).toFixed(1)} MiB`);
    assert.ok(bytes < MOST_MIB * 2 ** 20, `${bytes} bytes`);
    rmSync(staged, { recursive: true });
    mkdirSync(there);
    assert.equal(spawnSync("tar", ["-xJf", archive, "-C", there]).status, 0);
  });

  it("generates there", () => {
    const { status, stdout, stderr } = run("dist/retort.js", "bench", "--model", "smollm2-135m", "--precision", "int8", "--requests", "1", "--max-tokens", "4", "--prompt-tokens", "64", "--warmup", "0", "--json");
    assert.equal(status, 0, stderr);
    const { runs } = JSON.parse(stdout) as { runs: Array<{ status: string; predicted_tokens?: number }> };
    assert.deepEqual(runs.map((one) => one.status), ["ok"]);
  });

  it("finds its engine working", () => {
    const { stdout } = run("dist/retort.js", "doctor");
    assert.match(stdout, /^ok +engine/m);
    assert.match(stdout, /^ok +kernel/m);
  });

  it("has the benchmarks of a GPU, and the tokenizer that they make their model with", () => {
    const { status, stderr } = run("dist/bench.js", "no-such-benchmark");
    assert.equal(status, 2, stderr);
    assert.match(stderr, /gpu-speed/);
    assert.ok(existsSync(join(there, ".cache", "retort", "models", "r1-header", "model_part_0000")));
  });
});
