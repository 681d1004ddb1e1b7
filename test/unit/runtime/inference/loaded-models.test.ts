import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { ChatResponse, RuntimeStatus } from "../../../../runtime/api/types.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

describe("models in memory", () => {
  let fake: FakeRuntime;
  let engine: FakeEngine;
  beforeEach(async () => {
    engine = new FakeEngine();
    fake = await startFakeRuntime({}, engine);
  });
  afterEach(() => fake.runtime.dispose());

  const ask = async (model: string, over: object = {}): Promise<ChatResponse> => {
    const response = await fake.call("POST", "/v1/chat/completions", { model, messages: [{ role: "user", content: "Hi" }], ...over });
    const body = (await response.json()) as ChatResponse & { error?: { code: string; message: string; hint: string } };
    if (body.error !== undefined) throw new RetortError({ ...body.error, status: response.status });
    return body;
  };
  const status = async (): Promise<RuntimeStatus> => (await (await fake.call("GET", "/retort/status")).json()) as RuntimeStatus;
  const until = async (condition: (now: RuntimeStatus) => boolean): Promise<void> => {
    while (!condition(await status())) await sleep(2);
  };

  it("many requests at once load a model once", async () => {
    engine.options.loadDelayMs = 20;
    await Promise.all(Array.from({ length: 5 }, () => ask("chatty")));
    assert.equal(engine.loads.length, 1);
    assert.deepEqual([engine.loads[0]?.sequences, engine.loads[0]?.contextSize, engine.loads[0]?.handle], [2, 256, "chatty@int8"]);
  });

  it("never more requests at once than slots, and all are answered", async () => {
    engine.options.tokenDelayMs = 1;
    await Promise.all(Array.from({ length: 8 }, () => ask("chatty")));
    assert.deepEqual([engine.requests.length, engine.maxRunning], [8, 2]);
  });

  it("a follow-up goes to the slot that holds its conversation", async () => {
    const first = await ask("chatty", { messages: [{ role: "user", content: "a b c d e f g" }] });
    await ask("chatty", { messages: [{ role: "user", content: "q r s t u v w" }] });
    const next = await ask("chatty", { messages: [{ role: "user", content: "a b c d e f g" }, { role: "assistant", content: first.choices[0]?.message.content }, { role: "user", content: "h" }] });
    assert.equal(engine.requests[2]?.slot, engine.requests[0]?.slot);
    assert.ok(next.usage.prompt_tokens_details.cached_tokens >= (first.usage.prompt_tokens ?? 0));
  });

  it("fault 38: a load beyond the budget is refused with the numbers and what would fit", async () => {
    fake.planner.total = 2e9;
    fake.planner.bytesEach = 3e9;
    await assert.rejects(ask("chatty"), (error: RetortError) => {
      assert.deepEqual([error.code, error.status], ["no_memory", 507]);
      assert.match(error.message, /3\.00 GB.*2\.00 GB/);
      assert.match(error.hint ?? "", /--context 512/);
      return true;
    });
    assert.equal(engine.loads.length, 0);
    fake.planner.bytesEach = 1e9;
    await ask("chatty");
  });

  it("puts the least recently used idle model out for a new one", async () => {
    fake.planner.total = 2;
    await ask("chatty");
    await ask("thinker");
    await ask("chatty");
    await ask("coder");
    assert.deepEqual(engine.unloads, ["thinker@int8"]);
  });

  it("waits for running requests before it puts their model out, and for those that wait for it already", async () => {
    fake.planner.total = 1;
    engine.options = { tokenDelayMs: 25, reply: "a b c d e f" };
    const busy = Array.from({ length: 3 }, () => ask("chatty"));
    await until(({ active }) => active === 3);
    const other = await ask("thinker");
    assert.equal(other.retort.model, "thinker");
    for (const reply of await Promise.all(busy)) assert.deepEqual([reply.retort.model, reply.choices[0]?.finish_reason], ["chatty", "stop"]);
  });

  it("a failed load is told to its callers and tried again for the next", async () => {
    engine.failNextLoad(new RetortError({ code: "load_failed", message: "bad file", status: 422 }));
    await assert.rejects(ask("chatty"), { code: "load_failed" });
    await ask("chatty");
  });

  it("a model that is not on this machine is not downloaded by a request, but by a load", async () => {
    fake.files.stored.length = 0;
    await assert.rejects(ask("chatty"), { code: "model_not_installed", hint: "retort pull chatty" });
    assert.deepEqual(fake.files.pulled, []);
    assert.equal((await fake.call("POST", "/retort/load", { model: "chatty" })).status, 200);
    assert.deepEqual(fake.files.pulled, ["chatty"]);
  });

  it("starts with FP16 on a GPU that holds it", async () => {
    engine.devices = () => Promise.resolve({ devices: [], backend: "cuda", reason: "", engineVersion: "fake", threads: 1 });
    assert.equal((await ask("chatty")).retort.precision, "fp16");
    fake.planner.total = 0;
    await assert.rejects(ask("thinker"), { code: "no_memory", message: /thinker@int8/ });
  });

  describe("switching the precision", () => {
    const precision = (value: string): Promise<Response> => fake.call("POST", "/retort/precision", { model: "chatty", precision: value });

    for (const [name, total] of [["with room for both", 2], ["with room for one", 1]] as const) {
      it(`${name}: running requests finish on the old file, queued ones go to the new, none is lost`, async () => {
        fake.planner.total = total;
        engine.options = { tokenDelayMs: 40, reply: "a b c d e f" };
        const requests = Array.from({ length: 6 }, () => ask("chatty"));
        await until(({ loaded }) => loaded[0]?.active === 2 && loaded[0].queued === 4);
        assert.equal((await precision("fp16")).status, 200);
        const replies = await Promise.all(requests);
        assert.deepEqual(replies.map(({ retort }) => retort.precision).sort(), ["fp16", "fp16", "fp16", "fp16", "int8", "int8"]);
        assert.ok(replies.every(({ choices }) => choices[0]?.finish_reason === "stop"));
        assert.deepEqual(engine.handles.length, total);
        assert.equal((await ask("chatty")).retort.precision, "fp16");
      });
    }

    it("a request that names its precision is not moved", async () => {
      engine.options = { tokenDelayMs: 40, reply: "a b c d" };
      const requests = Array.from({ length: 4 }, () => ask("chatty", { precision: "int8" }));
      await until(({ loaded }) => loaded[0]?.queued === 2);
      await precision("fp16");
      for (const { retort } of await Promise.all(requests)) assert.equal(retort.precision, "int8");
    });

    it("a switch that fails leaves the old precision in place", async () => {
      await ask("chatty");
      engine.failNextLoad(new RetortError({ code: "no_memory", message: "too big", status: 507 }));
      assert.equal((await precision("fp16")).status, 507);
      assert.equal((await ask("chatty")).retort.precision, "int8");
    });
  });

  it("two precisions are compared though one is put out while the other's file is made", async () => {
    await ask("chatty");
    const ensure = fake.files.ensure.bind(fake.files);
    fake.files.ensure = async (modelId, precision) => {
      if (precision === "fp16") await sleep(100);
      return ensure(modelId, precision);
    };
    const scored = fake.call("POST", "/retort/score", { model: "chatty", text: "one two three", precision: "int8", against: "fp16" });
    await sleep(30);
    const unloaded = await fake.call("POST", "/retort/unload", { model: "chatty", precision: "int8" });
    assert.deepEqual([(await scored).status, unloaded.status], [200, 200]);
    assert.deepEqual(engine.loads.map(({ handle }) => handle), ["chatty@int8", "chatty@fp16", "chatty@int8"]);
  });

  it("two precisions are compared where a model that is not used is put out at once", async () => {
    const hasty = await startFakeRuntime({ settings: { keepAliveMs: 0 } });
    const response = await hasty.call("POST", "/retort/score", { model: "chatty", text: "one two three", precision: "int8", against: "fp16" });
    assert.equal(response.status, 200);
    await hasty.runtime.dispose();
  });

  it("fault 39: a slot comes back after an error and after an engine's death", async () => {
    await ask("chatty");
    for (let i = 0; i < 3; i++) {
      engine.dieNext(1);
      await assert.rejects(ask("chatty"), { code: "engine_died" });
    }
    await ask("chatty");
    const { loaded } = await status();
    assert.deepEqual([loaded[0]?.active, loaded[0]?.queued], [0, 0]);
  });
});
