import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { acquireLock } from "../../../runtime/lock.ts";

const WORKER = fileURLToPath(new URL("../../helpers/lock-worker.ts", import.meta.url));
const PROCESSES = 3;
const ROUNDS = 8;
/** Above Linux's largest pid. */
const NO_PID = 2 ** 22 + 1;

describe("acquireLock", () => {
  let folder: string;
  let path: string;
  let counter: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retort-lock-"));
    path = join(folder, "locks", "x.lock");
    counter = join(folder, "counter");
    writeFileSync(counter, "0");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (rounds: string): ChildProcess => spawn(process.execPath, ["--import", "tsx", WORKER, path, counter, rounds], { stdio: ["ignore", "pipe", "inherit"] });

  it("faults 44, 67: lets one process in at a time, and a lock left by a killed one is stolen by one only", async function () {
    this.timeout(30_000);
    const holder = start("hold");
    await once(holder.stdout ?? assert.fail(), "data");
    const workers = Array.from({ length: PROCESSES }, () => start(String(ROUNDS)));
    const exits = workers.map((worker) => once(worker, "exit"));
    await assert.rejects(acquireLock(path, { timeoutMs: 0 }), { code: "lock_timeout", status: 503 });
    assert.equal(readFileSync(counter, "utf8"), "0", "nobody gets in while it is held");
    holder.kill("SIGKILL");
    assert.deepEqual(await Promise.all(exits), workers.map(() => [0, null]));
    assert.equal(readFileSync(counter, "utf8"), String(PROCESSES * ROUNDS));
    assert.deepEqual(readdirSync(join(folder, "locks")), []);
  });

  it("lets one caller in at a time within a process, in spite of many stealers", async () => {
    await (await acquireLock(path)).dispose();
    writeFileSync(path, JSON.stringify({ pid: NO_PID, host: hostname(), started: "", token: "dead" }));
    let inside = 0;
    let entered = 0;
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const lock = await acquireLock(path);
        assert.equal(++inside, 1);
        entered++;
        await new Promise(setImmediate);
        inside--;
        await lock.dispose();
      }),
    );
    assert.equal(entered, 6);
  });

  it("says whom it waits for, once", async () => {
    const lock = await acquireLock(path);
    const seen: number[] = [];
    await assert.rejects(acquireLock(path, { timeoutMs: 120, onWait: ({ pid }) => seen.push(pid) }), /is held by process/);
    assert.deepEqual(seen, [process.pid]);
    await lock.dispose();
    await (await acquireLock(path, { timeoutMs: 0 })).dispose();
  });

  it("ends a wait when the signal aborts", async () => {
    const lock = await acquireLock(path);
    const abort = new AbortController();
    const waiting = acquireLock(path, { signal: abort.signal, onWait: () => abort.abort() });
    await assert.rejects(waiting, { code: "cancelled" });
    await lock.dispose();
  });

  it("disposing twice is harmless, also when somebody else has the lock by then", async () => {
    const first = await acquireLock(path);
    await first.dispose();
    const second = await acquireLock(path);
    await first.dispose();
    assert.ok(existsSync(path));
    await second.dispose();
    assert.ok(!existsSync(path));
  });

  for (const [title, content] of [
    ["a pid that now belongs to another process", JSON.stringify({ pid: process.pid, host: hostname(), started: "earlier", token: "t" })],
    ["no content, after a power cut", ""],
    ["content that is no holder", "{}"],
  ] as const) {
    it(`fault 67: takes over a lock with ${title}`, async () => {
      await (await acquireLock(path)).dispose();
      writeFileSync(path, content);
      await (await acquireLock(path, { timeoutMs: 1000 })).dispose();
    });
  }

  it("does not judge a holder on another machine", async () => {
    await (await acquireLock(path)).dispose();
    writeFileSync(path, JSON.stringify({ pid: NO_PID, host: "elsewhere", started: "", token: "t" }));
    await assert.rejects(acquireLock(path, { timeoutMs: 0 }), /on elsewhere/);
  });
});
