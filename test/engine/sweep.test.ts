import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type KernelClient, startKernelProcess } from "../../kernel/jupyter/client/kernel-client.ts";
import { entryPath } from "../../runtime/entry.ts";
import { SMOLLM2 } from "../helpers/real-runtime.ts";
import { startRuntimeUnderTest, type RuntimeUnderTest } from "../bench/runtime-under-test.ts";
import { smollm2 } from "../helpers/models.ts";

const ROWS = ["red", "blue", "green", "black"];
const CELL = (resume: boolean) => `---
name: colours
data: ./colours.jsonl
matrix: { temperature: [0, 0.8], precision: [fp16, int8] }
seed: 11
max_tokens: 6
concurrency: 2
save: ./results/colours.jsonl
${resume ? "resume: on" : ""}
---
Name one thing that is {{ row.colour }}.`;

interface Line { row: { colour: string }; corner: { temperature: number; precision: string }; seed: number; answer: string; provenance: { precision: string; file_sha256: string } }

describe("a sweep over precision, temperature and a data set, on real weights", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "retort-sweep-"));
  const results = join(folder, "results", "colours.jsonl");
  let runtime: RuntimeUnderTest;
  const kernels: KernelClient[] = [];

  const startKernel = async () => {
    const kernel = await startKernelProcess({ argv: [process.execPath, entryPath("kernel"), "{connection_file}"], env: runtime.env, cwd: folder, name: "retort" });
    kernels.push(kernel);
    return kernel;
  };
  const lines = (): Line[] => readFileSync(results, "utf8").split("\n").filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Line);

  before(async () => {
    await smollm2("fp16");
    await smollm2("int8");
    runtime = await startRuntimeUnderTest(SMOLLM2, { RETORT_THREADS: "1", RETORT_SLOTS: "2", RETORT_CONTEXT: "512", RETORT_GPU: "cpu", RETORT_OFFLINE: "1" }, "int8");
    writeFileSync(join(folder, "colours.jsonl"), ROWS.map((colour) => `${JSON.stringify({ colour })}\n`).join(""));
  });
  after(async () => {
    for (const kernel of kernels) await kernel.dispose();
    await runtime.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("loses nothing when its kernel is killed, and resumes with what is missing", async () => {
    const first = await startKernel();
    const dying = first.execute(CELL(false)).then(() => null, (error: unknown) => error);
    while (!existsSync(results) || lines().length < 5) await sleep(20);
    process.kill(first.pid ?? assert.fail("no kernel"), "SIGKILL");
    assert.notEqual(await dying, null);
    const kept = lines().length;
    assert.ok(kept >= 5 && kept < 16, `${kept} lines were there`);
    appendFileSync(results, '{"colour":"re');
    const before = readFileSync(results, "utf8");

    const second = await startKernel();
    const reply = await second.execute(CELL(true));
    assert.equal(reply.status, "ok", JSON.stringify(reply.error));
    const text = JSON.stringify(reply.outputs);
    assert.match(text, new RegExp(`${kept} of 16 answers were taken from`));
    assert.ok(readFileSync(results, "utf8").startsWith(before), "what was there is as it was");
    const all = lines();
    assert.equal(all.length, 16);
    assert.equal(new Set(all.map(({ row, corner }) => JSON.stringify([row, corner]))).size, 16, "each combination and row once");
    assert.ok(all.every(({ seed, corner, provenance }) => seed === 11 && corner.precision === provenance.precision));
    assert.equal(new Set(all.map(({ provenance }) => provenance.file_sha256)).size, 2, "two model files answered");
  });

  it("shows every combination, and a rerun that asks nothing", async () => {
    const started = performance.now();
    const kernel = await startKernel();
    const reply = await kernel.execute(CELL(true));
    assert.equal(reply.status, "ok");
    const text = JSON.stringify(reply.outputs);
    assert.match(text, /16 of 16 answers were taken from/);
    for (const setting of ["temperature 0, precision fp16", "temperature 0.8, precision int8"]) assert.ok(text.includes(setting), setting);
    assert.equal(lines().length, 16);
    assert.ok(performance.now() - started < 60_000);
    assert.ok(!text.includes(folder), "no path of this machine");
  });

  it("fault 49: a results file belongs to one experiment", async () => {
    const kernel = kernels.at(-1) ?? assert.fail("no kernel");
    const reply = await kernel.execute(CELL(true).replace("Name one", "Name a"));
    assert.equal(reply.error?.ename, "ResumeMismatch");
    assert.equal((await kernel.execute(CELL(false))).error?.ename, "SaveExists");
  });
});
