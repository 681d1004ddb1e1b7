import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { FakeEngine } from "../helpers/fake-engine.ts";
import { readAnswers } from "../helpers/fuzz/http-answer.ts";
import { type FakeRuntime, startFakeRuntime } from "../unit/runtime/fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const GOOD = { model: "chatty", messages: [{ role: "user", content: "Hello" }], max_tokens: 200 };
const KEY = "the-key";
const AUTH = `Authorization: Bearer ${KEY}\r\n`;
/** Far more than any of these takes, far less than a hostile body could. */
const SOON_MS = 3000;
/** Longer than the front under test waits for a reader. */
const STALLED_MS = 600;

describe("HTTP API: hostile clients", () => {
  let fake: FakeRuntime;
  let engine: FakeEngine;
  beforeEach(async () => {
    engine = new FakeEngine({ reply: "Fine words." });
    fake = await startFakeRuntime({ apiKey: KEY, limits: { headersMs: 200, requestMs: 300, connectionCheckMs: 30, connections: 20, stallMs: 200, pingMs: 20, pendingBytes: 64 * 1024 } }, engine);
  });
  afterEach(() => fake.runtime.dispose());

  const open = (): Socket => {
    const socket = connect(Number(new URL(fake.runtime.url).port), "127.0.0.1");
    return socket.on("error", () => socket.destroy());
  };
  /** All that comes back until the connection ends. */
  const everything = async (socket: Socket): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    await once(socket, "close");
    return Buffer.concat(chunks);
  };
  const exchange = async (text: string): Promise<Array<[number, string]>> => {
    const socket = open();
    socket.write(text);
    return readAnswers(await everything(socket)).map(({ status, body }) => [status, (JSON.parse(body) as { error?: { code: string } }).error?.code ?? ""]);
  };
  const post = (body: string, headers = "", version = "1.1"): string => `POST ${CHAT} HTTP/${version}\r\nHost: localhost\r\n${AUTH}Content-Type: application/json\r\n${headers}Connection: close\r\n\r\n${body}`;
  const measured = (body: object, headers = ""): string => {
    const text = JSON.stringify(body);
    return post(text, `Content-Length: ${Buffer.byteLength(text)}\r\n${headers}`);
  };
  const isFine = async (): Promise<void> => assert.equal((await fake.call("POST", CHAT, GOOD)).status, 200);
  const idle = async (): Promise<void> => {
    while (((await (await fake.call("GET", "/retort/status")).json()) as { active: number }).active > 0) await sleep(5);
  };

  it("fault 13: a body that comes byte by byte is given up with 408, and others are served meanwhile", async () => {
    const socket = open();
    const answer = everything(socket);
    socket.write(post("", "Content-Length: 1000\r\n"));
    const drip = setInterval(() => { if (socket.writable) socket.write(" "); }, 20);
    await isFine();
    const [first] = readAnswers(await answer);
    clearInterval(drip);
    assert.deepEqual([first?.status, (JSON.parse(first?.body ?? "") as { error: { code: string } }).error.code], [408, "request_timeout"]);
  });

  it("fault 13: connections that are half closed take no place", async () => {
    const sockets = Array.from({ length: 15 }, (_, i) => {
      const socket = open();
      socket.allowHalfOpen = true;
      // Before a request, in its head, in its body, and while it is answered.
      socket.end(["", "POST / HT", post("{", "Content-Length: 100\r\n"), measured({ ...GOOD, stream: true })][i % 4] ?? "");
      return socket;
    });
    await Promise.all(sockets.map((socket) => everything(socket)));
    await idle();
    await isFine();
  });

  it("fault 13: a crowd of silent connections keeps nobody out", async () => {
    const crowd = Array.from({ length: 60 }, open);
    await Promise.all(crowd.slice(0, 20).map(async (socket) => socket.connecting ? once(socket, "connect") : undefined));
    for (let i = 0; i < 3; i++) assert.equal((await fetch(`${fake.runtime.url}/health`, { headers: { connection: "close" } })).status, 200);
    for (const socket of crowd) socket.destroy();
  });

  it("fault 13: a connection that is being answered is not ended for a new one", async () => {
    engine.options = { reply: "word ".repeat(20), tokenDelayMs: 10 };
    const socket = open();
    socket.write(measured({ ...GOOD, stream: true }));
    const answer = everything(socket);
    while (engine.requests.length === 0) await sleep(2);
    const crowd = Array.from({ length: 60 }, open);
    assert.match((await answer).toString(), /\[DONE\]/);
    for (const each of crowd) each.destroy();
  });

  for (const stream of [false, true]) {
    it(`fault 12: a reader of ${stream ? "a stream" : "an answer"} that takes next to nothing is cut off, and what it did not take is let go`, async () => {
      const words = 120;
      const wordBytes = 300_000;
      engine.options = { reply: `${"x".repeat(wordBytes)} `.repeat(words) };
      const socket = open();
      socket.pause();
      socket.write(measured({ ...GOOD, stream }));
      const sip = setInterval(() => socket.read(1), 10);
      while (engine.requests.length === 0) await sleep(2);
      await idle();
      await sleep(STALLED_MS);
      clearInterval(sip);
      const rest = await everything(socket.resume());
      // What the system's buffers held came; the rest was let go.
      assert.ok(rest.length < (words * wordBytes) / 2, `${rest.length} bytes came`);
      engine.options = { reply: "Fine." };
      await isFine();
    });
  }

  it("a long silence before the answer is no stall", async () => {
    engine.options = { reply: "Late.", prefillMsPerToken: 100 };
    assert.equal((await fake.call("POST", CHAT, GOOD)).status, 200);
    const both = await exchange(`GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n${measured(GOOD)}`);
    assert.deepEqual(both, [[200, ""], [200, ""]]);
  });

  const json = JSON.stringify(GOOD);
  const chunked = `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`;
  const shapes: Array<[what: string, text: string, status: number, code: string]> = [
    ["fault 1: a compressed body", measured(GOOD, "Content-Encoding: gzip\r\n"), 415, "unsupported_encoding"],
    ["fault 1: a body that says it is not compressed", measured(GOOD, "Content-Encoding: identity\r\n"), 200, ""],
    ["fault 1: a body in chunks", post(chunked, "Transfer-Encoding: chunked\r\n"), 200, ""],
    ["fault 1: a body shorter than it says", post("{}", "Content-Length: 100\r\n"), 408, "request_timeout"],
    ["fault 1: no body and no length", post(""), 400, "invalid_json"],
    ["fault 2: a length beyond any limit", post(json, "Content-Length: 99999999999\r\n"), 413, "body_too_large"],
    ["fault 2: a chunk that would have 2^63 bytes", post(`7fffffffffffffff\r\n${json}`, "Transfer-Encoding: chunked\r\n"), 408, "request_timeout"],
    ["fault 2: a chunk whose size overflows", post(`${"f".repeat(17)}\r\n${json}`, "Transfer-Encoding: chunked\r\n"), 400, "bad_http"],
    ["fault 18: both a length and chunks", post(chunked, `Content-Length: ${chunked.length}\r\nTransfer-Encoding: chunked\r\n`), 400, "bad_http"],
    ["fault 18: two lengths", post(json, `Content-Length: ${json.length}\r\nContent-Length: 0\r\n`), 400, "bad_http"],
    ["fault 18: a folded header", `GET /health HTTP/1.1\r\nHost: localhost\r\n folded: yes\r\nX-A: b\r\n c\r\n\r\n`, 400, "bad_http"],
    ["fault 18: a space before a colon", post(chunked, "Transfer-Encoding : chunked\r\n"), 400, "bad_http"],
    ["fault 18: two Hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400, "several_hosts"],
    ["fault 18: no Host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", 403, "host_not_allowed"],
    ["fault 18: Expect: 100-continue", measured(GOOD, "Expect: 100-continue\r\n"), 200, ""],
    ["fault 18: another Expect", measured(GOOD, "Expect: miracles\r\n"), 417, "expectation_failed"],
    ["fault 18: an upgrade", measured(GOOD, "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n"), 200, ""],
    ["fault 18: TRACE", `TRACE /health HTTP/1.1\r\nHost: localhost\r\n${AUTH}Connection: close\r\n\r\n`, 405, "method_not_allowed"],
    ["fault 18: CONNECT", `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n${AUTH}\r\n`, 405, "method_not_allowed"],
    ["fault 18: the address of another server", `GET http://evil.example/v1/models HTTP/1.1\r\nHost: evil.example\r\n${AUTH}Connection: close\r\n\r\n`, 403, "host_not_allowed"],
    ["fault 18: .. that leads out", `GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n${AUTH}Connection: close\r\n\r\n`, 404, "not_found"],
    ["fault 15: a preflight of a foreign page", `OPTIONS ${CHAT} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\nConnection: close\r\n\r\n`, 403, "origin_not_allowed"],
    ["fault 15: a page on another port of this machine", `GET /health HTTP/1.1\r\nHost: localhost:1\r\nOrigin: http://localhost:2\r\nConnection: close\r\n\r\n`, 403, "origin_not_allowed"],
    ["fault 15: a Host that others have forwarded", `GET /health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n`, 403, "host_not_allowed"],
    ["fault 14: a key in the query beside a good one", `GET /v1/models?access_token=${KEY} HTTP/1.1\r\nHost: localhost\r\n${AUTH}Connection: close\r\n\r\n`, 400, "key_in_query"],
  ];
  for (const [what, text, status, code] of shapes) {
    it(`${what} -> ${status}${code === "" ? "" : ` ${code}`}`, async () => {
      const answers = await exchange(text);
      assert.deepEqual(answers, [[status, code]]);
      await isFine();
    });
  }

  it("fault 18: garbage behind a request comes after its answer, and does not get into it", async () => {
    engine.options = { reply: "one two three four", tokenDelayMs: 5 };
    for (const stream of [true, false]) {
      const text = JSON.stringify({ ...GOOD, stream });
      const socket = open();
      socket.write(`POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\n${AUTH}Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}\u0000garbage\r\n\r\n`);
      const [first, second, ...more] = readAnswers(await everything(socket));
      assert.deepEqual([first?.status, second?.status, more.length], [200, 400, 0]);
      assert.match(first?.body ?? "", stream ? /\[DONE\]\n\n$/ : /one two three four/);
    }
  });

  it("fault 11: a body that is cut off by its client is no internal error", async () => {
    const socket = open();
    socket.write(post('{"model":', "Content-Length: 500\r\n"));
    await sleep(50);
    socket.resetAndDestroy();
    await sleep(50);
    await isFine();
    assert.deepEqual(fake.logged, []);
  });

  const bombs: Array<[what: string, body: object]> = [
    ["fault 7: 300,000 logit_bias entries", { logit_bias: Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [i, 1])) }],
    ["fault 7: 100,000 stop strings", { stop: Array.from({ length: 100_000 }, (_, i) => String(i)) }],
    ["fault 5: 100,000 messages", { messages: Array.from({ length: 100_000 }, () => ({ role: "user", content: "x" })) }],
    ["fault 5: 100,000 unknown fields", Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field_${i}`, i]))],
    ["fault 3: 60 levels of unknown fields", { metadata: nested(58) }],
    ["fault 10: 10,000 tools", { tools: Array.from({ length: 10_000 }, (_, i) => ({ type: "function", function: { name: `f${i}`, parameters: { type: "object" } } })) }],
    ["fault 10: a tool whose schema has 100,000 parts", { tool_choice: "required", tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`p${i}`, { type: "string" }])) } } }] }],
    ["fault 10: a tool whose schemas refer to each other without end", { tool_choice: "required", tools: [{ type: "function", function: { name: "f", parameters: { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }, { $ref: "#/$defs/b" }] }, b: { anyOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] } } } } }] }],
    ["fault 10: a schema with a regular expression that runs for ever", { response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "string", pattern: `^(${"a?".repeat(5000)})*(a+)+$` } } } }],
    ["fault 10: a schema that refers to another server", { response_format: { type: "json_schema", json_schema: { name: "x", schema: { $ref: "http://169.254.169.254/x" } } } }],
    ["fault 10: a schema of a million choices", { response_format: { type: "json_schema", json_schema: { name: "x", schema: { enum: Array.from({ length: 500_000 }, (_, i) => i) } } } }],
  ];
  for (const [what, body] of bombs) {
    it(`${what}: answered at once, and the next request too`, async () => {
      const began = performance.now();
      const response = await fake.call("POST", CHAT, { ...GOOD, ...body });
      const text = await response.text();
      assert.ok(response.status < 500, text);
      assert.ok(performance.now() - began < SOON_MS, `it took ${performance.now() - began} ms`);
      assert.ok(text.length < 10_000);
      await isFine();
    });
  }

  for (const [what, field] of [["a chat template", "chat_template"], ["its arguments", "chat_template_kwargs"], ["a grammar", "grammar"], ["a grammar file", "grammar_file"], ["a URL", "url"], ["a file", "file"], ["a path", "path"]] as const) {
    it(`fault 17: ${what} in a request is refused, on every route that generates`, async () => {
      const bodies: Array<[path: string, body: object]> = [[CHAT, GOOD], ["/v1/completions", { model: "chatty", prompt: "x" }], ["/v1/responses", { model: "chatty", input: "x" }], ["/infill", { model: "coder", input_prefix: "a", input_suffix: "b" }], ["/apply-template", { messages: GOOD.messages }]];
      for (const [path, body] of bodies) {
        const response = await fake.call("POST", path, { ...body, [field]: "{{ cycler.__init__.__globals__ }}" });
        const { error } = (await response.json()) as { error: { code: string } };
        assert.deepEqual([response.status, error.code], [400, "field_refused"], path);
      }
      assert.equal(engine.requests.length, 0);
    });
  }
});

function nested(levels: number): object {
  let value: object = {};
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
}
