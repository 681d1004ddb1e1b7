import assert from "node:assert/strict";

import type { RequestEntry } from "../../../../runtime/serve.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const ask = (over: object = {}): object => ({ model: "chatty", messages: [{ role: "user", content: "a secret" }], ...over });

describe("request ids and the log of requests", () => {
  let fake: FakeRuntime;
  let entries: RequestEntry[];
  beforeEach(async () => {
    entries = [];
    fake = await startFakeRuntime({ requestLog: (entry) => entries.push(entry) });
  });
  afterEach(() => fake.runtime.dispose());

  /** An entry is written when the connection has seen the whole reply, which may be a moment later. */
  const entry = async (at = 0): Promise<RequestEntry> => {
    for (;;) {
      const found = entries[at];
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  it("every reply has an id, also a stream, an error and an unknown path", async () => {
    for (const [path, body] of [[CHAT, ask()], [CHAT, ask({ stream: true })], [CHAT, ask({ model: "nobody" })], ["/nowhere", {}], [CHAT, "{"]] as const) {
      const response = await fake.call("POST", path, body);
      assert.match(response.headers.get("x-request-id") ?? "", /^req-[0-9a-f]{24}$/, path);
      await response.text();
    }
  });

  it("takes the client's own id, unless it is none for a log", async () => {
    const idFor = async (given: string): Promise<string> => (await fake.call("GET", "/v1/models", undefined, { "x-request-id": given })).headers.get("x-request-id") ?? "";
    assert.equal(await idFor("trace-7:1.2"), "trace-7:1.2");
    for (const bad of ["a b", "x".repeat(129), 'say "hi"']) assert.match(await idFor(bad), /^req-/);
  });

  it("tells route, status, times and tokens, and nothing that was asked or said", async () => {
    const response = await fake.call("POST", CHAT, ask());
    await response.text();
    const { id, ms, ttft_ms: ttft, ...rest } = await entry();
    const prompt = fake.engine.requests[0]?.tokens.length;
    assert.deepEqual(rest, { method: "POST", route: CHAT, status: 200, error: null, model: "chatty", prompt_tokens: prompt, cached_tokens: 0, generated_tokens: 4 });
    assert.equal(id, response.headers.get("x-request-id"));
    assert.ok(ttft !== null && ttft >= 0 && ttft <= ms);
    assert.doesNotMatch(JSON.stringify(entries), /secret|answer is/);
  });

  it("names an error by its code, in a reply and in a stream", async () => {
    await (await fake.call("POST", CHAT, ask({ model: "nobody" }))).text();
    fake.engine.dieNext(1);
    await (await fake.call("POST", CHAT, ask({ stream: true }))).text();
    assert.deepEqual([await entry(0), await entry(1)].map(({ status, error }) => [status, error]), [[404, "model_not_found"], [200, "engine_died"]]);
  });

  it("a path as typed never gets into the log; a client that left early is a 499", async () => {
    await (await fake.call("GET", "/a%0Ab%1b[31m")).text();
    assert.equal((await entry()).route, "unknown");
    fake.engine.options.tokenDelayMs = 60_000;
    const abort = new AbortController();
    const left = fetch(fake.runtime.url + CHAT, { method: "POST", signal: abort.signal, headers: { authorization: `Bearer ${fake.runtime.token ?? ""}`, "content-type": "application/json" }, body: JSON.stringify(ask()) });
    while (fake.engine.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    abort.abort();
    await assert.rejects(left);
    assert.deepEqual([(await entry(1)).status, (await entry(1)).model], [499, null]);
  });

  it("keeps quiet about questions that are asked again and again", async () => {
    for (const path of ["/health", "/metrics", "/retort/status"]) await (await fake.call("GET", path)).text();
    await (await fake.call("GET", "/v1/models")).text();
    assert.equal((await entry()).route, "/v1/models");
    assert.equal(entries.length, 1);
  });
});
