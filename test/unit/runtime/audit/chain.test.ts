import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";

import { AuditLog } from "../../../../runtime/audit/audit-log.ts";
import { logFiles } from "../../../../runtime/audit/audit-files.ts";
import { DEFAULT_AUDIT } from "../../../../runtime/audit/audit-settings.ts";
import { ChainWriter } from "../../../../runtime/audit/chain-writer.ts";
import { planPrune, prune } from "../../../../runtime/audit/prune.ts";
import { applyRetention, filesBeyond } from "../../../../runtime/audit/retention.ts";
import { type ChainReport, verifyChain } from "../../../../runtime/audit/verify.ts";
import { packageRoot } from "../../../../runtime/entry.ts";

const run = promisify(execFile);
const RECORDS = 12;
const MAX_BYTES = 1100;
const TIME = (i: number): string => new Date(Date.UTC(2026, 0, 1 + i)).toISOString();

describe("audit chain", () => {
  let folder: string;
  let chain: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "retort-audit-"));
    chain = join(folder, "1");
    await write(RECORDS);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function write(count: number, from = 0): Promise<void> {
    const { writer, found } = await ChainWriter.open(folder, MAX_BYTES);
    if (found !== null) await writer.append([{ time: TIME(from), fields: { kind: "recovered", ...found } }]);
    for (let i = 0; i < count; i++) {
      await writer.append([{ time: TIME(from + i), fields: { kind: "request", model: "m", text: `tëxt ${from + i}` } }]);
      await writer.saveHead();
    }
    await writer.dispose();
  }

  const report = (): Promise<ChainReport> => verifyChain(chain);
  const brokenBy = async (): Promise<string | undefined> => (await report()).broken?.reason;

  /** All files of the chain as they are, and a way back to that. */
  async function snapshot(): Promise<{ files: Array<{ path: string; data: Buffer }>; restore(): Promise<void> }> {
    const files = await Promise.all((await logFiles(chain)).map(async (path) => ({ path, data: await readFile(path) })));
    return { files, restore: async () => { for (const { path, data } of files) await writeFile(path, data); } };
  }

  it("goes on over several files and verifies", async () => {
    const { records, files, broken, notes, first, last } = await report();
    assert.deepEqual({ records, broken, notes, first: first?.seq, last: last?.seq }, { records: RECORDS, broken: null, notes: [], first: 1, last: RECORDS });
    assert.ok(files > 2, `${files} files`);
  });

  it("finds every single changed byte, and names its line", async () => {
    const { files, restore } = await snapshot();
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, where, change) => {
      const { path, data } = files[which % files.length] as { path: string; data: Buffer };
      const changed = Buffer.from(data);
      const at = where % data.length;
      changed[at] = (data[at] as number) ^ change;
      await writeFile(path, changed);
      const { broken } = await report();
      await restore();
      assert.ok(broken !== null, `byte ${at} of ${path}`);
      const line = data.subarray(0, at).toString("latin1").split("\n").length;
      assert.equal(broken.file, path);
      // A line feed that is gone joins two lines; a new one splits a line: the place is within one line of it.
      assert.ok(Math.abs(broken.line - line) <= 1 || broken.line === 0, `named line ${broken.line}, changed ${line}`);
    }), { numRuns: 80 });
  });

  it("finds removed, repeated and swapped lines", async () => {
    const { files, restore } = await snapshot();
    await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.constantFrom("remove", "repeat", "swap"), async (which, where, what) => {
      const { path, data } = files[which % files.length] as { path: string; data: Buffer };
      const lines = data.toString("utf8").split("\n").slice(0, -1);
      const at = where % lines.length;
      if (what === "swap" && at + 1 >= lines.length) return;
      const [line = "", next = ""] = lines.slice(at);
      if (what === "remove") lines.splice(at, 1);
      else if (what === "repeat") lines.splice(at, 0, line);
      else lines.splice(at, 2, next, line);
      await writeFile(path, lines.map((text) => `${text}\n`).join(""));
      const { broken } = await report();
      await restore();
      assert.ok(broken !== null, `${what} line ${at + 1} of ${path}`);
    }), { numRuns: 40 });
  });

  it("finds a log that was cut anywhere, by its head file", async () => {
    const { files } = await snapshot();
    const last = files.at(-1) as { path: string; data: Buffer };
    for (let length = 0; length < last.data.length; length += 37) {
      await writeFile(last.path, last.data.subarray(0, length));
      assert.match(String(await brokenBy()), /missing at the end/, `cut to ${length} bytes`);
    }
    await rm(last.path);
    assert.match(String(await brokenBy()), /missing at the end/);
  });

  it("finds missing and exchanged files, and a missing or forged head", async () => {
    const [first, second] = await logFiles(chain);
    assert.ok(first !== undefined && second !== undefined);
    const head = join(chain, "head.json");
    const known = await readFile(head, "utf8");
    await writeFile(head, known.replace(/[0-9a-f]{64}/, "0".repeat(64)));
    assert.match(String(await brokenBy()), /is not the one that head\.json knows/);
    await unlink(head);
    assert.match(String(await brokenBy()), /head\.json is missing/);
    await writeFile(head, known);
    await rename(second, `${second}.away`);
    assert.match(String(await brokenBy()), /are missing before this line/);
    await rename(`${second}.away`, second);
    await rm(first);
    assert.match(String(await brokenBy()), /no anchor says that they were pruned/);
  });

  it("cannot see records cut off together with the head, but does against a head noted elsewhere", async () => {
    const { last } = await report();
    assert.ok(last !== null);
    const noted = { seq: last.seq, hash: last.hash };
    const path = (await logFiles(chain)).at(-1) ?? "";
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -2);
    const before = JSON.parse(lines.at(-1) ?? "") as { seq: number; hash: string };
    await writeFile(path, lines.map((line) => `${line}\n`).join(""));
    await writeFile(join(chain, "head.json"), JSON.stringify({ seq: before.seq, hash: before.hash }));
    assert.equal((await report()).broken, null);
    assert.match(String((await verifyChain(chain, undefined, noted)).broken?.reason), /missing at the end/);
  });

  it("notes the half line of a killed process and goes on", async () => {
    const path = (await logFiles(chain)).at(-1) ?? "";
    await appendFile(path, '{"v":1,"seq":13,"time":"2026');
    const atRest = await report();
    assert.equal(atRest.broken, null);
    assert.match(atRest.notes.join(), /last line is not whole \(28 bytes\)/);
    await write(2, RECORDS);
    const after = await report();
    assert.deepEqual([after.broken, after.records], [null, RECORDS + 3]);
    assert.match(after.notes.join(), /half line of 28 bytes/);
  });

  it("does not take a changed record for a half line, nor forget records that were gone at the start", async () => {
    const path = (await logFiles(chain)).at(-1) ?? "";
    const data = await readFile(path);
    await writeFile(path, data.subarray(0, data.length - 20));
    await write(2, RECORDS);
    assert.match(String(await brokenBy()), /were gone when the runtime started/);
    await writeFile(path, data);
  });

  it("gives two writers two chains", async () => {
    const one = await ChainWriter.open(folder, MAX_BYTES);
    const two = await ChainWriter.open(folder, MAX_BYTES);
    for (let i = 0; i < 5; i++) {
      await Promise.all([one, two].map(({ writer }, n) => writer.append([{ time: TIME(i), fields: { kind: "request", by: n } }])));
    }
    await Promise.all([one, two].map(async ({ writer }) => { await writer.saveHead(); await writer.dispose(); }));
    assert.deepEqual((await readdir(folder)).sort(), ["1", "2"]);
    const by: unknown[] = [];
    const other = await verifyChain(join(folder, "2"), (record) => by.push(record.by));
    assert.deepEqual([other.broken, by], [null, [1, 1, 1, 1, 1]]);
    assert.equal((await report()).broken, null);
  });

  it("prunes what is old and still verifies", async () => {
    assert.equal(await planPrune(chain, new Date(0)), null);
    const plan = await planPrune(chain, new Date(TIME(7)));
    assert.equal(plan?.records, 7);
    assert.ok(plan !== null);
    await prune(plan, new Date(TIME(20)));
    const pruned = await report();
    assert.deepEqual([pruned.broken, pruned.records, pruned.first?.seq], [null, RECORDS - 7 + 1, 8]);
    assert.match(pruned.notes.join(), /up to 7 were pruned/);
    await write(3, 21);
    assert.equal((await report()).broken, null);
    const again = await planPrune(chain, new Date(TIME(22)));
    assert.ok(again !== null);
    await prune(again, new Date(TIME(30)));
    assert.deepEqual([(await report()).broken, (await report()).records], [null, 3]);
  });

  it("still verifies where a pruning was killed after any step", async () => {
    await write(8, RECORDS);
    const plan = await planPrune(chain, new Date(TIME(9)));
    assert.ok(plan !== null && plan.steps.length > 1, "several files go");
    const { files } = await snapshot();
    await prune(plan, new Date(TIME(30)));
    const left = await logFiles(chain);
    const gone = files.filter(({ path }) => !left.includes(path));
    const cut = files.find(({ path }) => path === left[0]);
    assert.ok(gone.length > 1 && cut !== undefined);
    // Back in time, step by step: the file in which the cut lies is written anew last.
    for (const { path, data } of [cut, ...gone.reverse()]) {
      await writeFile(path, data);
      assert.equal(await brokenBy(), undefined, path);
    }
  });

  it("prunes behind the half line of a killed process", async () => {
    await appendFile((await logFiles(chain)).at(-1) ?? "", '{"v":1,"seq":13,');
    const plan = await planPrune(chain, new Date(TIME(5)));
    assert.ok(plan !== null);
    await prune(plan, new Date(TIME(20)));
    const { broken, notes } = await report();
    assert.equal(broken, null);
    assert.match(notes.join(), /half line of 16 bytes/);
  });

  describe("that keeps only so much", () => {
    const keep = { days: null, bytes: null };
    const size = async (): Promise<number> => (await logFiles(chain)).map((path) => statSync(path).size).reduce((sum, one) => sum + one, 0);
    /** The number of the first record that is left. */
    const first = async (): Promise<number | undefined> => {
      const { broken, first: record } = await report();
      assert.equal(broken, null);
      return record?.seq;
    };

    it("loses what is too old, to the record, and does not look again for a day", async () => {
      assert.deepEqual(await applyRetention(folder, { ...keep, days: 5 }, new Date(TIME(9))), []);
      assert.equal(await first(), 5);
      const { last } = await report();
      assert.deepEqual(await applyRetention(folder, { ...keep, days: 5 }, new Date(TIME(9.5))), []);
      assert.equal((await report()).last?.seq, last?.seq, "nothing was written");
      assert.deepEqual(await applyRetention(folder, { ...keep, days: 5 }, new Date(TIME(11))), []);
      assert.equal(await first(), 7);
    });

    it("loses its oldest files where it is too large, never the last one", async () => {
      const before = await size();
      assert.deepEqual(await applyRetention(folder, { ...keep, bytes: before }, new Date(TIME(12))), []);
      assert.equal(await first(), 1);
      assert.deepEqual(await applyRetention(folder, { ...keep, bytes: before - 1 }, new Date(TIME(12))), []);
      assert.ok(Number(await first()) > 1);
      assert.deepEqual(await applyRetention(folder, { ...keep, bytes: 1 }, new Date(TIME(12))), []);
      assert.equal((await logFiles(chain)).length, 1);
      await write(3, 21);
      await first();
    });

    it("keeps everything without limits, and in a folder that is not there", async () => {
      assert.deepEqual(await applyRetention(folder, keep, new Date(TIME(10_000))), []);
      assert.equal(await first(), 1);
      assert.deepEqual(await applyRetention(join(folder, "none"), { days: 1, bytes: 1 }, new Date(TIME(10_000))), []);
    });

    it("is left alone while somebody writes it, and where it does not hold: what was changed stays to be found", async () => {
      const { writer } = await ChainWriter.open(folder, MAX_BYTES);
      assert.deepEqual(await applyRetention(folder, { ...keep, days: 1 }, new Date(TIME(100))), []);
      await writer.dispose();
      assert.equal(await first(), 1);
      const [oldest = ""] = await logFiles(chain);
      await rm(oldest);
      const [remark, ...others] = await applyRetention(folder, { ...keep, days: 1, bytes: 1 }, new Date(TIME(100)));
      assert.match(String(remark), /stay where they are.*no anchor says/);
      assert.deepEqual(others, []);
      assert.match(String(await brokenBy()), /no anchor says/);
    });

    it("takes as few files as possible, and never all", () => {
      fc.assert(fc.property(fc.array(fc.nat(50), { maxLength: 12 }), fc.nat(200), (list, limit) => {
        const count = filesBeyond(list, limit);
        const rest = (from: number): number => list.slice(from).reduce((sum, one) => sum + one, 0);
        assert.ok(count <= Math.max(0, list.length - 1));
        if (count > 0) assert.ok(rest(count - 1) > limit);
        if (count < list.length - 1) assert.ok(rest(count) <= limit);
      }));
    });
  });

  it("refuses to prune a broken log and one that is being written", async () => {
    const plan = await planPrune(chain, new Date(TIME(3)));
    assert.ok(plan !== null);
    const { writer } = await ChainWriter.open(folder, MAX_BYTES);
    await assert.rejects(prune(plan, new Date()), { code: "audit_busy" });
    await writer.dispose();
    const [first] = await logFiles(chain);
    await appendFile(String(first), "x\n");
    await assert.rejects(planPrune(chain, new Date(TIME(3))), { code: "audit_broken" });
  });
});

