import assert from "node:assert/strict";

import type { ChatChunk, ChatResponse } from "../../../../runtime/api/types.ts";
import { events, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const ask = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: "Hello you" }], ...over });

describe("POST /v1/chat/completions", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime(); });
  afterEach(() => fake.runtime.dispose());

  const whole = async (body: object): Promise<ChatResponse> => (await (await fake.call("POST", CHAT, body)).json()) as ChatResponse;
  const stream = async (body: object): Promise<Array<ChatChunk | "[DONE]">> => (await events(await fake.call("POST", CHAT, { ...body, stream: true }))) as Array<ChatChunk | "[DONE]">;

  it("answers with text, usage, timings and where it came from", async () => {
    const reply = await whole(ask({ temperature: 0, max_tokens: 20 }));
    assert.deepEqual(reply.choices, [{ index: 0, message: { role: "assistant", content: "The answer is 42." }, finish_reason: "stop", logprobs: null }]);
    const prompt = fake.engine.requests[0]?.tokens.length;
    assert.deepEqual([reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens], [prompt, 4, 4 + (prompt ?? 0)]);
    assert.deepEqual([reply.timings.predicted_tokens, reply.timings.answer_tokens, reply.timings.reasoning_tokens], [4, 4, 0]);
    const { ttft_ms: ttft, e2e_ms: e2e, queue_ms: queue, itl_ms: itl } = reply.timings;
    assert.ok(queue !== null && ttft !== null && 0 <= queue && queue <= ttft && ttft <= e2e && itl?.n === 3);
    const { retort } = reply;
    assert.deepEqual([retort.model, retort.precision, retort.quant, retort.file_sha256, retort.backend, retort.threads], ["chatty", "int8", "Q8_0", "chatty-int8", "cpu", 1]);
    assert.deepEqual(retort.settings.temperature, { value: 0, source: "request" });
    assert.equal(retort.settings.top_p?.source, "profile");
    assert.match(retort.prompt_sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(retort.memory, { weights: 100e6, kv_cache: 10e6, rss: 300e6, vram_used: null });
  });

  it("says so when other programs left it fewer threads", async () => {
    fake.engine.options.threadsUsed = 0;
    const { retort } = await whole(ask());
    assert.deepEqual([retort.threads, retort.warnings], [0, ["Other programs kept the processor busy: 0 of 1 threads were used."]]);
  });

  it("streams a role first, then one event for each token, then the end with timings and provenance", async () => {
    const received = await stream(ask());
    assert.equal(received.pop(), "[DONE]");
    const chunks = received as ChatChunk[];
    assert.deepEqual(chunks.map(({ choices }) => choices[0]?.delta), [
      { role: "assistant", content: "" }, { content: "The" }, { content: " answer" }, { content: " is" }, { content: " 42." }, {},
    ]);
    const last = chunks[chunks.length - 1];
    assert.equal(last?.choices[0]?.finish_reason, "stop");
    assert.equal(last?.timings?.predicted_tokens, 4);
    assert.equal(last?.retort?.model, "chatty");
    assert.ok(chunks.every(({ usage }) => usage === undefined));
    assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
  });

  it("with include_usage the usage comes in a chunk of its own without choices, and is null before", async () => {
    const received = (await stream(ask({ stream_options: { include_usage: true } }))).slice(0, -1) as ChatChunk[];
    const last = received.pop();
    assert.deepEqual([last?.choices, last?.usage?.completion_tokens, last?.timings?.predicted_tokens], [[], 4, 4]);
    assert.ok(received.every(({ usage }) => usage === null));
  });

  it("parts thinking from the answer and counts both, markers with the thinking", async () => {
    fake.engine.options.reply = "let me see </think> It is 4.";
    const body = { ...ask(), model: "thinker" };
    const reply = await whole(body);
    assert.deepEqual(reply.choices[0]?.message, { role: "assistant", content: "It is 4.", reasoning_content: "let me see" });
    assert.deepEqual([reply.timings.reasoning_tokens, reply.timings.answer_tokens], [4, 3]);
    assert.equal(reply.usage.completion_tokens_details.reasoning_tokens, 4);
    assert.ok((reply.timings.ttfa_ms ?? 0) > (reply.timings.ttft_ms ?? 0));
    const deltas = (await stream(body)).slice(0, -1).map((chunk) => (chunk as ChatChunk).choices[0]?.delta);
    assert.equal(deltas.map((delta) => delta?.reasoning_content ?? "").join(""), "let me see");
    assert.equal(deltas.map((delta) => delta?.content ?? "").join(""), "It is 4.");
  });

  it("a reply that ends while thinking has no answer and no time to it", async () => {
    fake.engine.options.reply = "still thinking about it";
    const reply = await whole({ ...ask({ max_tokens: 3 }), model: "thinker" });
    assert.deepEqual([reply.choices[0]?.finish_reason, reply.choices[0]?.message.content, reply.timings.ttfa_ms, reply.timings.answer_tokens], ["length", "", null, 0]);
  });

  it("goes on with a last message of the assistant, whose thought has ended", async () => {
    fake.engine.options.reply = "It is 4.";
    const messages = [{ role: "user", content: "2 + 2?" }, { role: "assistant", content: "<think>\nhm\n</think>\n\n" }];
    for (const pair of [{}, { add_generation_prompt: false }]) {
      const reply = await whole({ model: "thinker", messages, continue_final_message: true, ...pair });
      assert.deepEqual(reply.choices[0]?.message, { role: "assistant", content: "It is 4." });
    }
    assert.equal(fake.engine.vocabulary.decode(fake.engine.requests[0]?.tokens ?? []), "user: 2 + 2?\nassistant: <think>\nhm\n</think>\n\n");
  });

  it("applies the model's own rules and says what it changed", async () => {
    const reply = await whole({ model: "thinker", temperature: 1.5, messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }] });
    assert.equal(reply.retort.warnings.length, 2);
    const prompt = fake.engine.vocabulary.decode(fake.engine.requests[0]?.tokens ?? []);
    assert.equal(prompt, "user: Be brief.\n\nHi\nassistant: <think>\n");
  });

  it("passes every sampling setting on", async () => {
    await whole(ask({ temperature: 0.3, top_p: 0.5, top_k: 7, min_p: 0.1, seed: 11, repeat_penalty: 1.1, frequency_penalty: 0.2, presence_penalty: -0.2, logit_bias: { 5: -100 }, stop: ["x", "y"], max_tokens: 9, cache_prompt: false, ignore_eos: false }));
    const [request] = fake.engine.requests;
    assert.deepEqual(request?.sampling, { temperature: 0.3, topP: 0.5, topK: 7, minP: 0.1, seed: 11, repeatPenalty: 1.1, frequencyPenalty: 0.2, presencePenalty: -0.2, logitBias: [[5, -100]] });
    assert.deepEqual([request?.stop, request?.maxTokens, request?.cachePrompt, request?.ignoreEnd], [["x", "y"], 9, false, false]);
    await whole(ask({ max_completion_tokens: 2, max_tokens: 5 }));
    assert.equal(fake.engine.requests[1]?.maxTokens, 2);
  });

  it("counts the prompt tokens that were in the cache", async () => {
    const first = (await whole(ask())).usage;
    const again = (await whole(ask())).usage;
    assert.deepEqual([first.prompt_tokens_details.cached_tokens, again.prompt_tokens_details.cached_tokens], [0, first.prompt_tokens - 1]);
  });

  it("gives n replies with seeds that count up, in a stream too", async () => {
    const reply = await whole(ask({ n: 3, seed: 4_294_967_295 }));
    assert.deepEqual(reply.choices.map(({ index }) => index), [0, 1, 2]);
    assert.deepEqual(fake.engine.requests.map(({ sampling }) => sampling.seed), [4_294_967_295, 0, 1]);
    assert.equal(reply.usage.completion_tokens, 12);
    const chunks = (await stream(ask({ n: 2 }))).slice(0, -1) as ChatChunk[];
    assert.deepEqual([...new Set(chunks.map(({ choices }) => choices[0]?.index))], [0, 1]);
    assert.equal(chunks.filter(({ retort }) => retort !== undefined).length, 1);
  });

  it("gives log-probabilities for each token", async () => {
    const reply = await whole(ask({ logprobs: true, top_logprobs: 1 }));
    const tokens = reply.choices[0]?.logprobs?.content ?? [];
    assert.deepEqual(tokens.map(({ token }) => token), ["The", " answer", " is", " 42."]);
    assert.deepEqual(tokens[0]?.bytes, [...Buffer.from("The")]);
    assert.equal(tokens[0]?.top_logprobs.length, 1);
    const chunks = (await stream(ask({ logprobs: true }))).slice(0, -1) as ChatChunk[];
    assert.equal(chunks.flatMap(({ choices }) => choices[0]?.logprobs?.content ?? []).length, 4);
  });

  it("hands a JSON schema to the engine, behind the thinking where there is some", async () => {
    const schema = { type: "object", properties: { a: { type: "integer" } } };
    const format = { type: "json_schema", json_schema: { name: "x", schema, strict: true } };
    await whole(ask({ response_format: format }));
    await whole({ ...ask({ response_format: format }), model: "thinker" });
    await whole(ask({ response_format: { type: "json_object" } }));
    assert.deepEqual(fake.engine.requests.map(({ grammar, grammarAfter }) => [grammar?.kind, grammarAfter]), [["json_schema", undefined], ["json_schema", "</think>"], ["json_object", undefined]]);
    assert.deepEqual(fake.engine.requests[0]?.grammar, { kind: "json_schema", schema });
  });

  it("joins text parts, and takes a reply back as this server sent it", async () => {
    const reply = await whole(ask({ messages: [
      { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] },
      { role: "assistant", content: "c", reasoning_content: "secret", refusal: null, annotations: [], audio: null, function_call: null, parsed: { a: 1 }, provider_specific_fields: { refusal: null }, reasoning: "secret", thinking_blocks: [] },
      { role: "user", content: "d" },
    ] }));
    assert.equal(reply.choices.length, 1);
    assert.equal(fake.engine.vocabulary.decode(fake.engine.requests[0]?.tokens ?? []), "user: ab\nassistant: c\nuser: d\nassistant:");
  });

  it("ends with 'length' where the context is full, and never asks for more than fits", async () => {
    await whole(ask({ max_tokens: 100_000 }));
    const [request] = fake.engine.requests;
    assert.equal(request?.maxTokens, 256 - (request?.tokens.length ?? 0));
  });

  it("says the fallback on every result while it lasts", async () => {
    const notice = { from: "cuda", to: "cpu", reason: "driver lost" } as const;
    fake.engine.setFallback(notice);
    assert.deepEqual((await whole(ask())).retort.fallback, notice);
    fake.engine.setFallback(null);
    assert.equal((await whole(ask())).retort.fallback, undefined);
  });

  it("fault 9: a model on its way is refused with 503 where the client does not want to wait, and is there later", async () => {
    fake.engine.options.loadDelayMs = 30;
    const refused = await fake.call("POST", CHAT, ask(), { "x-retort-wait": "no" });
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "2"]);
    let status = 503;
    while (status === 503) status = (await fake.call("POST", CHAT, ask(), { "x-retort-wait": "no" })).status;
    assert.deepEqual([status, fake.engine.loads.length], [200, 1]);
  });

  it("several who share the server take turns, told apart by the field `user`", async () => {
    const one = await startFakeRuntime({ settings: { slots: 1 } });
    one.engine.stallNext();
    const abort = new AbortController();
    const holds = fetch(one.runtime.url + CHAT, { method: "POST", signal: abort.signal, body: JSON.stringify(ask({ user: "many" })), headers: { authorization: `Bearer ${one.runtime.token ?? ""}`, "content-type": "application/json" } });
    while (one.engine.idle) await new Promise((resolve) => setTimeout(resolve, 1));
    const queued = async (): Promise<number> => ((await (await one.call("GET", "/retort/status")).json()) as { queued: number }).queued;
    const ends: string[] = [];
    const waiting: Array<Promise<void>> = [];
    for (const [at, user] of ["many", "many", "many", "few"].entries()) {
      waiting.push(one.call("POST", CHAT, ask({ user })).then(() => { ends.push(user); }));
      while ((await queued()) < at + 1) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    one.engine.options.tokenDelayMs = 20;
    abort.abort();
    await assert.rejects(holds);
    await Promise.all(waiting);
    assert.deepEqual(ends, ["many", "few", "many", "many"]);
    await one.runtime.dispose();
  });

  it("a full queue answers 429 with a time to come back", async () => {
    fake.engine.options.prefillMsPerToken = 60_000;
    const abort = new AbortController();
    const send = (): Promise<Response> => fetch(fake.runtime.url + CHAT, {
      method: "POST", signal: abort.signal, body: JSON.stringify(ask()), headers: { authorization: `Bearer ${fake.runtime.token}`, "content-type": "application/json" },
    });
    const waiting = Array.from({ length: 2 + 64 }, send);
    const ends = Promise.allSettled(waiting);
    const refused = await Promise.race([...waiting, ...Array.from({ length: 1 }, send)]);
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "2"]);
    abort.abort();
    await ends;
  });
});
