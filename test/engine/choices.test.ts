import assert from "node:assert/strict";

import type { ChatChunk, ChatResponse } from "../../runtime/api/types.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

const REPLIES = 4;
const SEED = 40;

describe("several replies to one request, with real weights", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
    await real.client.precision(SMOLLM2, "int8");
  });
  after(() => real.dispose());

  const send = async (path: string, body?: object): Promise<Response> => {
    const response = await fetch(real.url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${real.token ?? ""}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify({ model: SMOLLM2, ...body }) }),
    });
    assert.equal(response.status, 200);
    return response;
  };
  /** A question of some 200 tokens that no other test has asked. */
  const ask = (topic: string): object => ({
    messages: [{ role: "user", content: `${`The ${topic} was old and the road to it was long. `.repeat(16)}Tell me about the ${topic}.` }],
    temperature: 0.7, max_tokens: 12, seed: SEED,
  });
  const evaluated = async (): Promise<number> => Number(/^llamacpp:prompt_tokens_total (\d+)/m.exec(await (await send("/metrics")).text())?.[1]);

  it("the prompt is evaluated once, on whichever slots they run", async () => {
    const before = await evaluated();
    const reply = (await (await send("/v1/chat/completions", { ...ask("harbour"), n: REPLIES })).json()) as ChatResponse;
    assert.equal(reply.choices.length, REPLIES);
    assert.ok(reply.usage.prompt_tokens > 150);
    // Each of the others evaluates the last token again, for its own first choice.
    assert.equal(await evaluated() - before, reply.usage.prompt_tokens - reply.usage.prompt_tokens_details.cached_tokens + REPLIES - 1);
  });

  // Sums are computed in another order for one token alone than for many at once, so the last bits of a probability
  // depend on what was in the cache, and far into a text also on the batch: here the cache is the same each time.
  it("each is the text that its seed gives alone, with the same cache", async () => {
    await send("/v1/chat/completions", { ...ask("castle"), max_tokens: 1 });
    const reply = (await (await send("/v1/chat/completions", { ...ask("castle"), n: REPLIES })).json()) as ChatResponse;
    const texts = reply.choices.map(({ message }) => message.content);
    assert.ok(new Set(texts).size > 1, "different seeds");
    for (const [i, text] of texts.entries()) {
      const alone = (await (await send("/v1/chat/completions", { ...ask("castle"), seed: SEED + i })).json()) as ChatResponse;
      assert.equal(alone.choices[0]?.message.content, text);
    }
  });

  it("they stream side by side", async () => {
    const text = await (await send("/v1/chat/completions", { ...ask("mill"), n: 2, max_tokens: 40, ignore_eos: true, stream: true })).text();
    const chunks = text.split("\n\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice("data: ".length)) as ChatChunk);
    const order = chunks.map(({ choices }) => choices[0]?.index);
    assert.ok(order.indexOf(1) < order.lastIndexOf(0), order.join(" "));
  });
});
