import assert from "node:assert/strict";

import type { PropsResponse, SlotInfo } from "../../../../runtime/api/types.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

describe("llama-server's routes", () => {
  let fake: FakeRuntime;
  beforeEach(async () => { fake = await startFakeRuntime({ models: ["chatty"] }); });
  afterEach(() => fake.runtime.dispose());

  const get = async <T>(path: string): Promise<T> => (await (await fake.call("GET", path)).json()) as T;
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fake.call("POST", path, body);
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Record<string, unknown>;
  };
  const chat = (content = "Hello you"): Promise<Record<string, unknown>> => post("/v1/chat/completions", { model: "chatty", messages: [{ role: "user", content }] });
  /** The value of one line of /metrics. */
  const metric = async (name: string): Promise<number> => {
    const text = await (await fake.call("GET", "/metrics")).text();
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    assert.ok(line !== undefined, `${name} is not in\n${text}`);
    return Number(line.slice(name.length + 1));
  };

  it("GET /props loads nothing, and knows the template once the model is there", async () => {
    const before = await get<PropsResponse>("/props");
    assert.deepEqual([before.is_sleeping, before.model_alias, before.model_path, before.total_slots, before.default_generation_settings.n_ctx], [true, "chatty", null, 2, 256]);
    assert.equal(fake.engine.loads.length, 0);
    await chat();
    const after = await get<PropsResponse>("/props?model=chatty");
    assert.deepEqual([after.is_sleeping, after.model_path, after.eos_token], [false, "chatty-Q8_0.gguf", "<|im_end|>"]);
    assert.equal(typeof after.default_generation_settings.params.temperature, "number");
    assert.equal((await get<PropsResponse>("/props?model=embedder")).is_sleeping, true);
    assert.equal((await fake.call("GET", "/props?model=nobody")).status, 404);
  });

  it("GET /slots shows who works and what each slot holds, and never a prompt", async () => {
    assert.deepEqual(await get<SlotInfo[]>("/slots"), []);
    await chat();
    const [first, second] = await get<SlotInfo[]>("/slots");
    const held = (fake.engine.requests[0]?.tokens.length ?? 0) + 4;
    assert.deepEqual(first, { id: 0, model: "chatty", n_ctx: 256, speculative: false, is_processing: false, priority: null, n_past: held });
    assert.equal(second?.n_past, 0);
    assert.deepEqual(await get<SlotInfo[]>("/slots?model=coder"), []);
  });

  it("GET /slots?fail_on_no_slot=1 answers 503 while all slots are busy, with running requests in them", async () => {
    fake.engine.options.tokenDelayMs = 60_000;
    const abort = new AbortController();
    const running = [1, 2].map(() => fetch(`${fake.runtime.url}/v1/chat/completions`, {
      method: "POST", signal: abort.signal, headers: { authorization: `Bearer ${fake.runtime.token ?? ""}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "chatty", messages: [{ role: "user", content: "x" }] }),
    }));
    while ((await get<SlotInfo[]>("/slots")).filter((slot) => slot.is_processing).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const response = await fake.call("GET", "/slots?fail_on_no_slot=1");
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "2"]);
    assert.equal(await metric("llamacpp:requests_processing"), 2);
    assert.ok((await metric("llamacpp:kv_cache_usage_ratio")) > 0);
    abort.abort();
    await Promise.allSettled(running);
    while ((await metric('vllm:request_success_total{model_name="chatty",finished_reason="abort"}').catch(() => 0)) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await fake.call("GET", "/slots?fail_on_no_slot=1")).status, 200);
  });

  it("GET /metrics counts requests, tokens, cache hits and times under the names that dashboards know", async () => {
    await chat();
    await chat();
    const prompt = fake.engine.requests[0]?.tokens.length ?? 0;
    assert.equal(await metric("llamacpp:prompt_tokens_total"), prompt + 1);
    assert.equal(await metric("llamacpp:tokens_predicted_total"), 8);
    assert.ok((await metric("llamacpp:predicted_tokens_seconds")) > 0);
    assert.equal(await metric('vllm:generation_tokens_total{model_name="chatty"}'), 8);
    assert.equal(await metric('vllm:prefix_cache_queries_total{model_name="chatty"}'), 2 * prompt);
    assert.equal(await metric('vllm:prefix_cache_hits_total{model_name="chatty"}'), prompt - 1);
    assert.equal(await metric('vllm:time_to_first_token_seconds_count{model_name="chatty"}'), 2);
    assert.equal(await metric('vllm:time_per_output_token_seconds_bucket{model_name="chatty",le="+Inf"}'), 2);
    assert.equal(await metric('vllm:request_success_total{model_name="chatty",finished_reason="stop"}'), 2);
    assert.equal(await metric('vllm:num_requests_running{model_name="chatty@int8"}'), 0);
    assert.equal(await metric('retort_http_requests_total{route="/v1/chat/completions",status="200"}'), 2);
    const response = await fake.call("GET", "/metrics");
    assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  });

  it("POST /apply-template gives the prompt that a chat would have", async () => {
    const messages = [{ role: "user", content: "Hello you" }];
    const { prompt } = await post("/apply-template", { messages });
    await chat();
    assert.equal(prompt, fake.engine.vocabulary.decode(fake.engine.requests[0]?.tokens ?? []));
    const { prompt: withTools } = await post("/apply-template", { messages, tools: [{ type: "function", function: { name: "add" } }] });
    assert.match(String(withTools), /"name":"add"/);
    assert.equal((await fake.call("POST", "/apply-template", { messages, chat_template: "x" })).status, 400);
    assert.equal((await fake.call("POST", "/apply-template", { model: "embedder", messages })).status, 400);
  });

  it("takes requests of llama-server's own clients, which name no model", async () => {
    const { tokens } = await post("/tokenize", { content: "Hello you" });
    assert.equal((await post("/detokenize", { tokens })).content, "Hello you");
    const fim = await startFakeRuntime({ models: ["coder"] });
    const response = await fim.call("POST", "/infill", { input_prefix: "a", input_suffix: "b", prompt: "", n_predict: 2, n_indent: 4, samplers: ["top_k"], t_max_predict_ms: 500, response_fields: ["content"], cache_prompt: true, stream: false });
    assert.deepEqual([response.status, fim.engine.requests[0]?.maxTokens], [200, 2]);
    await fim.runtime.dispose();
  });
});
