import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { GenerateResult, LoadedModel, TokenEvent } from "../../../../runtime/engine/engine.ts";
import { EngineSupervisor, type SupervisorOptions } from "../../../../runtime/engine/supervisor.ts";
import { BEHAVIOUR, generateRequest, loadRequest, SCRIPTED_CHILD, ScriptFile } from "./scripted-engine.ts";

const never = new AbortController().signal;
const coded = (code: string) => (error: unknown): boolean => (error as { code?: string }).code === code;

describe("EngineSupervisor", () => {
  let script: ScriptFile;
  let engine: EngineSupervisor;

  beforeEach(() => {
    script = new ScriptFile();
  });
  afterEach(async () => {
    await engine.dispose();
    script.dispose();
  });

  function start(options: SupervisorOptions = {}): EngineSupervisor {
    engine = new EngineSupervisor({ entry: SCRIPTED_CHILD, probeGpu: async () => false, ...options });
    return engine;
  }
  const load = (): Promise<LoadedModel> => engine.load(loadRequest(), () => undefined, never);
  const generate = (behaviour: number, tokens: TokenEvent[] = [], signal = never): Promise<GenerateResult> =>
    engine.generate(generateRequest(behaviour), (events) => tokens.push(...events), signal);
  const processOf = (result: GenerateResult): number | undefined => result.slotTokens[1];

  it("starts the engine when it is first needed, with one pool thread and no inherited arguments", async () => {
    start();
    assert.equal(engine.pid, undefined);
    const report = await engine.devices();
    assert.equal(report.engineVersion, "1", "UV_THREADPOOL_SIZE");
    assert.equal(report.threads, 0, "execArgv");
    assert.ok(engine.pid !== undefined);
  });

  it("streams tokens and answers with typed arrays", async () => {
    start();
    await load();
    const tokens: TokenEvent[] = [];
    const result = await generate(BEHAVIOUR.fine, tokens);
    assert.deepEqual(tokens.map((event) => event.token), [0, 1, 2, 3, 4]);
    assert.ok(result.slotTokens instanceof Uint32Array);
  });

  it("passes a cancel on and returns the engine's own answer", async () => {
    start();
    await load();
    const cancel = new AbortController();
    const running = engine.generate(generateRequest(BEHAVIOUR.fine, { maxTokens: 100_000 }), () => cancel.abort(), cancel.signal);
    assert.equal((await running).finish, "cancelled");
    assert.equal((await engine.generate(generateRequest(BEHAVIOUR.fine), () => undefined, AbortSignal.abort())).finish, "cancelled");
  });

  for (const [name, behaviour, tokensSeen] of [
    ["killed in prefill", BEHAVIOUR.dieBeforeFirstToken, 0],
    ["killed in decode", BEHAVIOUR.dieAfterThree, 3],
    ["ends with an exit code", BEHAVIOUR.exit, 0],
  ] as const) {
    it(`fault 36: ${name}: the request is rejected with engine_died, the next one has a fresh engine with the model`, async () => {
      const reloaded: string[] = [];
      start({ onReload: (model) => reloaded.push(model.handle) });
      await load();
      const before = engine.pid;
      const tokens: TokenEvent[] = [];
      await assert.rejects(generate(behaviour, tokens), coded("engine_died"));
      assert.equal(tokens.length, tokensSeen);
      const result = await generate(BEHAVIOUR.fine);
      assert.equal(processOf(result), engine.pid);
      assert.notEqual(engine.pid, before);
      assert.deepEqual(reloaded, ["m@int8"]);
      assert.equal(engine.fallback(), null, "no GPU was in use");
    });
  }

  it("fault 36: all requests in flight are rejected, and several next ones share one new engine and one load", async () => {
    const reloaded: string[] = [];
    start({ onReload: (model) => reloaded.push(model.handle) });
    await load();
    const results = await Promise.allSettled([generate(BEHAVIOUR.stallAfterThree), generate(BEHAVIOUR.dieAfterThree), engine.score("m@int8", new Uint32Array([1]), never)]);
    assert.deepEqual(results.map((result) => result.status === "rejected" && (result.reason as { code: string }).code), ["engine_died", "engine_died", "unsupported"]);
    const next = await Promise.all([generate(BEHAVIOUR.fine), generate(BEHAVIOUR.fine), generate(BEHAVIOUR.fine)]);
    assert.equal(new Set(next.map(processOf)).size, 1);
    assert.equal(reloaded.length, 1);
  });

  it("fault 37: an engine without token or progress is ended and replaced", async () => {
    start({ stallMs: 300 });
    await load();
    await assert.rejects(generate(BEHAVIOUR.stallAfterThree), coded("engine_stalled"));
    assert.equal((await generate(BEHAVIOUR.fine)).finish, "length");
  });

  it("fault 37: progress of a slow load counts as life", async () => {
    start({ stallMs: 300, loadStallMs: 300 });
    script.set({ load: "slow" });
    const shares: number[] = [];
    await engine.load(loadRequest(), (share) => shares.push(share), never);
    assert.deepEqual(shares, [0, 0.2, 0.4, 0.6, 0.8]);
  });

  it("fault 43: a long pause of this process, as in sleep, does not count as the engine's silence", async () => {
    start({ stallMs: 300 });
    await load();
    const running = engine.generate(generateRequest(BEHAVIOUR.fine, { maxTokens: 20 }), () => undefined, never);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
    assert.equal((await running).finish, "length");
  });

  it("fault 36: an engine that always dies is not started in a loop", async () => {
    start({ crash: { deaths: 3, windowMs: 60_000, backOffMs: 60_000 } });
    script.set({ load: "die" });
    for (let i = 0; i < 3; i++) await assert.rejects(load(), coded("engine_died"));
    await assert.rejects(load(), (error: { code: string; retryAfter: number }) => error.code === "engine_crash_loop" && error.retryAfter >= 1);
  });

  it("fault 36: after the back-off it is started again", async () => {
    start({ crash: { deaths: 1, windowMs: 60_000, backOffMs: 100 } });
    await load();
    await assert.rejects(generate(BEHAVIOUR.dieAfterThree), coded("engine_died"));
    await assert.rejects(generate(BEHAVIOUR.fine), coded("engine_crash_loop"));
    await sleep(150);
    assert.equal((await generate(BEHAVIOUR.fine)).finish, "length");
  });

  it("fault 34: the GPU's memory is taken at load: the CPU loads the model and the fallback is said", async () => {
    start();
    script.set({ gpu: "cuda", load: "no memory on gpu" });
    assert.equal((await load()).backend, "cpu");
    assert.deepEqual(engine.fallback(), { from: "cuda", to: "cpu", reason: "the card is full" });
  });

  it("fault 34: the GPU fails in decode: the next start is on the CPU", async () => {
    const reloaded: LoadedModel[] = [];
    start({ onReload: (model) => reloaded.push(model) });
    script.set({ gpu: "cuda" });
    assert.equal((await load()).backend, "cuda");
    await assert.rejects(generate(BEHAVIOUR.dieAfterThree), coded("engine_died"));
    assert.equal(engine.fallback()?.from, "cuda");
    assert.equal((await generate(BEHAVIOUR.fine)).finish, "length");
    assert.equal(reloaded[0]?.backend, "cpu");
  });

  it("fault 34: `fallback: fail` refuses with gpu_lost instead", async () => {
    start({ fallback: "fail" });
    script.set({ gpu: "cuda" });
    await load();
    await assert.rejects(generate(BEHAVIOUR.dieAfterThree), coded("engine_died"));
    await assert.rejects(generate(BEHAVIOUR.fine), coded("gpu_lost"));
    script.set({ gpu: "cuda", load: "no memory on gpu" });
    await engine.dispose();
    start({ fallback: "fail" });
    await assert.rejects(load(), coded("gpu_lost"));
  });

  it("fault 35: a GPU back end whose library is missing falls back, and `fail` refuses", async () => {
    start();
    assert.equal((await engine.load(loadRequest({ gpu: "cuda" }), () => undefined, never)).backend, "cpu");
    assert.match(engine.fallback()?.reason ?? "", /cuda does not work here/);
    await engine.dispose();
    start({ fallback: "fail" });
    await assert.rejects(engine.load(loadRequest({ gpu: "cuda" }), () => undefined, never), coded("gpu_lost"));
  });

  it("fault 35: a driver that kills the engine during the load is blamed too", async () => {
    start();
    script.set({ gpu: "cuda", load: "die on gpu" });
    await assert.rejects(load(), coded("engine_died"));
    assert.equal((await load()).backend, "cpu");
    assert.equal(engine.fallback()?.from, "cuda");
  });

  it("fault 35: the GPU is used again once it works, and the notice goes", async () => {
    let works = false;
    const reloaded: LoadedModel[] = [];
    start({ gpuRetry: { firstMs: 0, mostMs: 0 }, probeGpu: async () => works, onReload: (model) => reloaded.push(model) });
    script.set({ gpu: "cuda" });
    await load();
    await assert.rejects(generate(BEHAVIOUR.dieAfterThree), coded("engine_died"));
    await generate(BEHAVIOUR.fine);
    await generate(BEHAVIOUR.fine);
    assert.equal(engine.fallback()?.to, "cpu", "the probe says no");
    works = true;
    await generate(BEHAVIOUR.fine);
    await generate(BEHAVIOUR.fine);
    assert.equal(engine.fallback(), null);
    assert.deepEqual(reloaded.map((model) => model.backend), ["cpu", "cuda"]);
  });

  it("fault 38: a load without memory says no_memory and leaves the engine alive", async () => {
    start();
    script.set({ load: "no memory" });
    await assert.rejects(load(), coded("no_memory"));
    script.set({});
    const pid = engine.pid;
    await load();
    assert.equal(engine.pid, pid);
  });

  it("opens another back end while nothing is loaded", async () => {
    start();
    script.set({ gpu: "cuda" });
    await engine.devices();
    const first = engine.pid;
    assert.equal((await engine.load(loadRequest({ gpu: "cpu" }), () => undefined, never)).backend, "cpu");
    assert.notEqual(engine.pid, first);
  });

  it("says not_loaded for a model that is unknown, unloaded, or failed to load", async () => {
    start();
    await assert.rejects(generate(BEHAVIOUR.fine), coded("not_loaded"));
    await load();
    await engine.unload("m@int8");
    assert.deepEqual((await engine.memory()).models, []);
    await assert.rejects(generate(BEHAVIOUR.fine), coded("not_loaded"));
    await engine.unload("m@int8");
  });

  it("dispose ends the engine, rejects what is in flight, and is final", async () => {
    start();
    await load();
    const running = generate(BEHAVIOUR.stallAfterThree);
    const pid = engine.pid as number;
    const rejected = assert.rejects(running, coded("engine_died"));
    await sleep(50);
    await engine.dispose();
    await rejected;
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    await assert.rejects(engine.devices(), coded("engine_stopped"));
    await engine.dispose();
  });
});
