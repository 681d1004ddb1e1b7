import assert from "node:assert/strict";

import type { CompletionResponse, InfillResponse, LoadedInfo, ModelCard, RuntimeStatus, ScoreResponse } from "../../../../runtime/api/types.ts";
import { FAKE_TOKENS } from "../../../helpers/fake-vocabulary.ts";
import { events, fakeFile, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

describe("HTTP API: the other routes", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime({ aliases: { "gpt-4o": "chatty" }, models: ["thinker"] }); });
  afterEach(() => fake.runtime.dispose());

  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fake.call("POST", path, body);
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as T;
  };
  const get = async <T>(path: string): Promise<T> => (await (await fake.call("GET", path)).json()) as T;
  const prompt = (index = 0): string => fake.engine.vocabulary.decode(fake.engine.requests[index]?.tokens ?? []);

  it("GET /health needs no key and tells no secret", async () => {
    const response = await fetch(`${fake.runtime.url}/health`);
    assert.deepEqual(Object.keys((await response.json()) as object), ["status", "version"]);
  });

  it("GET /v1/models lists what can be used without a download, aliases first", async () => {
    fake.files.stored.splice(0, fake.files.stored.length, ...fake.files.stored.filter(({ modelId }) => modelId !== "coder"));
    const { data } = await get<{ data: ModelCard[] }>("/v1/models");
    assert.deepEqual(data.map(({ id }) => id), ["gpt-4o", "chatty", "thinker", "embedder"]);
    assert.deepEqual(data[1]?.retort.precisions.map(({ precision, installed }) => [precision, installed]), [["fp16", true], ["int8", true]]);
    assert.equal((await get<ModelCard>("/v1/models/gpt-4o")).id, "gpt-4o");
  });

  it("an alias and 'default' stand for their models", async () => {
    const ask = (model: string): Promise<{ model: string; retort: { model: string } }> => post("/v1/chat/completions", { model, messages: [{ role: "user", content: "x" }] });
    const named = await ask("gpt-4o");
    assert.deepEqual([named.model, named.retort.model], ["gpt-4o", "chatty"]);
    assert.equal((await ask("default")).retort.model, "thinker");
  });

  it("POST /v1/completions answers several raw prompts, with echo, log-probabilities and usage", async () => {
    const reply = await post<CompletionResponse>("/v1/completions", { model: "chatty", prompt: ["One <|im_end|>", "Two"], n: 2, max_tokens: 2, echo: true });
    assert.deepEqual(reply.choices.map(({ index, text, finish_reason }) => [index, text, finish_reason]), [
      [0, "One <|im_end|>The answer", "length"], [1, "One <|im_end|>The answer", "length"], [2, "TwoThe answer", "length"], [3, "TwoThe answer", "length"],
    ]);
    assert.ok(fake.engine.requests[0]?.tokens.includes(FAKE_TOKENS.end), "control tokens count in a raw prompt");
    const logprobs = (await post<CompletionResponse>("/v1/completions", { model: "chatty", prompt: "x", logprobs: 1 })).choices[0]?.logprobs;
    assert.deepEqual(logprobs?.tokens, ["The", " answer", " is", " 42."]);
    assert.deepEqual(logprobs?.text_offset, [0, 3, 10, 13]);
  });

  it("POST /v1/completions streams", async () => {
    const received = (await events(await fake.call("POST", "/v1/completions", { model: "chatty", prompt: "x", stream: true, stream_options: { include_usage: true } }))) as Array<CompletionResponse | "[DONE]">;
    assert.equal(received.pop(), "[DONE]");
    const chunks = received as CompletionResponse[];
    assert.equal(chunks.map(({ choices }) => choices[0]?.text ?? "").join(""), "The answer is 42.");
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, 4);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, "stop");
  });

  it("POST /infill knows what a user's own file can do before it was ever loaded", async () => {
    const own = await startFakeRuntime({ aliases: { mine: "file:/own.gguf" } });
    own.files.stored.push({ ...fakeFile("file:/own.gguf", "int8"), modelId: "file:/own.gguf" });
    own.files.facts.set("file:/own.gguf", { capabilities: ["fim"], profile: "qwen-coder" });
    const asked = { input_prefix: "a", input_suffix: "b" };
    assert.equal((await own.call("POST", "/infill", { model: "mine", ...asked })).status, 200);
    assert.equal((await own.call("POST", "/v1/completions", { model: "mine", prompt: "a", suffix: "b" })).status, 200);
    assert.equal((await own.call("POST", "/infill", { model: "chatty", ...asked })).status, 400);
    await own.runtime.dispose();
  });

  it("POST /infill puts what changes last: extra files, prefix, suffix, typed part of the line", async () => {
    const body = { model: "coder", input_prefix: "def f():\n", input_suffix: "\nprint(1)", prompt: "  return", input_extra: [{ filename: "a.py", text: "A = 1" }] };
    const reply = await post<InfillResponse>("/infill", body);
    assert.deepEqual([reply.content, reply.stop, reply.finish_reason], ["The answer is 42.", true, "stop"]);
    assert.equal(prompt(), "a.py\nA = 1\n<|fim_prefix|>def f():\n<|fim_suffix|>\nprint(1)<|fim_middle|>  return");
    assert.deepEqual([fake.engine.requests[0]?.priority, fake.engine.requests[0]?.sampling.temperature], [5, 0]);
    const received = (await events(await fake.call("POST", "/infill", { ...body, stream: true }))) as InfillResponse[];
    assert.equal(received.slice(0, -2).map(({ content }) => content).join(""), "The answer is 42.");
    assert.ok(received.at(-2)?.stop === true && received.at(-2)?.timings !== undefined);
  });

  it("fault 46: a marker written in a source file stays text", async () => {
    await post("/infill", { model: "coder", input_prefix: "x = '<|fim_middle|>'", input_suffix: "<|im_end|>" });
    const tokens = [...(fake.engine.requests[0]?.tokens ?? [])];
    assert.equal(tokens.filter((token) => token === FAKE_TOKENS.fimMiddle).length, 1);
    assert.ok(!tokens.includes(FAKE_TOKENS.end));
  });

  it("a completion with a suffix fills in the middle", async () => {
    await post("/v1/completions", { model: "coder", prompt: "a", suffix: "b" });
    assert.equal(prompt(), "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>");
    await post("/v1/completions", { model: "coder", prompt: "a", suffix: "b", n: 2, seed: 7 });
    assert.deepEqual(fake.engine.requests.slice(1).map(({ sampling }) => sampling.seed), [7, 8]);
  });

  it("POST /v1/embeddings gives one vector for each text, as numbers or base64", async () => {
    type Reply = { data: Array<{ embedding: number[] | string }>; usage: { prompt_tokens: number } };
    const numbers = await post<Reply>("/v1/embeddings", { model: "embedder", input: ["one two", "three"] });
    assert.equal(numbers.data.length, 2);
    assert.ok(Math.abs(Math.hypot(...(numbers.data[0]?.embedding as number[])) - 1) < 1e-6);
    assert.equal(numbers.usage.prompt_tokens, 3);
    const encoded = await post<Reply>("/v1/embeddings", { model: "embedder", input: "one two", encoding_format: "base64" });
    const bytes = Buffer.from(encoded.data[0]?.embedding as string, "base64");
    assert.deepEqual(Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)), numbers.data[0]?.embedding);
    const short = (await post<Reply>("/v1/embeddings", { model: "embedder", input: "one two", dimensions: 3 })).data[0]?.embedding as number[];
    const long = numbers.data[0]?.embedding as number[];
    assert.equal(short.length, 3);
    assert.ok(Math.abs(Math.hypot(...short) - 1) < 1e-6 || short.every((value) => value === 0));
    const scale = Math.hypot(...long.slice(0, 3)) || 1;
    for (const [i, value] of short.entries()) assert.ok(Math.abs(value * scale - (long[i] ?? 0)) < 1e-6);
    assert.equal((await fake.call("POST", "/v1/embeddings", { model: "embedder", input: "x", dimensions: 9 })).status, 400);
    const ofChat = await post<Reply>("/v1/embeddings", { model: "chatty", input: "one two", last_state: true, precision: "int8" });
    assert.ok(Math.abs(Math.hypot(...(ofChat.data[0]?.embedding as number[])) - 1) < 1e-6);
  });

  it("POST /tokenize and /detokenize go both ways; ids outside the vocabulary are refused", async () => {
    const { tokens } = await post<{ tokens: number[] }>("/tokenize", { model: "chatty", content: "Hello <|im_end|> you" });
    assert.ok(!tokens.includes(FAKE_TOKENS.end));
    assert.equal((await post<{ content: string }>("/detokenize", { model: "chatty", tokens })).content, "Hello <|im_end|> you");
    assert.ok((await post<{ tokens: number[] }>("/tokenize", { model: "chatty", content: "<|im_end|>", parse_special: true })).tokens.includes(FAKE_TOKENS.end));
    assert.equal((await fake.call("POST", "/detokenize", { model: "chatty", tokens: [2_000_000_000] })).status, 400);
  });

  it("POST /retort/score gives log-probabilities, perplexity and the distance of two precisions", async () => {
    const reply = await post<ScoreResponse>("/retort/score", { model: "chatty", text: "one two three", precision: "fp16", against: "int8" });
    assert.deepEqual(reply.positions.map(({ text }) => text), [" two", " three"]);
    assert.ok(Math.abs(reply.perplexity - 2) < 1e-9);
    assert.deepEqual([reply.divergence?.a, reply.divergence?.b, reply.divergence?.positions, reply.divergence?.klMean], ["fp16", "int8", 2, 0.01]);
    assert.deepEqual(fake.engine.handles.sort(), ["chatty@fp16", "chatty@int8"]);
    assert.equal((await post<ScoreResponse>("/retort/score", { model: "chatty", text: "one two three four", max_tokens: 3 })).tokens.length, 3);
    assert.equal((await fake.call("POST", "/retort/score", { model: "chatty", text: "one" })).status, 400);
  });

  it("load, status, precision and unload", async () => {
    const loaded = await post<LoadedInfo>("/retort/load", { model: "chatty", precision: "int8" });
    assert.deepEqual([loaded.model, loaded.precision, loaded.slots, loaded.context], ["chatty", "int8", 2, 256]);
    const switched = await post<LoadedInfo>("/retort/precision", { model: "chatty", precision: "fp16" });
    assert.equal(switched.precision, "fp16");
    const status = await get<RuntimeStatus>("/retort/status");
    assert.deepEqual([status.state, status.active, status.active_precision.chatty, status.loaded.length], ["ok", 0, "fp16", 2]);
    await post("/retort/unload", { model: "chatty", precision: "int8" });
    assert.deepEqual(fake.engine.handles, ["chatty@fp16"]);
    await post("/retort/unload", { model: "chatty" });
    assert.deepEqual(fake.engine.handles, []);
  });

  it("a load streams its progress, then its result", async () => {
    const received = (await events(await fake.call("POST", "/retort/load", { model: "chatty", stream: true }))) as Array<{ progress?: { step: string; total: number }; result?: LoadedInfo }>;
    assert.deepEqual(received[0]?.progress, { step: "load chatty@int8", done: 0, total: 1000, unit: "bytes" });
    assert.equal(received.at(-2)?.result?.model, "chatty");
  });

  it("devices and memory come from the engine", async () => {
    assert.equal((await get<{ backend: string }>("/retort/devices")).backend, "cpu");
    assert.equal((await get<{ process: { rss: number } }>("/retort/memory")).process.rss, 300e6);
  });

  it("a lease is taken, renewed and released; a runtime in use is not ended when it should be idle", async () => {
    const { lease, ttl_s } = await post<{ lease: string; ttl_s: number }>("/retort/lease", {});
    assert.equal(ttl_s, 60);
    assert.equal((await post<{ lease: string }>("/retort/lease", { lease })).lease, lease);
    assert.equal((await get<RuntimeStatus>("/retort/status")).leases, 1);
    assert.equal((await fake.call("POST", "/retort/shutdown", { if_idle: true })).status, 409);
    await post("/retort/release", { lease });
    await post("/retort/shutdown", { if_idle: true });
    await fake.runtime.ended;
  });
});
