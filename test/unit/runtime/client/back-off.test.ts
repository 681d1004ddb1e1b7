import assert from "node:assert/strict";

import { BackOff, retriesAfter } from "../../../../runtime/client/back-off.ts";
import { connectRemote } from "../../../../runtime/client/connect.ts";
import { retryAfterSeconds } from "../../../../runtime/client/retry-after.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { RecordedServer, recordings } from "../../../helpers/recorded-server.ts";

const never = new AbortController().signal;
const failure = (code: string, status: number, retryAfter?: number): RetortError => new RetortError({ code, message: code, status, ...(retryAfter === undefined ? {} : { retryAfter }) });
const BUSY = failure("http_503", 503);
const GONE = failure("connection_refused", 502);

/** Fails with these, one after another, then gives "done"; remembers the waits. */
function script(...errors: RetortError[]) {
  const waits: number[] = [];
  const backOff = new BackOff({ wait: async (ms) => void waits.push(ms), random: () => 0.5 });
  let asked = 0;
  const work = async (): Promise<string> => {
    const error = errors[asked++];
    if (error !== undefined) throw error;
    return "done";
  };
  return { backOff, work, waits, asked: () => asked };
}

describe("which failures pass", () => {
  for (const [code, status, expected] of [
    ["http_429", 429, 4], ["queue_full", 429, 4], ["http_503", 503, 4], ["shutting_down", 503, 4], ["model_loading", 503, 4], ["503", 503, 4],
    ["http_502", 502, 4], ["http_504", 504, 4], ["http_500", 500, 2], ["connection_refused", 502, 4], ["connection_lost", 502, 4], ["stream_cut", 502, 4],
    ["engine_died", 503, 0], ["engine_crash_loop", 503, 0], ["gpu_lost", 503, 0], ["oom", 500, 0], ["internal_error", 500, 0],
    ["http_400", 400, 0], ["http_401", 401, 0], ["http_404", 404, 0], ["context_length_exceeded", 400, 0], ["tls_error", 502, 0], ["cancelled", 499, 0], ["bad_response", 502, 0],
  ] as const) {
    it(`${code} (${status}): ${expected}`, () => assert.equal(retriesAfter({ code, status }), expected));
  }
});

describe("sending again", () => {
  it("waits twice as long each time, and gives up after the fourth", async () => {
    const { backOff, work, waits } = script(...Array.from({ length: 9 }, () => BUSY));
    await assert.rejects(backOff.run(work, never), { code: "http_503" });
    assert.deepEqual(waits, [1000, 2000, 4000, 8000]);
  });

  it("clients that were turned away together do not come back together", async () => {
    for (const [random, first] of [[0, 750], [1, 1250]] as const) {
      const waits: number[] = [];
      let asked = 0;
      await new BackOff({ random: () => random, wait: async (ms) => void waits.push(ms) }).run(async () => { if (asked++ === 0) throw BUSY; }, never);
      assert.deepEqual(waits, [first]);
    }
  });

  it("waits as long as the server says, and tells how long that was", async () => {
    const { backOff, work } = script(failure("http_429", 429, 7), failure("http_503", 503, 0.5));
    assert.deepEqual(await backOff.run(work, never), { value: "done", delayedMs: 7500 });
  });

  it("does not wait for a server that says more than a minute", async () => {
    const { backOff, work, asked } = script(failure("http_429", 429, 3600));
    await assert.rejects(backOff.run(work, never), { code: "http_429" });
    assert.equal(asked(), 1);
  });

  it("does not send again what has begun to arrive", async () => {
    const { backOff, work, asked } = script(failure("connection_lost", 502));
    await assert.rejects(backOff.run(work, never, () => false), { code: "connection_lost" });
    assert.equal(asked(), 1);
  });

  it("does not wait for a server that was never there", async () => {
    const { backOff, work, waits } = script(GONE);
    await assert.rejects(backOff.run(work, never), { code: "connection_refused" });
    assert.deepEqual(waits, []);
  });

  it("waits for one that was there, once; then not until it answers", async () => {
    const errors: Array<RetortError | null> = [null, ...Array.from({ length: 5 }, () => GONE), GONE, null, GONE, null];
    const waits: number[] = [];
    const backOff = new BackOff({ wait: async (ms) => void waits.push(ms), random: () => 0.5 });
    const work = async (): Promise<void> => { const error = errors.shift(); if (error != null) throw error; };
    const outcome = async (): Promise<string> => backOff.run(work, never).then(() => "done", (error: RetortError) => `${error.code} after ${waits.splice(0).length}`);
    assert.deepEqual([await outcome(), await outcome(), await outcome(), await outcome(), await outcome()], ["done", "connection_refused after 4", "connection_refused after 0", "done", "done"]);
    assert.deepEqual(waits, [1000], "it was there again, so it is waited for again");
  });

  it("an abort ends the wait at once", async () => {
    const controller = new AbortController();
    const started = performance.now();
    setTimeout(() => controller.abort(), 10);
    await assert.rejects(new BackOff().run(() => Promise.reject(failure("http_429", 429, 50)), controller.signal), { code: "cancelled" });
    assert.ok(performance.now() - started < 10_000);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  for (const [headers, expected] of [
    [{ "retry-after": "7" }, 7], [{ "retry-after": "0" }, 0], [{ "retry-after": "1.5" }, 1.5], [{ "retry-after-ms": "250", "retry-after": "9" }, 0.25],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT" }, 20], [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{}, null], [{ "retry-after": "soon" }, null], [{ "retry-after": "-1" }, null], [{ "retry-after": "" }, null],
  ] as const) {
    it(`${JSON.stringify(headers)}: ${expected}`, () => assert.equal(retryAfterSeconds(headers, now), expected));
  }
});

describe("a chat with another server", () => {
  const [, plain] = recordings().find(([kind]) => kind === "other") ?? assert.fail();
  let server: RecordedServer;
  before(async () => { server = await RecordedServer.start(plain); });
  after(() => server.close());
  const ask = async (priority: "chat" | "notebook") => {
    const client = connectRemote({ url: server.url, key: null });
    try {
      return await client.chat({ model: "m", messages: [{ role: "user", content: "Hi" }] }, { priority });
    } finally {
      await client.dispose();
    }
  };

  for (const [what, refuse] of [
    ["a 503 that names a time", (_: unknown, response: import("node:http").ServerResponse) => response.writeHead(503, { "retry-after-ms": "1" }).end("busy")],
    ["a 429 that names a time", (_: unknown, response: import("node:http").ServerResponse) => response.writeHead(429, { "retry-after-ms": "1" }).end("{}")],
  ] as const) {
    it(`is sent again after ${what}, where somebody waits for it`, async () => {
      server.bodies.length = 0;
      server.refusals.push(refuse, refuse);
      assert.equal((await ask("chat")).answer, "4");
      assert.equal(server.bodies.length, 3);
    });

    it(`is left to the caller after ${what}, where many are sent or measured`, async () => {
      server.refusals.push(refuse);
      await assert.rejects(ask("notebook"));
    });
  }

  it("is not sent again once a part has arrived", async () => {
    server.bodies.length = 0;
    server.refusals.push((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "half" }, finish_reason: null }] })}\n\n`, () => response.destroy());
    });
    await assert.rejects(ask("chat"), { code: "connection_lost" });
    assert.equal(server.bodies.length, 1);
  });
});
