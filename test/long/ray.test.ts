import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { estimate, type ReplicaPoint } from "../../kernel/experiment/bench/replicas.ts";
import { connectRemote } from "../../runtime/client/connect.ts";
import { entryPath } from "../../runtime/entry.ts";
import { smollm2 } from "../helpers/models.ts";
import { isAlive, listeningAddresses, RayCluster, until } from "./ray-cluster.ts";

const ROWS = 200;
const CONCURRENCY = 8;
const MAX_TOKENS = 16;
/** What a way through Serve costs, measured apart. */
const OVERHEAD_MS = 12;
const MODEL = "smollm2-135m";
const WITHIN_MS = 120_000;
/** The kill comes when so many answers are there. */
const HALF = 80;

describe("two nodes, two replicas, one URL", () => {
  let cluster: RayCluster;
  let folder: string;
  const report: string[] = [];
  let points: ReplicaPoint[] = [];

  before(async () => {
    await smollm2("int8");
    folder = mkdtempSync(join(tmpdir(), "retort-ray-"));
    cluster = await RayCluster.start(1);
  });
  after(async () => {
    await cluster?.dispose();
    rmSync(folder, { recursive: true, force: true });
    console.log(`\n${report.join("\n")}\n`);
  });

  /** Requests per second with so many clients that ask again at once. */
  async function load(clients: number, requests: number): Promise<number> {
    const client = connectRemote({ url: cluster.url, key: null });
    let next = 0;
    const started = performance.now();
    await Promise.all(Array.from({ length: clients }, async () => {
      while (next < requests) await client.chat({ model: MODEL, messages: question(next++), temperature: 0, max_tokens: MAX_TOKENS });
    }));
    await client.dispose();
    return (1000 * requests) / (performance.now() - started);
  }

  const question = (n: number) => [{ role: "user" as const, content: `Question ${n}: name something that costs ${n + 1} coins.` }];

  interface Row { status: string; row_line: number; delayed_ms?: number; error: { code: string } | null }
  const rows = (): Row[] => (existsSync(join(folder, "out.jsonl")) ? readFileSync(join(folder, "out.jsonl"), "utf8").split("\n").filter((line) => line.endsWith("}")).map((line) => JSON.parse(line) as Row) : []);

  /** The data set through a real kernel, as a user runs it. */
  async function runNotebook(during: () => Promise<void> = async () => undefined): Promise<number> {
    writeFileSync(join(folder, "questions.jsonl"), Array.from({ length: ROWS }, (_, n) => JSON.stringify({ q: question(n)[0]?.content })).join("\n"));
    const cell = `---\nname: set\ndata: questions.jsonl\nsave: out.jsonl\nresume: on\nconfirm: off\nwarmup: 0\nconcurrency: ${CONCURRENCY}\ntemperature: 0\nmax_tokens: ${MAX_TOKENS}\n---\n{{ row.q }}`;
    writeFileSync(join(folder, "run.ipynb"), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: "retort", display_name: "Retort", language: "retort" } }, cells: [{ cell_type: "code", id: "set", metadata: {}, source: cell, execution_count: null, outputs: [] }] }));
    const started = performance.now();
    const child = spawn(process.execPath, [entryPath("retort"), "run", "run.ipynb"], { cwd: folder, env: { ...process.env, RETORT_URL: cluster.url, RETORT_API_KEY: "", RETORT_MODEL: MODEL, RETORT_HOME: join(folder, "home") }, stdio: ["ignore", "ignore", "inherit"] });
    const exited = once(child, "exit");
    await during();
    await exited;
    return (performance.now() - started) / 1000;
  }

  it("listens on this machine only, all of Ray's ports included", async () => {
    const addresses = await listeningAddresses(cluster.pid);
    assert.ok(addresses.length > 5, `${addresses.length} ports were seen`);
    assert.deepEqual(addresses.filter((address) => !/^(127\.0\.0\.1|\[::1\]|\[::ffff:127\.0\.0\.1\]):/.test(address)), []);
  });

  it("one replica is measured", async () => {
    await load(2, 6);
    for (const clients of [1, 2, 4]) points.push({ concurrency: clients, perSecond: await load(clients, 12 * clients) });
    const full = await load(CONCURRENCY, 64);
    report.push(`one replica: ${points.map(({ concurrency, perSecond }) => `${perSecond.toFixed(2)} req/s with ${concurrency}`).join(", ")}, ${full.toFixed(2)} with ${CONCURRENCY} clients`);
    points = points.map(({ concurrency, perSecond }) => {
      // The way is no part of what a replica does; `estimate` adds it again.
      const computing = concurrency - (perSecond * OVERHEAD_MS) / 1000;
      return { concurrency: computing, perSecond };
    });
  });

  it("streams token by token through the proxy, and is the server that it looks like", async () => {
    const client = connectRemote({ url: cluster.url, key: null });
    const reply = await client.chat({ model: MODEL, messages: question(0), temperature: 0, max_tokens: 64 });
    const { chunks, sentAt, endedAt } = reply.client;
    assert.ok(chunks.length >= 4 && (chunks[0] ?? Infinity) - sentAt < 0.8 * (endedAt - sentAt), `${chunks.length} chunks`);
    assert.equal((await client.probe()).kind, "retort");
    await client.dispose();
    const refused = await fetch(`${cluster.url}/v1/models`, { headers: { origin: "http://evil.example" } });
    assert.equal(refused.status, 403);
  });

  it("a second replica on the second node takes half of the requests, and requests of one session stay together", async () => {
    await cluster.scale(2);
    const perSecond = await load(CONCURRENCY, 96);
    const predicted = estimate(points, { kind: "clients", clients: CONCURRENCY }, 2, { overheadMs: OVERHEAD_MS, most: 1, limitMs: null });
    report.push(`two replicas: ${perSecond.toFixed(2)} req/s with ${CONCURRENCY} clients; predicted ${predicted.perSecond.toFixed(2)}, measured / predicted ${(perSecond / predicted.perSecond).toFixed(2)}`);
    const asked = async (session: string): Promise<string | null> => {
      const reply = await fetch(`${cluster.url}/v1/models`, { headers: { "x-session-id": session } });
      await reply.text();
      return reply.headers.get("x-retort-replica");
    };
    const seen = new Set<string | null>();
    for (let session = 0; session < 12; session++) {
      // Within the slots of one replica: beyond them the other one helps.
      const replicas = new Set(await Promise.all(Array.from({ length: 3 }, () => asked(`session ${session}`))));
      assert.equal(replicas.size, 1, "one session, one replica");
      for (const replica of replicas) seen.add(replica);
    }
    assert.equal(seen.size, 2);
  });

  it(`${ROWS} rows over both, one replica killed in the middle: nothing is lost`, async () => {
    const before = await cluster.requests();
    const old = cluster.living();
    assert.equal(old.length, 2);
    const victim = old[0] ?? assert.fail();
    let killedAt = 0;
    const seconds = await runNotebook(async () => {
      await until(() => rows().length >= HALF, 1_200_000, `${HALF} answers`);
      process.kill(victim.pid, "SIGKILL");
      killedAt = rows().length;
    });
    const first = rows();
    const cut = first.filter(({ status }) => status !== "ok");
    const waited = first.filter(({ delayed_ms: ms }) => (ms ?? 0) > 0);
    assert.equal(first.length, ROWS);
    assert.ok(cut.length <= CONCURRENCY, `${cut.length} of ${ROWS} were lost: ${JSON.stringify(cut)}`);
    for (const { error } of cut) assert.match(error?.code ?? "", /^(connection_lost|stream_cut)$/, "only what had begun to arrive");
    await until(() => !isAlive(victim.runtime), WITHIN_MS, "the killed replica's runtime ends with it");
    await until(() => cluster.living().length === 2, WITHIN_MS, "another replica in its place");
    const after = await cluster.requests();
    const spread = Object.entries(after).map(([replica, count]) => count - (before[replica] ?? 0)).filter((count) => count > 0);
    report.push(`${ROWS} rows in ${seconds.toFixed(0)} s (${(ROWS / seconds).toFixed(2)} req/s, kernel's start included), killed after ${killedAt}; answered by the replicas: ${spread.join(", ")}; sent again ${waited.length}; cut in the middle ${cut.length}`);
    assert.ok(spread.length >= 2 && spread.every((count) => count > 0));

    if (cut.length > 0) await runNotebook();
    const lines = rows().filter(({ status }) => status === "ok").map(({ row_line: line }) => line);
    assert.deepEqual([lines.length, new Set(lines).size], [ROWS, ROWS], "every row has one answer");
  });

  it("a replica whose runtime dies ends itself and is replaced; requests meanwhile succeed", async () => {
    const victim = cluster.living()[0] ?? assert.fail();
    process.kill(victim.runtime, "SIGKILL");
    const started = performance.now();
    const client = connectRemote({ url: cluster.url, key: null });
    // As somebody who sits and waits: turned away, it is asked again.
    for (let n = 0; n < 12; n++) await client.chat({ model: MODEL, messages: question(n), temperature: 0, max_tokens: 4 }, { priority: "chat" });
    await client.dispose();
    await until(() => !isAlive(victim.pid), WITHIN_MS, "the replica ends itself");
    await until(() => cluster.living().length === 2, WITHIN_MS, "another replica in its place");
    report.push(`runtime killed: two replicas again after ${((performance.now() - started) / 1000).toFixed(0)} s, 12 of 12 requests meanwhile answered`);
  });
});
