import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JsRunner } from "../../../../kernel/experiment/js/js-runner.ts";
import { NotebookSession } from "../../../../kernel/session/notebook-session.ts";
import { RuntimeAccess } from "../../../../kernel/session/runtime-access.ts";
import { BackOff } from "../../../../runtime/client/back-off.ts";
import { connectRemote } from "../../../../runtime/client/connect.ts";
import { RecordedServer, recordings } from "../../../helpers/recorded-server.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

const ROWS = 12;
const [, plain] = recordings().find(([kind]) => kind === "other") ?? assert.fail();

describe("a sweep over a remote that dies half-way", () => {
  let folder: string;
  let server: RecordedServer;
  let port: number;
  const waits: number[] = [];
  let onWait: (() => Promise<void>) | undefined;
  let session: NotebookSession;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "retort-dying-"));
    server = await RecordedServer.start(plain);
    port = server.port;
    waits.length = 0;
    onWait = undefined;
    const access = new RuntimeAccess(async () => connectRemote({ url: server.url, key: null }));
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
      await onWait?.();
    };
    session = new NotebookSession({ access, js: new JsRunner({ folder }), version: "0", model: "any", folders: { notebook: folder, state: folder }, backOff: () => new BackOff({ wait }) });
  });
  afterEach(async () => {
    await session.shutdown();
    await server.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (keys = "") => {
    const context = new RecordingContext();
    const outcome = await session.execute(`---\nname: set\nwarmup: 0\ndata: [${Array.from({ length: ROWS }, (_, n) => `{ q: ${n} }`).join(", ")}]\nsave: out.jsonl\n${keys}\n---\nQuestion {{ row.q }}`, context);
    return Object.assign(context, { outcome });
  };
  const statuses = () => readFileSync(join(folder, "out.jsonl"), "utf8").trim().split("\n").map((line) => (JSON.parse(line) as { status: string }).status);
  const asked = () => server.bodies.map((body) => (body["messages"] as Array<{ content: string }>)[0]?.content);
  /** The request after so many finds nobody there any more. */
  const dieAfter = (answers: number): void => {
    for (let i = 0; i < answers; i++) server.refusals.push(answerAsUsual);
    server.refusals.push((request) => {
      request.socket.destroy();
      void server.close();
    });
  };
  const answerAsUsual: RecordedServer["refusals"][number] = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of plain.stream) response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    response.end();
  };

  it("keeps what had come, does not wait again for each of the rest, and asks only these when it is run again", async () => {
    dieAfter(5);
    await run();
    assert.deepEqual(statuses(), Array.from({ length: ROWS }, (_, n) => (n < 5 ? "ok" : "failed")));
    assert.equal(waits.length, 4, "one request waits for the server; the others fail at once");
    await server.reopen(port);
    server.bodies.length = 0;
    await run("resume: on");
    assert.deepEqual(asked(), Array.from({ length: ROWS - 5 }, (_, n) => `Question ${n + 5}`));
    assert.equal((await session.evaluate("set.runs | map: 'status' | uniq | join: ' '"))["text/plain"], "ok");
  });

  it("loses nothing where it is back within the back-off", async () => {
    dieAfter(5);
    onWait = async () => { if (waits.length === 2) await server.reopen(port); };
    const { outcome } = await run();
    assert.deepEqual(outcome, { status: "ok" });
    assert.deepEqual(statuses(), Array.from({ length: ROWS }, () => "ok"));
    assert.equal(waits.length, 2);
  });

  it("is asked again for no answer that had begun to arrive", async () => {
    server.refusals.push(answerAsUsual, (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "half" }, finish_reason: null }] })}\n\n`, () => response.destroy());
    });
    await run();
    assert.deepEqual(statuses(), Array.from({ length: ROWS }, (_, n) => (n === 1 ? "failed" : "ok")));
    assert.equal(server.bodies.length, ROWS);
    await run("resume: on");
    assert.equal(server.bodies.length, ROWS + 1);
  });
});