describe("AuditLog", () => {
  let folder: string;
  const warned: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retort-audit-"));
    warned.length = 0;
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): AuditLog => new AuditLog({ folder, settings: DEFAULT_AUDIT, version: "1", warn: (line) => warned.push(line) });
  const kinds = async (): Promise<string[]> => {
    const seen: string[] = [];
    const { broken } = await verifyChain(join(folder, "1"), ({ kind }) => seen.push(kind));
    assert.equal(broken, null);
    return seen;
  };

  it("writes in batches what was appended, in order", async () => {
    const log = open();
    for (let i = 0; i < 300; i++) log.append(() => ({ kind: "request", i }));
    await log.dispose();
    assert.deepEqual(log.status, { mode: "hash", state: "on", written: 302, lost: 0, problem: null });
    assert.deepEqual(await kinds(), ["start", ...Array.from({ length: 300 }, () => "request"), "stop"]);
  });

  it("takes no more after its end, and ends twice", async () => {
    const log = open();
    await log.dispose();
    await log.dispose();
    log.append(() => ({ kind: "request" }));
    assert.deepEqual(await kinds(), ["start", "stop"]);
  });

  it("goes on without a log where it cannot be written, says so once, and tells later what was lost", async () => {
    const file = join(folder, "1", "000001.jsonl");
    await mkdir(file, { recursive: true });
    const log = open();
    for (let i = 0; i < 2500; i++) log.append(() => ({ kind: "request", i }));
    await until(() => log.status.state === "failing");
    assert.deepEqual([log.status.problem, log.status.lost], ["EISDIR", 501]);
    await rmdir(file);
    await log.dispose();
    assert.equal(warned.length, 1, warned.join("\n"));
    const seen = await kinds();
    assert.deepEqual([seen.filter((kind) => kind === "request").length, seen.filter((kind) => kind === "lost").length], [1999, 1]);
    assert.equal(log.status.problem, null);
  });

  it("takes a half-written batch back where the disk is full, and the next start goes on", async function () {
    if (process.platform === "win32") this.skip();
    this.timeout(60_000);
    // A limit on the size of files fails as a full disk does: after a part of the write.
    const writer = join(packageRoot(), "test", "helpers", "audit-writer.ts");
    const { stdout } = await run("bash", ["-c", 'ulimit -S -f 150; exec "$0" --import tsx "$@"', process.execPath, writer, folder, "500"], { cwd: packageRoot() });
    const { before, warned: said } = JSON.parse(stdout) as { before: { state: string; problem: string }; warned: string[] };
    assert.deepEqual([before.state, before.problem, said.length], ["failing", "EFBIG", 1]);
    const after = await verifyChain(join(folder, "1"));
    assert.deepEqual([after.broken, after.notes], [null, []]);
    assert.ok(after.records > 0 && after.records < 500, `${after.records} records`);
    await open().dispose();
    assert.deepEqual((await kinds()).slice(-2), ["start", "stop"]);
  });

  it("leaves at most one half line when its process is killed", async function () {
    this.timeout(60_000);
    const writer = join(packageRoot(), "test", "helpers", "audit-writer.ts");
    const child = spawn(process.execPath, ["--import", "tsx", writer, folder, "1000000"], { cwd: packageRoot(), stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await until(() => existsSync(join(folder, "1", "000001.jsonl")) && statSync(join(folder, "1", "000001.jsonl")).size > 20_000, 2000);
    child.kill("SIGKILL");
    await ended;
    assert.equal((await verifyChain(join(folder, "1"))).broken, null);
    await open().dispose();
    assert.deepEqual((await kinds()).slice(-2), ["start", "stop"]);
  });

  it("prunes itself when a file is full, and once a day, and still verifies", async () => {
    let time = Date.now();
    const log = new AuditLog({ folder, settings: { ...DEFAULT_AUDIT, fileBytes: 2000, keep: { days: 30, bytes: 5000 } }, version: "1", warn: (line) => warned.push(line), now: () => time });
    const written = async (count: number): Promise<void> => {
      const before = log.status.written;
      for (let i = 0; i < count; i++) log.append(() => ({ kind: "request", filler: "x".repeat(300) }));
      await until(() => log.status.written >= before + count);
    };
    for (let batch = 0; batch < 4; batch++) await written(4);
    await until(() => !existsSync(join(folder, "1", "000001.jsonl")));
    // Everything that is there grows too old.
    time += 40 * 24 * 60 * 60 * 1000;
    await written(1);
    // Written only when the pruning behind the one before has ended.
    await written(1);
    await log.dispose();
    assert.deepEqual(warned, []);
    // The sixteen from before are gone.
    const seen = await kinds();
    assert.ok(seen.includes("anchor") && seen.filter((kind) => kind === "request").length <= 2, seen.join());
  });

  it("does not hold the end of a runtime back where nothing can be written", async () => {
    await writeFile(join(folder, "1"), "a file in the folder's place");
    const log = open();
    await log.dispose();
    assert.equal(log.status.state, "failing");
    assert.equal(warned.length, 1);
  });
});

async function until(condition: () => boolean, turns = 400): Promise<void> {
  for (let i = 0; i < turns && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.ok(condition());
}
