import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { ReplyDelta } from "../../../../runtime/client/replies.ts";
import { connectRemote } from "../../../../runtime/client/connect.ts";
import { RuntimeClient } from "../../../../runtime/client/runtime-client.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const HELLO = { messages: [{ role: "user" as const, content: "Hello" }] };

describe("RuntimeClient against the runtime", () => {
  let fake: FakeRuntime;
  let client: RuntimeClient;
  before(async () => {
    fake = await startFakeRuntime();
    client = new RuntimeClient({ local: true, endpoint: { url: fake.runtime.url, token: fake.runtime.token } });
  });
  after(async () => {
    await client.dispose();
    await fake.runtime.dispose();
  });

  it("streams a chat and gives the whole reply with all facts", async () => {
    fake.engine.script("so so </think> Yes indeed.");
    const deltas: ReplyDelta[] = [];
    const reply = await client.chat({ model: "thinker", ...HELLO }, { onDelta: (delta) => deltas.push(delta), priority: "notebook" });
    assert.deepEqual([reply.thinking, reply.answer, reply.finish, reply.model], ["so so", "Yes indeed.", "stop", "thinker"]);
    assert.equal(deltas.filter(({ kind }) => kind === "answer").map(({ text }) => text).join(""), "Yes indeed.");
    assert.equal(reply.usage?.completion_tokens_details.reasoning_tokens, 3);
    assert.equal(reply.timings?.predicted_tokens, 5);
    assert.equal(reply.provenance?.model, "thinker");
    assert.equal(fake.engine.requests.at(-1)?.priority, 2);
    const { sentAt, chunks, firstAnswer, endedAt } = reply.client;
    assert.ok(sentAt <= (chunks[0] ?? 0) && (chunks.at(-1) ?? Infinity) <= endedAt && (firstAnswer ?? 0) > 0);
  });

  it("completes, fills in, embeds, tokenises and scores", async () => {
    assert.equal((await client.completion({ model: "chatty", prompt: "x" })).text, "The answer is 42.");
    const infill = await client.infill({ model: "coder", input_prefix: "a", input_suffix: "b" });
    assert.deepEqual([infill.text, infill.finish, infill.provenance?.model], ["The answer is 42.", "stop", "coder"]);
    assert.equal((await client.embeddings({ model: "embedder", input: "x" })).data.length, 1);
    const tokens = await client.tokenize({ model: "chatty", content: "one two" });
    assert.equal(await client.detokenize({ model: "chatty", tokens }), "one two");
    assert.equal((await client.score({ model: "chatty", text: "one two three" })).positions.length, 2);
  });

  it("tells what could be used here, and removes a model", async () => {
    const own = await startFakeRuntime();
    const ownClient = new RuntimeClient({ local: true, endpoint: { url: own.runtime.url, token: own.runtime.token } });
    assert.equal((await ownClient.offers()).models.length, 4);
    assert.deepEqual((await ownClient.remove("chatty", "int8")).removed.map(({ precision }) => precision), ["int8"]);
    await ownClient.dispose();
    await own.runtime.dispose();
  });

  it("a look at a runtime that is gone starts none", async () => {
    const own = await startFakeRuntime();
    let asked = 0;
    const ownClient = new RuntimeClient({
      local: true,
      endpoint: { url: own.runtime.url, token: own.runtime.token },
      reconnect: () => { asked++; return Promise.reject(new Error("not wanted")); },
    });
    assert.equal((await ownClient.statusIfRunning())?.state, "ok");
    await own.runtime.dispose();
    assert.equal(await ownClient.statusIfRunning(), null);
    assert.equal(asked, 0);
    await ownClient.dispose();
  });

  it("loads with progress, switches, unloads, and tells the state", async () => {
    const steps: string[] = [];
    assert.equal((await client.load("chatty", "fp16", { onProgress: ({ step }) => steps.push(step) })).precision, "fp16");
    assert.ok(steps.includes("load chatty@fp16"));
    assert.equal((await client.precision("chatty", "fp16")).precision, "fp16");
    assert.equal((await client.status()).active_precision.chatty, "fp16");
    await client.unload("chatty");
    assert.ok((await client.status()).loaded.every(({ model }) => model !== "chatty"));
    assert.equal((await client.health()).status, "ok");
    assert.equal((await client.devices()).backend, "cpu");
    assert.equal((await client.memory()).process.rss, 300e6);
    assert.ok((await client.models()).some(({ id }) => id === "chatty"));
  });

  it("gives back coded errors with hint and field", async () => {
    await assert.rejects(client.chat({ model: "nobody", ...HELLO }), { code: "model_not_found", status: 404, param: "model" });
    await assert.rejects(client.load("nobody"), { code: "model_not_found" });
    fake.engine.dieNext(2);
    await assert.rejects(client.chat({ model: "chatty", ...HELLO }), { code: "engine_died" });
  });

  it("an abort ends the call and the generation", async () => {
    fake.engine.options.tokenDelayMs = 5;
    fake.engine.script("word ".repeat(100));
    const abort = new AbortController();
    const call = client.chat({ model: "chatty", ...HELLO }, { signal: abort.signal, onDelta: () => abort.abort() });
    await assert.rejects(call, { code: "cancelled" });
    while ((await client.status()).active > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await assert.rejects(client.chat({ model: "chatty", ...HELLO }, { signal: AbortSignal.abort() }), { code: "cancelled" });
    fake.engine.options.tokenDelayMs = 0;
  });

  it("fault 77: a wrong key, and nobody at the address", async () => {
    const stranger = new RuntimeClient({ local: true, endpoint: { url: fake.runtime.url, token: "wrong" } });
    await assert.rejects(stranger.models(), { code: "invalid_api_key", status: 401 });
    const nobody = connectRemote({ url: "http://127.0.0.1:9/v1", key: null });
    await assert.rejects(nobody.models(), { code: "connection_refused" });
    const lost = connectRemote({ url: "http://name.invalid/v1", key: null });
    await assert.rejects(lost.models(), { code: "dns_failed" });
    assert.throws(() => connectRemote({ url: "not a url", key: null }), { code: "bad_url" });
    assert.throws(() => connectRemote({ url: "file:///etc/passwd", key: null }), { code: "bad_url" });
  });

  it("finds the runtime again once when its connection is refused", async () => {
    let asked = 0;
    const moved = new RuntimeClient({
      local: true,
      endpoint: { url: "http://127.0.0.1:9", token: "old" },
      reconnect: () => { asked++; return Promise.resolve({ url: fake.runtime.url, token: fake.runtime.token }); },
    });
    assert.equal((await moved.health()).status, "ok");
    assert.equal((await moved.health()).status, "ok");
    assert.equal(asked, 1);
    await moved.dispose();
  });

  it("finds the runtime again when the one it knows is ending", async () => {
    const old = await startFakeRuntime({ drainMs: 10_000 });
    const user = new RuntimeClient({
      local: true,
      endpoint: { url: old.runtime.url, token: old.runtime.token },
      reconnect: () => Promise.resolve({ url: fake.runtime.url, token: fake.runtime.token }),
    });
    old.engine.options = { reply: "word ".repeat(100), tokenDelayMs: 5 };
    let ended: Promise<void> | undefined;
    const long = user.chat({ model: "chatty", ...HELLO }, { onDelta: () => { ended ??= old.runtime.dispose(); } });
    while (ended === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await user.offers()).models.length, 4);
    assert.equal(user.url, fake.runtime.url);
    assert.equal((await long).finish, "stop");
    await ended;
    await user.dispose();
  });
});

