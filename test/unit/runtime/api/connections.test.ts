import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";

import { startRuntime } from "../../../../runtime/serve.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { events, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const LONG = { model: "chatty", messages: [{ role: "user", content: "Hello" }], max_tokens: 200 };

/** A raw connection, to send what no client would. */
async function raw(fake: FakeRuntime, text: string): Promise<string> {
  const socket = open(fake);
  socket.write(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function open(fake: FakeRuntime): Socket {
  const { hostname, port } = new URL(fake.runtime.url);
  return connect(Number(port), hostname);
}

/** One chat request as text. */
function chatText(fake: FakeRuntime, body: object, extra = "Connection: close\r\n"): string {
  const json = JSON.stringify(body);
  return `POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${fake.runtime.token}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n${extra}\r\n${json}`;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function activeRequests(fake: FakeRuntime): Promise<number> {
  return ((await (await fake.call("GET", "/retort/status")).json()) as { active: number }).active;
}

describe("HTTP API: connections", () => {
  let fake: FakeRuntime;
  let engine: FakeEngine;
  beforeEach(async () => {
    engine = new FakeEngine({ reply: "word ".repeat(150), tokenDelayMs: 1 });
    fake = await startFakeRuntime({ limits: { headersMs: 200, requestMs: 300, connectionCheckMs: 50, connections: 20, pingMs: 20, pendingBytes: 4096 } }, engine);
  });
  afterEach(() => fake.runtime.dispose());

  const phases = [
    { name: "in prefill", options: { prefillMsPerToken: 10_000 } },
    { name: "in the middle of the tokens", options: { tokenDelayMs: 5 } },
  ];
  for (const { name, options } of phases) {
    for (const stream of [true, false]) {
      it(`fault 11: a client that leaves ${name} (${stream ? "stream" : "no stream"}) frees its slot`, async () => {
        engine.options = { ...engine.options, ...options };
        const socket = open(fake);
        socket.write(chatText(fake, { ...LONG, stream }));
        await until(() => engine.requests.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(await activeRequests(fake), 1);
        socket.destroy();
        while ((await activeRequests(fake)) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
        engine.options = { reply: "Fine." };
        const next = await fake.call("POST", CHAT, LONG);
        assert.equal(next.status, 200);
      });
    }
  }

  it("fault 11, 16: a client that leaves the queue does not disturb those that run", async () => {
    engine.options = { reply: "word ".repeat(30), tokenDelayMs: 2 };
    const running = [fake.call("POST", CHAT, LONG), fake.call("POST", CHAT, LONG)];
    await until(() => engine.requests.length === 2);
    const abort = new AbortController();
    const queued = fetch(fake.runtime.url + CHAT, { method: "POST", signal: abort.signal, body: JSON.stringify(LONG), headers: { authorization: `Bearer ${fake.runtime.token}`, "content-type": "application/json" } });
    while ((await activeRequests(fake)) < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    abort.abort();
    await assert.rejects(queued);
    for (const response of await Promise.all(running)) {
      const { choices } = (await response.json()) as { choices: Array<{ finish_reason: string }> };
      assert.deepEqual([response.status, choices[0]?.finish_reason], [200, "stop"]);
    }
    assert.equal(engine.requests.length, 2);
  });

  it("fault 11: a client that leaves after the last token leaves nothing behind", async () => {
    engine.options = { reply: "Done." };
    const socket = open(fake);
    socket.write(chatText(fake, { ...LONG, stream: true }, ""));
    await once(socket, "data");
    await until(() => engine.slotTokens("chatty@int8", 0).length > 0);
    socket.destroy();
    while ((await activeRequests(fake)) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it("fault 12: a reader that is too far behind is cut off and its request cancelled", async () => {
    engine.options = { reply: `${"x".repeat(50_000)} `.repeat(150) };
    const socket = open(fake);
    socket.pause();
    socket.on("error", () => undefined);
    socket.write(chatText(fake, { ...LONG, stream: true }));
    await until(() => engine.requests.length === 1);
    while ((await activeRequests(fake)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(engine.slotTokens("chatty@int8", 0).length < 150, "generation ended early");
    socket.destroy();
  });

  it("fault 13: headers that never end and idle sockets are closed, and others are served meanwhile", async () => {
    const slow = raw(fake, "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    const silent = open(fake);
    const closed = once(silent, "close");
    silent.resume();
    assert.equal((await fake.call("GET", "/health")).status, 200);
    assert.match(await slow, /^HTTP\/1\.1 408 /);
    await closed;
  });

  it("fault 13: more connections than allowed are refused, and there is room again afterwards", async () => {
    const sockets = Array.from({ length: 30 }, () => open(fake));
    const ends = sockets.map((socket) => new Promise<void>((resolve) => {
      socket.on("error", () => undefined);
      socket.resume();
      socket.once("close", () => resolve());
    }));
    await Promise.race(ends);
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await fake.call("GET", "/health")).status, 200);
  });

  it("fault 13: 5,000 idle sockets, and a client that had its connection before is served", async () => {
    assert.equal((await fake.call("GET", "/health")).status, 200);
    const crowd = fork(join(import.meta.dirname, "..", "..", "..", "helpers", "idle-sockets.cjs"), [new URL(fake.runtime.url).port, "5000"], { execArgv: [] });
    await once(crowd, "message");
    assert.equal((await fake.call("GET", "/health")).status, 200);
    crowd.kill();
    await once(crowd, "exit");
    await until(async () => (await fetch(`${fake.runtime.url}/health`).catch(() => null))?.status === 200);
  }).timeout(20_000);

  it("fault 14: several Authorization headers are refused", async () => {
    const answer = await raw(fake, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*several_keys/);
  });

  for (const host of ["evil.example", "localhost.evil.example", "169.254.169.254", ""]) {
    it(`fault 15: the Host '${host}' is refused on every route`, async () => {
      for (const path of ["/health", "/v1/models", "/retort/status", "/nowhere"]) {
        const answer = await raw(fake, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
        assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*--allow-host/, path);
      }
    });
  }

  for (const host of ["localhost:8000", "LOCALHOST", "127.0.0.1", "[::1]:9"]) {
    it(`fault 15: the Host '${host}' is this machine`, async () => {
      assert.match(await raw(fake, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200 /);
    });
  }

  it("fault 18: HTTP/1.0 is answered, also with a stream", async () => {
    engine.options = { reply: "One two." };
    const text = chatText(fake, { ...LONG, stream: true }).replace("HTTP/1.1", "HTTP/1.0");
    const answer = await raw(fake, text);
    assert.match(answer, /200 OK[\s\S]*"content":"One"[\s\S]*data: \[DONE\]\n\n$/);
  });

  it("fault 18: pipelined requests are answered in order", async () => {
    engine.options = { reply: "First." };
    const second = `GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    const answer = await raw(fake, chatText(fake, LONG, "") + second);
    assert.match(answer, /chat\.completion[\s\S]*"status":"ok"/);
  });

  for (const [name, text] of [["no HTTP at all", "\u0000\u0001\u0002\r\n\r\n"], ["no Host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"], ["endless headers", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(40_000)}\r\n\r\n`]] as const) {
    it(`fault 18: ${name} is refused`, async () => {
      assert.match(await raw(fake, text), /^HTTP\/1\.1 4\d\d /);
    });
  }

  it("a silent stream carries comments until the first token", async () => {
    engine.options = { reply: "Late.", prefillMsPerToken: 40 };
    const response = await fake.call("POST", CHAT, { ...LONG, stream: true });
    assert.match(await response.text(), /^(: ping\n\n)+data: /);
  });

  it("fault 20: at the end streams are drained, then told, and later requests refused", async () => {
    engine.options = { reply: "word ".repeat(150), tokenDelayMs: 10 };
    const response = await fake.call("POST", CHAT, { ...LONG, stream: true });
    const disposing = fake.runtime.dispose();
    const last = (await events(response)).at(-1) as { error: { code: string } };
    assert.equal(last.error.code, "shutting_down");
    await disposing;
    assert.equal(engine.disposed, true);
    await assert.rejects(fake.call("GET", "/health"));
  });

  it("fault 20: a request that ends in time is not cut", async () => {
    const patient = await startFakeRuntime({ drainMs: 5_000 }, new FakeEngine({ reply: "word ".repeat(5), tokenDelayMs: 2 }));
    const response = await patient.call("POST", CHAT, { ...LONG, stream: true });
    const [received] = await Promise.all([events(response), patient.runtime.dispose()]);
    assert.equal(received.at(-1), "[DONE]");
  });

  it("an error in the middle of a stream is its last event", async () => {
    engine.options = { reply: "a b c d e" };
    engine.dieNext(3);
    const response = await fake.call("POST", CHAT, { ...LONG, stream: true });
    const received = await events(response);
    assert.equal((received.at(-1) as { error: { code: string } }).error.code, "engine_died");
    assert.equal((await fake.call("POST", CHAT, LONG)).status, 200);
  });

  it("an error before the first token has its own status", async () => {
    const unhurried = await startFakeRuntime();
    unhurried.engine.dieNext(0);
    const response = await unhurried.call("POST", CHAT, { ...LONG, stream: true });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "1");
    await unhurried.runtime.dispose();
  });

  it("what is no coded error tells the client nothing and the log everything", async () => {
    engine.tokenize = () => Promise.reject(new Error("secret path /home/me"));
    const response = await fake.call("POST", CHAT, LONG);
    const text = await response.text();
    assert.deepEqual([response.status, text.includes("secret")], [500, false]);
    assert.match(fake.logged.join(), /secret path/);
  });
});

describe("HTTP API: where it listens", () => {
  it("fault 19: a port in use is said with its number", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await assert.rejects(startFakeRuntime({ port }), (error: Error & { code: string }) => error.code === "port_in_use" && error.message.includes(String(port)));
    other.close();
  });

  it("fault 19: an address that is not of this machine", async () => {
    await assert.rejects(startFakeRuntime({ host: "192.0.2.1", apiKey: "k" }), { code: "address_unknown" });
  });

  it("fault 19: an IPv6 address is put into brackets", async function () {
    const fake = await startFakeRuntime({ host: "::1" }).catch((error: { code: string }) => error);
    // A machine without IPv6 must say so.
    if ("code" in fake) return assert.equal(fake.code, "address_unknown");
    assert.match(fake.runtime.url, /^http:\/\/\[::1\]:\d+$/);
    assert.equal((await fake.call("GET", "/health")).status, 200);
    await fake.runtime.dispose();
  });

  it("an address that others can reach needs a key of one's own", async () => {
    for (const apiKey of [undefined, "none", ""]) {
      await assert.rejects(startRuntime({ host: "0.0.0.0", ...(apiKey === undefined ? {} : { apiKey }) }), { code: "key_required" });
    }
  });

  it("with the key 'none' any key or none is accepted, and foreign hosts still are not", async () => {
    const fake = await startFakeRuntime({ apiKey: "none" });
    assert.equal((await fetch(`${fake.runtime.url}/v1/models`)).status, 200);
    assert.equal((await fetch(`${fake.runtime.url}/v1/models`, { headers: { authorization: "Bearer whatever" } })).status, 200);
    assert.equal((await fetch(`${fake.runtime.url}/v1/models`, { headers: { origin: "https://evil.example" } })).status, 403);
    await fake.runtime.dispose();
  });

  it("an allowed origin gets CORS headers and its preflight", async () => {
    const origin = "https://page.example";
    const fake = await startFakeRuntime({ allowedOrigins: [origin], apiKey: "k" });
    const preflight = await fetch(`${fake.runtime.url}${CHAT}`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, origin]);
    const response = await fake.call("POST", CHAT, { ...LONG, stream: true }, { origin });
    assert.equal(response.headers.get("access-control-allow-origin"), origin);
    assert.equal((await fetch(`${fake.runtime.url}/v1/models`, { headers: { origin } })).status, 401);
    await response.text();
    await fake.runtime.dispose();
  });
});
