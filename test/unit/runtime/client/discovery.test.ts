import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectRuntime } from "../../../../runtime/client/connect.ts";
import { readRecord, recordPath, removeRecord, type RuntimeRecord, writeRecord } from "../../../../runtime/client/discovery.ts";
import type { RetortError } from "../../../../runtime/errors.ts";
import { retortPaths, type RetortPaths } from "../../../../runtime/paths.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { startFakeRuntime } from "../fake-runtime.ts";

describe("the discovery file", () => {
  let home: string;
  let paths: RetortPaths;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "retort-discovery-"));
    paths = retortPaths({ RETORT_HOME: home });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const record: RuntimeRecord = { url: "http://127.0.0.1:9", token: "t", pid: 42, version: "1", startedAt: "2026-01-01T00:00:00Z" };

  it("can be read by its user only", async () => {
    await writeRecord(paths, record);
    assert.deepEqual(await readRecord(paths), record);
    if (process.platform !== "win32") assert.equal((await stat(recordPath(paths))).mode & 0o777, 0o600);
  });

  it("is removed only by the runtime that wrote it", async () => {
    await writeRecord(paths, record);
    await removeRecord(paths, 41);
    assert.notEqual(await readRecord(paths), null);
    await removeRecord(paths, 42);
    assert.equal(await readRecord(paths), null);
  });

  for (const text of ["", "{", "null", "[]", '{"url":"x"}']) {
    it(`counts as missing when it holds ${JSON.stringify(text)}`, async () => {
      await mkdir(paths.state, { recursive: true });
      await writeFile(recordPath(paths), text);
      assert.equal(await readRecord(paths), null);
    });
  }

  it("fault 42: a state folder that cannot be written refuses runtime and client with one thing to do, and ends the engine", async () => {
    await writeFile(paths.state, "");
    const engine = new FakeEngine();
    await assert.rejects(startFakeRuntime({ discoverable: true, env: { RETORT_HOME: home } }, engine), (error: RetortError) => {
      assert.deepEqual([error.code, error.status], ["state_unusable", 507]);
      assert.match(error.message, /EEXIST|ENOTDIR/);
      assert.match(error.hint ?? "", /RETORT_HOME/);
      return true;
    });
    assert.equal(engine.disposed, true);
    await assert.rejects(connectRuntime({ paths, startIfMissing: true }), { code: "state_unusable", status: 507 });
    await rm(paths.state);
    const fake = await startFakeRuntime({ discoverable: true, env: { RETORT_HOME: home } });
    await (await connectRuntime({ paths, startIfMissing: false })).dispose();
    await fake.runtime.dispose();
  });

  it("leads a client to the runtime, with a lease until it is disposed", async () => {
    const fake = await startFakeRuntime({ discoverable: true, env: { RETORT_HOME: home } });
    const client = await connectRuntime({ paths, startIfMissing: false });
    assert.deepEqual([client.url, (await client.status()).leases], [fake.runtime.url, 1]);
    await client.dispose();
    const { leases } = (await (await fake.call("GET", "/retort/status")).json()) as { leases: number };
    assert.equal(leases, 0);
    await fake.runtime.dispose();
    assert.equal(await readRecord(paths), null);
  });

  it("a runtime of another version, a dead one or none at all is not used", async () => {
    const search = connectRuntime({ paths, startIfMissing: false });
    await assert.rejects(search, { code: "runtime_not_running" });
    await writeRecord(paths, record);
    await assert.rejects(connectRuntime({ paths, startIfMissing: false }), { code: "runtime_not_running" });
    const fake = await startFakeRuntime({ discoverable: true, env: { RETORT_HOME: home }, version: "0.0.1" });
    await assert.rejects(connectRuntime({ paths, startIfMissing: false }), { code: "runtime_not_running" });
    await fake.runtime.dispose();
  });

  it("an idle runtime ends by itself, and one with a lease or a request does not", async () => {
    const fake = await startFakeRuntime({ settings: { idleExitMs: 300 }, leaseTtlMs: 400 });
    const { lease } = (await (await fake.call("POST", "/retort/lease", {})).json()) as { lease: string };
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal((await fake.call("POST", "/retort/lease", { lease })).status, 200);
    }
    // Its client is killed: the lease runs out, then the time without work.
    await fake.runtime.ended;
    assert.equal(fake.engine.disposed, true);
  });
});