describe("RuntimeClient against other servers", () => {
  let server: Server;
  let handler: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  let client: RuntimeClient;
  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => { body += chunk; }).on("end", () => handler(request, response, body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    client = connectRemote({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`, key: "k", headers: { "x-extra": "1" } });
  });
  after(async () => {
    await client.dispose();
    server.close();
  });

  /** Answers with these events. */
  const events = (...list: unknown[]): void => {
    handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of list) response.write(typeof event === "string" ? event : `data: ${JSON.stringify(event)}\n\n`);
      response.end();
    };
  };
  const delta = (fields: object, finish: string | null = null): object => ({ id: "x", model: "served-name", choices: [{ index: 0, delta: fields, finish_reason: finish }] });
  const DONE = "data: [DONE]\n\n";

  it("sends key and headers, and none of Retort's own fields", async () => {
    let seen: { url: string | undefined; headers: IncomingMessage["headers"]; body: Record<string, unknown> } | undefined;
    handler = (request, response, body) => {
      seen = { url: request.url, headers: request.headers, body: JSON.parse(body) as Record<string, unknown> };
      response.writeHead(200).end(`data: ${JSON.stringify(delta({ content: "hi" }, "stop"))}\n\n${DONE}`);
    };
    await client.chat({ model: "m", ...HELLO, precision: "int8", cache_prompt: false, task: "math", temperature: 0 });
    assert.deepEqual([seen?.url, seen?.headers.authorization, seen?.headers["x-extra"]], ["/v1/chat/completions", "Bearer k", "1"]);
    assert.deepEqual(Object.keys(seen?.body ?? {}).sort(), ["messages", "model", "stream", "stream_options", "temperature"]);
  });

  for (const field of ["reasoning_content", "reasoning", "thinking"]) {
    it(`fault 78: understands thinking in '${field}'`, async () => {
      events(": ping\n\n", delta({ role: "assistant" }), delta({ [field]: "hm" }), delta({ content: "a <think> b" }), delta({}, "stop"), DONE);
      const reply = await client.chat({ model: "m", ...HELLO });
      assert.deepEqual([reply.thinking, reply.answer, reply.model, reply.timings, reply.usage, reply.provenance], ["hm", "a <think> b", "served-name", null, null, null]);
    });
  }

  it("fault 78: parts raw tags, whatever the chunks", async () => {
    events(delta({ content: "<thi" }), delta({ content: "nk>hm</th" }), delta({ content: "ink>yes" }), delta({}, "length"), { choices: [], usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 } }, DONE);
    const reply = await client.chat({ model: "m", ...HELLO });
    assert.deepEqual([reply.thinking, reply.answer, reply.finish, reply.usage?.completion_tokens], ["hm", "yes", "length", 5]);
  });

  it("fault 78: an error object inside the stream", async () => {
    events(delta({ content: "a" }), { error: { message: "out of memory", code: "oom" } });
    await assert.rejects(client.chat({ model: "m", ...HELLO }), { code: "oom", message: "out of memory" });
  });

  it("fault 78: a stream that ends without a final marker is an error, not a short answer", async () => {
    events(delta({ content: "half" }));
    await assert.rejects(client.chat({ model: "m", ...HELLO }), { code: "stream_cut", hint: /again/ });
  });

  it("fault 78: a stream that ends without a word may be a prompt that is too long", async () => {
    events();
    await assert.rejects(client.chat({ model: "m", ...HELLO }), { code: "stream_cut", hint: /too long/ });
  });

  it("fault 78: a connection that breaks in the middle", async () => {
    handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(delta({ content: "half" }))}\n\n`, () => response.destroy());
    };
    await assert.rejects(client.chat({ model: "m", ...HELLO }), { code: "connection_lost" });
  });

  it("a stream that is not JSON", async () => {
    events("data: <html>\n\n");
    await assert.rejects(client.chat({ model: "m", ...HELLO }), { code: "bad_response" });
  });

  for (const [name, status, body, code] of [
    ["FastAPI's shape", 422, { detail: "no such field" }, "http_422"],
    ["a login page", 502, "<html>", "http_502"],
    ["OpenAI's shape without a code", 429, { error: { message: "slow down", code: null } }, "http_429"],
  ] as const) {
    it(`understands an error in ${name}`, async () => {
      handler = (_request, response) => { response.writeHead(status, { "retry-after": "7" }).end(typeof body === "string" ? body : JSON.stringify(body)); };
      await assert.rejects(client.models(), { code, status, retryAfter: 7 });
    });
  }

  it("what only a runtime can tell is 'not available', and asked of nobody", async () => {
    handler = () => assert.fail("no request expected");
    await assert.rejects(client.memory(), { code: "not_available" });
    await assert.rejects(client.load("m"), { code: "not_available" });
    await assert.rejects(client.tokenize({ model: "m", content: "x" }), { code: "not_available" });
  });

  it("sends a request once more when a kept-alive connection was closed under it", async () => {
    let count = 0;
    handler = (request, response) => {
      count++;
      response.writeHead(200, { "content-type": "application/json" }).end('{"data":[]}', () => { if (count === 1) request.socket.destroySoon(); });
    };
    await client.models();
    await client.models();
    await client.models();
    assert.equal(count, 3);
  });
});
