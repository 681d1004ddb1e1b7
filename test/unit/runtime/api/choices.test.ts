import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { ChatChunk, ChatResponse, CompletionResponse, RuntimeStatus } from "../../../../runtime/api/types.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { events, type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const TOKEN_MS = 5;
const ask = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: "Hello you" }], ...over });

describe("several replies to one request", () => {
  let fake: FakeRuntime;
  const start = async (slots: number, queueCapacity = 64): Promise<void> => { fake = await startFakeRuntime({ settings: { slots, queueCapacity } }); };
  afterEach(() => fake.runtime.dispose());

  const chat = async (body: object): Promise<ChatResponse> => (await (await fake.call("POST", CHAT, body)).json()) as ChatResponse;
  const chunksOf = async <T>(path: string, body: object): Promise<T[]> => (await events(await fake.call("POST", path, { ...body, stream: true }))).slice(0, -1) as T[];
  const status = async (): Promise<RuntimeStatus> => (await (await fake.call("GET", "/retort/status")).json()) as RuntimeStatus;
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 2000;
    while (!(await condition())) {
      assert.ok(Date.now() < deadline, "in time");
      await sleep(2);
    }
  };

  it("run at once on all slots and never on more, in the order of their index in the reply", async () => {
    await start(3);
    fake.engine.options = { tokenDelayMs: TOKEN_MS, reply: (_, { sampling }) => `Reply ${sampling.seed}.` };
    const reply = await chat(ask({ n: 8, seed: 10 }));
    assert.equal(fake.engine.maxRunning, 3);
    assert.deepEqual(reply.choices.map(({ index, message }) => [index, message.content]), Array.from({ length: 8 }, (_, i) => [i, `Reply ${10 + i}.`]));
    const prompt = fake.engine.requests[0]?.tokens.length ?? 0;
    assert.deepEqual([reply.usage.prompt_tokens, reply.usage.prompt_tokens_details.cached_tokens, reply.usage.completion_tokens], [prompt, 0, 8 * (reply.usage.completion_tokens / 8)]);
    assert.ok(prompt > 0 && reply.usage.completion_tokens >= 8);
  });

  it("run one after the other where there is one slot, with a queue of one", async () => {
    await start(1, 1);
    assert.equal((await chat(ask({ n: 4 }))).choices.length, 4);
    assert.equal(fake.engine.maxRunning, 1);
  });

  it("stream with their chunks between one another: each its role first and its end last, the facts once, in the last chunk", async () => {
    await start(2);
    fake.engine.options = { tokenDelayMs: TOKEN_MS, reply: (_, { sampling }) => `${sampling.seed} one two three four five` };
    const chunks = await chunksOf<ChatChunk>(CHAT, ask({ n: 2, seed: 0 }));
    const order = chunks.map(({ choices }) => choices[0]?.index);
    assert.ok(order.indexOf(1) < order.lastIndexOf(0) && order.indexOf(0) < order.lastIndexOf(1), order.join(" "));
    for (const index of [0, 1]) {
      const own = chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);
      assert.deepEqual(own[0]?.delta, { role: "assistant", content: "" });
      assert.deepEqual(own.map(({ finish_reason: finish }) => finish).filter((finish) => finish !== null), ["stop"]);
      assert.equal(own.map(({ delta }) => delta.content ?? "").join(""), `${index} one two three four five`);
    }
    assert.deepEqual(chunks.map(({ timings }) => timings !== undefined), [...Array.from({ length: chunks.length - 1 }, () => false), true]);
  });

  it("stream with one chunk of usage at the end, the prompt counted once", async () => {
    await start(2);
    const chunks = await chunksOf<ChatChunk>(CHAT, ask({ n: 3, stream_options: { include_usage: true } }));
    assert.ok(chunks.slice(0, -1).every(({ usage, timings }) => usage === null && timings === undefined));
    const { usage, choices } = chunks[chunks.length - 1] ?? {};
    assert.deepEqual([choices, usage?.prompt_tokens, usage?.completion_tokens], [[], fake.engine.requests[0]?.tokens.length, 12]);
  });

  it("wait for the first token of the first, whose slot then holds their prompt", async () => {
    await start(4);
    fake.engine.options.prefillMsPerToken = 10;
    const ended = chat(ask({ n: 3 }));
    await until(() => fake.engine.requests.length > 0);
    await sleep(15);
    assert.equal(fake.engine.requests.length, 1);
    await ended;
    assert.equal(fake.engine.requests.length, 3);
  });

  it("to different prompts do not wait for one another", async () => {
    await start(2);
    fake.engine.stallNext();
    const abort = new AbortController();
    const body = JSON.stringify({ model: "chatty", prompt: ["one", "two"], max_tokens: 3 });
    const sent = fetch(`${fake.runtime.url}/v1/completions`, { method: "POST", signal: abort.signal, body, headers: { authorization: `Bearer ${fake.runtime.token ?? ""}`, "content-type": "application/json" } });
    await until(() => fake.engine.requests.length === 2);
    abort.abort();
    await assert.rejects(sent);
    await until(() => fake.engine.idle);
  });

  it("of text completions keep prompt, choice and log-probabilities together", async () => {
    await start(4);
    fake.engine.options = { tokenDelayMs: TOKEN_MS, reply: (prompt, { sampling }) => ` ${prompt} ${sampling.seed}` };
    const body = { model: "chatty", prompt: ["left", "right"], n: 2, seed: 5, echo: true };
    const whole = (await (await fake.call("POST", "/v1/completions", body)).json()) as CompletionResponse;
    const texts = ["left left 5", "left left 6", "right right 5", "right right 6"];
    assert.deepEqual(whole.choices.map(({ index, text }) => [index, text]), texts.map((text, index) => [index, text]));
    const chunks = await chunksOf<CompletionResponse>("/v1/completions", body);
    const all = chunks.flatMap(({ choices }) => choices);
    assert.deepEqual(texts.map((_, index) => all.filter((choice) => choice.index === index).map(({ text }) => text).join("")), texts);
    assert.equal(chunks.filter(({ timings }) => timings !== undefined).length, 1);
    const logprobs = (await (await fake.call("POST", "/v1/completions", { ...body, echo: false, logprobs: 1 })).json()) as CompletionResponse;
    assert.deepEqual(logprobs.choices.map((choice) => choice.logprobs?.tokens.join("")), logprobs.choices.map(({ text }) => text));
  });

  it("are all cancelled when the client goes away, those that wait too", async () => {
    await start(2);
    fake.engine.options.tokenDelayMs = 60_000;
    const abort = new AbortController();
    const sent = fetch(fake.runtime.url + CHAT, { method: "POST", signal: abort.signal, body: JSON.stringify(ask({ n: 4, stream: true })), headers: { authorization: `Bearer ${fake.runtime.token ?? ""}`, "content-type": "application/json" } });
    await until(() => !fake.engine.idle);
    abort.abort();
    await assert.rejects(sent);
    await until(async () => fake.engine.idle && (await status()).queued === 0 && (await status()).active === 0);
    fake.engine.options.tokenDelayMs = 0;
    assert.equal((await chat(ask({ n: 2 }))).choices.length, 2);
  });

  it("fail together when one fails: the error is told, the others stop, the slots are free", async () => {
    await start(3);
    fake.engine.options.tokenDelayMs = TOKEN_MS;
    fake.engine.options.reply = "word ".repeat(1000);
    const error = new RetortError({ code: "numeric_error", message: "No number.", hint: "None.", status: 500 });
    fake.engine.failNext(error, 5);
    const response = await fake.call("POST", CHAT, ask({ n: 4, max_tokens: 200 }));
    assert.deepEqual([response.status, ((await response.json()) as { error: { code: string } }).error.code], [500, "numeric_error"]);
    assert.deepEqual([fake.engine.idle, (await status()).queued], [true, 0]);
    fake.engine.failNext(error, 5);
    const chunks = (await events(await fake.call("POST", CHAT, ask({ n: 2, max_tokens: 200, stream: true })))) as Array<{ error?: { code: string } }>;
    assert.equal(chunks[chunks.length - 1]?.error?.code, "numeric_error");
    assert.equal(chunks.filter((chunk) => chunk.error !== undefined).length, 1);
  });

  it("take one place in the queue: another client is let in and has its turn, and none of them is refused later", async () => {
    await start(1, 2);
    fake.engine.options.tokenDelayMs = TOKEN_MS;
    const ends: string[] = [];
    const many = chat(ask({ n: 5, user: "many" })).then((reply) => { ends.push("many"); return reply; });
    await until(async () => !fake.engine.idle && (await status()).queued === 1);
    const few = chat(ask({ user: "few" })).then((reply) => { ends.push("few"); return reply; });
    await until(async () => (await status()).queued === 2);
    assert.equal((await fake.call("POST", CHAT, ask({ user: "third" }))).status, 429);
    // Fills the queue again as soon as it has a place, so that the later replies to the first find it full.
    const filling = (async (): Promise<void> => {
      while (!ends.includes("many")) await fake.call("POST", CHAT, ask({ user: "filling", max_tokens: 1 })).then((response) => response.arrayBuffer());
    })();
    assert.deepEqual([(await few).choices.length, (await many).choices.length, ends], [1, 5, ["few", "many"]]);
    await filling;
  });
});
