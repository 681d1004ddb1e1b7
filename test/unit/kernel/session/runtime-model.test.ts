import assert from "node:assert/strict";
import type { ChatReply } from "../../../../runtime/client/replies.ts";
import type { RuntimeClient } from "../../../../runtime/client/runtime-client.ts";
import { plainReply, readReply } from "../../../../kernel/experiment/data/saved-reply.ts";
import { METRICS } from "../../../../kernel/experiment/metrics.ts";
import { cacheState } from "../../../../kernel/experiment/result.ts";
import { timingLine, timingText } from "../../../../kernel/display/timing-line.ts";
import { RuntimeAccess } from "../../../../kernel/session/runtime-access.ts";
import { RuntimeModel } from "../../../../kernel/session/runtime-model.ts";

const signal = new AbortController().signal;
const usage = {
  prompt_tokens: 5, completion_tokens: 11, total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 4 },
};
const remote: ChatReply = {
  answer: "a", thinking: "t", finish: "stop", model: "m", usage, timings: null, provenance: null,
  client: { sentAt: 100, chunks: [150, 200, 250], firstAnswer: 1, endedAt: 260 },
};

describe("RuntimeModel", () => {
  it("asks as a notebook and passes the request on", async () => {
    const seen: unknown[] = [];
    const client: Pick<RuntimeClient, "chat"> = { chat: async (request, options) => { seen.push(request, options?.priority); return remote; } };
    await new RuntimeModel(client).ask({ model: "m", messages: [], temperature: 0 }, () => undefined, signal);
    assert.deepEqual(seen, [{ model: "m", messages: [], temperature: 0 }, "notebook"]);
  });

  it("says of a server without timings only what chunks can tell", async () => {
    const { timings, icl_ms } = await new RuntimeModel({ chat: async () => remote }).ask({ messages: [] }, () => undefined, signal);
    assert.deepEqual([icl_ms?.n, icl_ms?.p50], [2, 50], "gaps between chunks, under a name of their own");
    assert.deepEqual([timings.ttft_ms, timings.ttfa_ms, timings.e2e_ms], [50, 100, 160]);
    assert.deepEqual([timings.queue_ms, timings.prefill_tok_s, timings.itl_ms, timings.cache_share], [null, null, null, 0]);
    assert.deepEqual([timings.decode_tok_s, timings.tpot_ms], [100, 10]);
    assert.deepEqual([timings.predicted_tokens, timings.reasoning_tokens, timings.answer_tokens], [11, 4, 7]);
  });

  it("fault 79: warns of a server that has cut the prompt, and never of our own runtime", async () => {
    const messages = [{ role: "user" as const, content: "word ".repeat(3000) }];
    const ask = async (local: boolean) => new RuntimeModel({ local, chat: async () => ({ ...remote, usage: { ...usage, prompt_tokens: 2048 } }) }).ask({ messages }, () => undefined, signal);
    assert.match(String(timingLine(await ask(false)).data["text/plain"]), /\nNote: The server counted 2048 tokens in a prompt of 3000 words/);
    assert.equal((await ask(true)).warnings, undefined);
  });

  it("leaves out each count that a server does not tell, and what stands on it", async () => {
    const ask = async (over: Partial<ChatReply>) => new RuntimeModel({ chat: async () => ({ ...remote, ...over }) }).ask({ messages: [] }, () => undefined, signal);
    const shown = async (over: Partial<ChatReply>) => {
      const reply = await ask(over);
      const of = (name: string) => METRICS.find((metric) => metric.name === name)?.of(reply.timings);
      return [of("prompt_tokens"), of("thinking_tokens"), of("answer_tokens"), of("cache_share"), cacheState(reply), timingText(reply).includes("tokens not available")];
    };
    assert.deepEqual(await shown({}), [5, 4, 7, 0, "cold", false]);
    assert.deepEqual(await shown({ untold: ["cached"] }), [5, 4, 7, null, null, false]);
    assert.deepEqual(await shown({ untold: ["reasoning"] }), [5, null, null, 0, "cold", false]);
    assert.deepEqual(await shown({ usage: null }), [null, null, null, null, null, true]);
    const written = JSON.parse(JSON.stringify(plainReply(await ask({ usage: null })))) as Record<string, unknown>;
    assert.equal(written["usage"], null);
    const saved = readReply(written);
    assert.deepEqual(saved?.timings.untold, ["tokens", "cached", "reasoning"], "a saved answer stays without them");
  });

  it("tells gaps between tokens only where the server says that each chunk held one", async () => {
    const ask = async (tokens: number[] | undefined) => new RuntimeModel({ chat: async () => ({ ...remote, client: { ...remote.client, ...(tokens === undefined ? {} : { tokens }) } }) }).ask({ messages: [] }, () => undefined, signal);
    assert.equal((await ask([1, 1, 1])).timings.itl_ms?.p50, 50);
    assert.equal((await ask([4, 4, 3])).timings.itl_ms, null);
    assert.equal((await ask(undefined)).timings.itl_ms, null);
    assert.equal((await ask(undefined)).tokens_per_chunk, 11 / 3);
  });

  it("has no rate where a server tells no tokens", async () => {
    const { timings } = await new RuntimeModel({ chat: async () => ({ ...remote, usage: null }) }).ask({ messages: [] }, () => undefined, signal);
    assert.deepEqual([timings.decode_tok_s, timings.tpot_ms, timings.user_tok_s, timings.think_share], [null, null, null, null]);
  });
});

describe("RuntimeAccess", () => {
  const client = { chat: async () => remote, dispose: async () => undefined } as unknown as RuntimeClient;

  it("opens one client for cells that connect at once", async () => {
    let opened = 0;
    const access = new RuntimeAccess(async () => { opened++; return client; });
    assert.equal(access.current, null);
    const [a, b] = await Promise.all([access.connect(() => undefined, signal), access.connect(() => undefined, signal)]);
    assert.equal(a, b);
    assert.equal(opened, 1);
    await access.dispose();
    assert.equal(access.current, null);
  });

  it("tries again after a failure", async () => {
    let opened = 0;
    const access = new RuntimeAccess(async () => { if (opened++ === 0) throw new Error("no"); return client; });
    await assert.rejects(access.connect(() => undefined, signal));
    assert.equal((await access.connect(() => undefined, signal)).runtime, client);
  });

  it("hands on an interrupt while it opens, and none after", async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const access = new RuntimeAccess(async (_, given) => { seen = given; return client; });
    await access.connect(() => undefined, controller.signal);
    controller.abort();
    assert.equal(seen?.aborted, false);
    const aborted = new RuntimeAccess(async (_, given) => { given.throwIfAborted(); return client; });
    await assert.rejects(aborted.connect(() => undefined, controller.signal), { name: "AbortError" });
  });
});
