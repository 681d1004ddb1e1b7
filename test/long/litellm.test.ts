import assert from "node:assert/strict";
import OpenAI from "openai";

import { connectRemote } from "../../runtime/client/connect.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { smollm2 } from "../helpers/models.ts";
import { type ServeProcess, startServe } from "../helpers/serve-process.ts";
import { LiteLlmProxy } from "./litellm-proxy.ts";
import { runNotebook } from "./notebook-run.ts";

const MODEL = "smollm2-135m";
const KEY = "key-of-the-runtime";
const messages = [{ role: "user" as const, content: "Count from one to five." }];

describe("LiteLLM's proxy in front of retort serve", () => {
  let serve: ServeProcess;
  let proxy: LiteLlmProxy;
  let direct: OpenAI;
  let client: OpenAI;

  before(async function () {
    this.timeout(0);
    await smollm2("int8");
    serve = await startServe(["--api-key", KEY, "--model", MODEL, "--precision", "int8", "--context", "1024", "--slots", "2"]);
    proxy = await LiteLlmProxy.start({ url: serve.url, key: KEY, model: MODEL });
    direct = new OpenAI({ baseURL: `${serve.url}/v1`, apiKey: KEY, maxRetries: 0 });
    client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: proxy.key, maxRetries: 0 });
  });
  after(async () => {
    await proxy?.dispose();
    await serve?.dispose();
  });

  it("passes on a chat and its usage", async () => {
    const ask = { model: MODEL, messages, temperature: 0, max_tokens: 16 };
    const through = await client.chat.completions.create(ask);
    const plain = await direct.chat.completions.create(ask);
    assert.equal(through.choices[0]?.message.content, plain.choices[0]?.message.content);
    assert.deepEqual([through.usage?.prompt_tokens, through.usage?.completion_tokens], [plain.usage?.prompt_tokens, plain.usage?.completion_tokens]);
    assert.equal(through.choices[0]?.finish_reason, plain.choices[0]?.finish_reason);
  });

  it("passes on a stream as it comes", async () => {
    const ask = { model: MODEL, messages, temperature: 0, max_tokens: 48, stream: true as const, stream_options: { include_usage: true } };
    // Its first stream waits for code that it loads then.
    for await (const _ of await client.chat.completions.create({ ...ask, max_tokens: 2 }));
    const started = performance.now();
    const arrivals: number[] = [];
    let [text, tokens] = ["", 0];
    for await (const chunk of await client.chat.completions.create(ask)) {
      const piece = chunk.choices[0]?.delta.content ?? "";
      if (piece !== "") arrivals.push(performance.now() - started);
      text += piece;
      tokens = chunk.usage?.completion_tokens ?? tokens;
    }
    const total = performance.now() - started;
    const plain = await direct.chat.completions.create({ model: MODEL, messages, temperature: 0, max_tokens: 48 });
    assert.equal(text, plain.choices[0]?.message.content);
    assert.equal(tokens, plain.usage?.completion_tokens);
    assert.ok(arrivals.length >= 4 && (arrivals[0] ?? Infinity) < 0.8 * total, `${arrivals.length} pieces, the first after ${arrivals[0]} of ${total} ms`);
  });

  it("passes on the call of a function and takes its result back", async () => {
    const tools = [{ type: "function" as const, function: { name: "clock", description: "Tells the time.", parameters: { type: "object", properties: { zone: { enum: ["utc", "local"] } }, required: ["zone"], additionalProperties: false } } }];
    const asked = { model: MODEL, messages, tools, temperature: 0, max_tokens: 60 };
    const first = await client.chat.completions.create({ ...asked, tool_choice: "required", parallel_tool_calls: false });
    const reply = first.choices[0]?.message;
    const call = reply?.tool_calls?.[0];
    assert.ok(reply !== undefined && call?.type === "function");
    assert.deepEqual([call.function.name, Object.keys(JSON.parse(call.function.arguments) as object)], ["clock", ["zone"]]);
    const next = await client.chat.completions.create({ ...asked, messages: [...messages, reply, { role: "tool", tool_call_id: call.id, content: "12:00" }], tool_choice: "none", max_tokens: 8 });
    assert.ok(next.choices[0]?.message.content);
  });

  it("passes on an answer that is held to a schema", async () => {
    const schema = { type: "object", properties: { size: { enum: ["small", "large"] } }, required: ["size"], additionalProperties: false };
    const reply = await client.chat.completions.create({ model: MODEL, messages, temperature: 0, max_tokens: 60, response_format: { type: "json_schema", json_schema: { name: "size", schema, strict: true } } });
    assert.match(reply.choices[0]?.message.content ?? "", /^\s*\{\s*"size"\s*:\s*"(small|large)"\s*\}\s*$/);
  });

  it("passes on why a request was refused", async () => {
    const refusal = await client.chat.completions.create({ model: MODEL, messages: [{ role: "user", content: "word ".repeat(4000) }], max_tokens: 4 }).then(() => assert.fail("it was taken"), (error: unknown) => error);
    assert.ok(refusal instanceof OpenAI.APIError);
    assert.equal(refusal.status, 400);
    // By the message it tells a prompt that is too long from other mistakes, and its users fall back to another model then.
    assert.match(refusal.message, /ContextWindowExceeded/);
    assert.match(refusal.message, /\b1024\b/);
  });

  describe("as the back end of a notebook", () => {
    let remote: RuntimeClient;
    before(() => { remote = connectRemote({ url: proxy.url, key: proxy.key }); });
    after(() => remote.dispose());

    it("is known for what it is, and refuses a wrong key", async () => {
      const facts = await remote.probe();
      assert.deepEqual([facts.kind, facts.keyRefused, facts.models.map(({ id }) => id)], ["litellm", false, [MODEL]]);
      assert.match(facts.version ?? "not told", /^\d+\.\d+/);
      const stranger = connectRemote({ url: proxy.url, key: "sk-wrong" });
      const refused = await stranger.chat({ model: MODEL, messages }).then(() => null, (error: { code: string; message: string }) => error);
      await stranger.dispose();
      assert.ok(refused !== null, "a wrong key was taken");
    });

    it("a cell is answered with tokens counted and nothing made up", async () => {
      const run = await runNotebook({ url: proxy.url, key: proxy.key, model: MODEL }, ["---\nname: count\nruns: 3\nwarmup: 0\ntemperature: 0\nmax_tokens: 16\nsave: out.jsonl\n---\nCount from one to five."]);
      try {
        assert.equal(run.code, 0, run.shown);
        assert.ok(!run.saved.includes(proxy.key) && !/\bNaN\b|Infinity|undefined/.test(run.saved));
        const records = run.records("out.jsonl");
        assert.equal(records.length, 3);
        for (const record of records) assert.ok(Number(record["prompt_tokens"]) > 0 && Number(record["answer_tokens"]) > 0 && Number(record["ttft_ms"]) > 0 && record["queue_ms"] === null, JSON.stringify(record));
      } finally {
        run.dispose();
      }
    });
  });
});
