import assert from "node:assert/strict";

import type { ChatResponse, SlotInfo } from "../../runtime/api/types.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

/** Slots and places in the queue of this runtime. */
const SLOTS = 2;
const QUEUE = 64;
/** A refusal takes a few ms; a machine with nothing to spare takes its time. */
const REFUSED_WITHIN_MS = 2000;

describe("the API with real weights", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
    await real.client.precision(SMOLLM2, "int8");
  });
  after(() => real.dispose());

  const send = (path: string, body?: object, signal?: AbortSignal): Promise<Response> => fetch(real.client.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${real.token ?? ""}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify({ model: SMOLLM2, ...body }) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const get = async <T>(path: string, body?: object): Promise<T> => {
    const response = await send(path, body);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text) as T;
  };
  const messages = [{ role: "user", content: "What is the capital of France?" }];
  const chat = (over: object): Promise<ChatResponse> => get<ChatResponse>("/v1/chat/completions", { messages, temperature: 0, max_tokens: 8, ...over });

  it("logit_bias forbids a token that would come first", async () => {
    const free = (await chat({ logprobs: true })).choices[0];
    const first = free?.logprobs?.content[0]?.token ?? "";
    const { tokens } = await get<{ tokens: number[] }>("/tokenize", { content: first });
    assert.equal(tokens.length, 1);
    const other = (await chat({ logprobs: true, logit_bias: { [String(tokens[0])]: -100 } })).choices[0];
    assert.notEqual(other?.logprobs?.content[0]?.token, first);
  });

  it("/apply-template gives the very prompt of a chat", async () => {
    const { prompt } = await get<{ prompt: string }>("/apply-template", { messages });
    const { tokens } = await get<{ tokens: number[] }>("/tokenize", { content: prompt, parse_special: true });
    assert.equal((await chat({})).usage.prompt_tokens, tokens.length);
  });

  it("a prompt that comes again is counted as cached", async () => {
    const first = (await chat({ max_tokens: 1 })).usage;
    const again = (await chat({ max_tokens: 1 })).usage;
    assert.equal(again.prompt_tokens_details.cached_tokens, first.prompt_tokens - 1);
  });

  it("one request too many is refused at once, although the engine is busy", async () => {
    const abort = new AbortController();
    const long = { messages: [{ role: "user", content: "Tell a tale. ".repeat(120) }], max_tokens: 400, ignore_eos: true };
    const taken = Array.from({ length: SLOTS + QUEUE }, () => send("/v1/chat/completions", long, abort.signal));
    const ends = Promise.allSettled(taken);
    await real.until(({ queued }) => queued === QUEUE, 60_000);
    assert.equal((await get<SlotInfo[]>("/slots")).filter((slot) => slot.is_processing).length, SLOTS);
    const began = performance.now();
    const response = await send("/v1/chat/completions", long);
    const ms = performance.now() - began;
    assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "2"]);
    assert.ok(ms < REFUSED_WITHIN_MS, `${ms} ms`);
    abort.abort();
    await ends;
    await real.until(({ active, queued }) => active === 0 && queued === 0, 60_000);
    assert.equal((await chat({})).choices.length, 1);
  });
});
