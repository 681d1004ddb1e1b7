import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { connectRuntime } from "../../runtime/client/connect.ts";
import { readRecord, recordPath, type RuntimeRecord, writeRecord } from "../../runtime/client/discovery.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { packageRoot, packageVersion } from "../../runtime/entry.ts";
import { retortPaths, type RetortPaths } from "../../runtime/paths.ts";

/** Runs against dist/runtime.js; no model is loaded. */
describe("the runtime process: discovery, start, end", function () {
  this.timeout(60_000);
  let home: string;
  let paths: RetortPaths;
  let env: NodeJS.ProcessEnv;
  let clients: RuntimeClient[];
  const started = new Set<number>();

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "retort-runtime-"));
    paths = retortPaths({ RETORT_HOME: home });
    env = { ...process.env, RETORT_HOME: home, RETORT_IDLE_EXIT_S: "60" };
    clients = [];
  });

  afterEach(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    for (const pid of started) await kill(pid, "SIGTERM");
    started.clear();
    await rm(home, { recursive: true, force: true });
  });

  async function connect(over: { env?: NodeJS.ProcessEnv; version?: string } = {}): Promise<RuntimeClient> {
    const client = await connectRuntime({ paths, env, ...over });
    clients.push(client);
    started.add((await record()).pid);
    return client;
  }

  async function record(): Promise<RuntimeRecord> {
    const found = await readRecord(paths);
    assert.ok(found);
    return found;
  }

  it("the first client starts a runtime, the second one finds it", async () => {
    const first = await connect();
    const second = await connect();
    assert.equal(first.url, second.url);
    const { version, pid, leases } = await second.status();
    assert.deepEqual([version, pid, leases], [packageVersion(), (await record()).pid, 2]);
    assert.match(first.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.ok((await record()).token.length >= 32);
  });

  it("fault 44: ten processes that start at once agree on one runtime", async () => {
    const pids = await Promise.all(Array.from({ length: 10 }, () => connectFromProcess(env)));
    for (const pid of pids) started.add(pid);
    assert.equal(new Set(pids).size, 1, `runtimes ${pids.join(", ")}`);
  });

  it("a crash leaves a stale file: the next client starts anew, and a client in use finds the new one", async () => {
    const client = await connect();
    const before = await record();
    await kill(before.pid, "SIGKILL");
    assert.deepEqual(await readRecord(paths), before);
    const status = await client.status();
    const after = await record();
    started.add(after.pid);
    assert.equal(status.pid, after.pid);
    assert.notEqual(after.pid, before.pid);
    assert.equal((await client.status()).leases, 1);
  });

  it("a damaged file counts as none", async () => {
    await connect();
    const before = await record();
    await writeFile(recordPath(paths), "{");
    await connect();
    assert.notEqual((await record()).pid, before.pid);
  });

  it("a file whose port now belongs to another runtime is stale", async () => {
    await connect();
    const before = await record();
    await writeRecord(paths, { ...before, token: "of-an-earlier-runtime" });
    await connect();
    assert.notEqual((await record()).pid, before.pid);
  });

  it("an idle runtime of another version is replaced", async () => {
    const client = await connect();
    const before = await record();
    await client.dispose();
    // A client that expects another version than the one that runs: what an update looks like from the inside.
    const messages: string[] = [];
    const newer = await connectRuntime({ paths, env, version: "99.0.0", onProgress: (message) => messages.push(message) });
    clients.push(newer);
    const after = await record();
    started.add(after.pid);
    assert.notEqual(after.pid, before.pid);
    assert.equal(isRunning(before.pid), false);
    assert.match(messages.join(" "), /Replacing the runtime of version/);
  });

  it("a busy runtime of another version keeps its clients, and the new one starts beside it", async () => {
    const older = await connect();
    const before = await record();
    const newer = await connect({ version: "99.0.0" });
    assert.notEqual((await record()).pid, before.pid);
    assert.equal((await older.status()).pid, before.pid);
    assert.notEqual((await newer.status()).pid, before.pid);
    // When the older one ends it leaves the newer one's file alone.
    await older.shutdown();
    await gone(before.pid);
    assert.equal((await record()).pid, (await newer.status()).pid);
  });

  it("ends by itself when no client has held a lease for a while, and takes its file along", async () => {
    const client = await connect({ env: { ...env, RETORT_IDLE_EXIT_S: "1" } });
    const { pid } = await record();
    await sleep(1500);
    assert.equal(isRunning(pid), true, "stays while a lease is held");
    await client.dispose();
    await gone(pid);
    assert.equal(await readRecord(paths), null);
  });

  it("fault 20: SIGTERM ends it cleanly", async () => {
    await connect();
    const { pid } = await record();
    await kill(pid, "SIGTERM");
    assert.equal(await readRecord(paths), null);
    assert.match(await readFile(join(paths.state, "runtime.log"), "utf8"), /has ended/);
  });

  it("a runtime that cannot start says why", async () => {
    await assert.rejects(connectRuntime({ paths, env: { ...env, RETORT_SLOTS: "many" } }), (error: Error & { code: string }) => {
      assert.equal(error.code, "runtime_start_failed");
      assert.match(error.message, /RETORT_SLOTS/);
      return true;
    });
  });

  it("giving up while it starts leaves no lock behind", async () => {
    await assert.rejects(connectRuntime({ paths, env, signal: AbortSignal.abort() }), { code: "cancelled" });
    await connect();
  });
});

/** Connects from a process of its own and tells the pid of the runtime that it found. */
function connectFromProcess(env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(join(packageRoot(), "test", "helpers", "connect-process.ts"), { execArgv: ["--import=tsx"], env });
    child.once("message", (message: { pid?: number; error?: string }) => (message.pid === undefined ? reject(new Error(message.error)) : resolve(message.pid)));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The client process ended with code ${code}.`)));
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

async function kill(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(pid)) return;
  process.kill(pid, signal);
  await gone(pid);
}
