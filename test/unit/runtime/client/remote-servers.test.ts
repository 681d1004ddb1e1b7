import assert from "node:assert/strict";

import { connectRemote } from "../../../../runtime/client/connect.ts";
import { PRESETS, serverUrl } from "../../../../runtime/client/presets.ts";
import type { RuntimeClient } from "../../../../runtime/client/runtime-client.ts";
import { serverLines } from "../../../../runtime/client/server-text.ts";
import { RecordedServer, recordings } from "../../../helpers/recorded-server.ts";

const HELLO = { messages: [{ role: "user" as const, content: "What is 2 + 2?" }] };

for (const [kind, recording] of recordings()) {
  describe(`a remote ${kind}`, () => {
    let server: RecordedServer;
    let client: RuntimeClient;
    before(async () => {
      server = await RecordedServer.start(recording);
      client = connectRemote({ url: `${server.url}/v1`, key: "k" });
    });
    after(async () => {
      await client.dispose();
      await server.close();
    });

    it("is known by its pages, with what it can do", async () => {
      const { facts } = recording;
      const seen = await client.probe();
      assert.deepEqual([seen.kind, seen.version, seen.reasoning, seen.models[0]?.context, seen.keyRefused], [facts.kind, facts.version, facts.reasoning, facts.context, false]);
      assert.deepEqual(Object.fromEntries(Object.keys(facts.routes).map((name) => [name, seen.routes[name as keyof typeof seen.routes]])), facts.routes);
      assert.deepEqual(Object.fromEntries(Object.keys(facts.fields).map((name) => [name, seen.fields[name as keyof typeof seen.fields]])), facts.fields);
      const text = serverLines(seen).join("\n");
      assert.ok(text.includes(seen.models[0]?.id ?? "?") && !/null|undefined/.test(text), text);
    });

    it("answers, with thinking apart and no count that it does not tell", async () => {
      const { thinking, answer, tokens, prompt, untold, reasoning = 0, cached = 0, chunkTokens } = recording.reply;
      await client.models();
      const reply = await client.chat({ model: "m", ...HELLO });
      assert.deepEqual([reply.thinking, reply.answer, reply.finish, reply.timings], [thinking, answer, "stop", null]);
      assert.deepEqual([reply.usage?.completion_tokens ?? null, reply.usage?.prompt_tokens ?? null], [tokens, prompt]);
      assert.deepEqual(reply.usage === null ? ["tokens", "cached", "reasoning"] : reply.untold ?? [], untold);
      if (reply.usage !== null) assert.deepEqual([reply.usage.prompt_tokens_details.cached_tokens, reply.usage.completion_tokens_details.reasoning_tokens], [cached, reasoning]);
      assert.deepEqual(reply.client.tokens, chunkTokens);
      const asked = server.bodies.at(-1)?.["stream_options"];
      assert.deepEqual(asked, { include_usage: true, ...(kind === "vllm" ? { continuous_usage_stats: true } : {}) });
    });
  });
}

describe("probing", () => {
  const [, plain] = recordings().find(([kind]) => kind === "other") ?? assert.fail();

  it("says that the key is refused", async () => {
    const server = await RecordedServer.start({ ...plain, looks: { "/v1/models": { status: 401, body: { error: { message: "no key" } } } } });
    const client = connectRemote({ url: server.url, key: null });
    const facts = await client.probe();
    assert.equal(facts.keyRefused, true);
    assert.match(serverLines(facts).join(), /key is missing or wrong/);
    await client.dispose();
    await server.close();
  });

  it("LiteLLM is not asked for its health, which makes every model answer, nor for its routes, which takes it a minute", async () => {
    for (const [kind, recording] of recordings()) {
      const server = await RecordedServer.start(recording);
      const client = connectRemote({ url: server.url, key: "k" });
      await client.probe();
      await client.dispose();
      await server.close();
      if (kind === "litellm") assert.deepEqual(server.looked, ["/v1/models", "/health/liveliness", "/health/readiness/details"]);
      else assert.ok(["/openapi.json", "/health", "/"].every((path) => server.looked.includes(path)), kind);
    }
  });

  it("passes on that nobody is there, and an abort", async () => {
    const nobody = connectRemote({ url: "http://127.0.0.1:9", key: null });
    await assert.rejects(nobody.probe(), { code: "connection_refused" });
    await assert.rejects(nobody.probe(AbortSignal.abort()), { code: "cancelled" });
  });

  for (const body of ["<html>login</html>", "[]", '{"data":[null,1,{"id":5}]}', '{"data":{"id":"x"}}', ""]) {
    it(`makes nothing of a page that says ${JSON.stringify(body)}`, async () => {
      const server = await RecordedServer.start({ ...plain, looks: {}, default: { status: 200, body } });
      const client = connectRemote({ url: server.url, key: null });
      const facts = await client.probe();
      assert.deepEqual([facts.kind, facts.version, facts.models], ["other", null, []]);
      await client.dispose();
      await server.close();
    });
  }
});

describe("stream options", () => {
  const [, plain] = recordings().find(([kind]) => kind === "other") ?? assert.fail();
  for (const [status, error] of [
    [400, { error: { message: "Unrecognized request argument supplied: stream_options" } }],
    [422, { error: { message: "Extra inputs are not permitted", param: "stream_options.include_usage" } }],
  ] as const) {
    it(`are left out from the first refusal on (${status})`, async () => {
      const server = await RecordedServer.start(plain);
      server.refusals.push((_request, response) => response.writeHead(status).end(JSON.stringify(error)));
      const client = connectRemote({ url: server.url, key: null });
      for (let i = 0; i < 2; i++) assert.equal((await client.chat({ model: "m", ...HELLO })).answer, "4");
      assert.deepEqual(server.bodies.map((body) => "stream_options" in body), [true, false, false]);
      await client.dispose();
      await server.close();
    });
  }
});

describe("presets", () => {
  it("stand for an address; an address stands for itself", () => {
    for (const [name, { url }] of Object.entries(PRESETS)) assert.equal(serverUrl(name), url);
    for (const text of ["http://box:1", "", "constructor", "Ollama"]) assert.equal(serverUrl(text), text);
  });
});
