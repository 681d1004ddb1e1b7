import assert from "node:assert/strict";
import fc from "fast-check";
import type { Until } from "../../../../kernel/cells/until.ts";
import { answerReader } from "../../../../kernel/experiment/answer-reader.ts";
import { rowsFrom } from "../../../../kernel/experiment/data/parse-rows.ts";
import type { Model, ModelReply } from "../../../../kernel/experiment/model.ts";
import { planRuns, type PlannedRun } from "../../../../kernel/experiment/plan.ts";
import { namedResult } from "../../../../kernel/experiment/result.ts";
import { runPlan } from "../../../../kernel/experiment/run-plan.ts";
import { untilReached } from "../../../../kernel/experiment/until.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";

const read = answerReader(undefined);
const never = new AbortController().signal;
const plan = (count: number, warmup = 0) => planRuns({
  runs: count, warmup, seed: 0, corners: [{}], rows: null, requestFor: () => ({ messages: [{ role: "user", content: "Hi" }] }),
});

/** Ends its requests in an order of its own, and counts how many there are at once. */
class UnevenModel implements Model {
  most = 0;
  #now = 0;
  readonly #inner = new FakeModel((request) => (request.seed === 3 ? { error: new RetortError({ code: "engine_died", message: "gone" }) } : { answer: String(request.seed) }));
  readonly #delays: readonly number[];

  constructor(delays: readonly number[]) {
    this.#delays = delays;
  }

  async ask(...args: Parameters<Model["ask"]>): Promise<ModelReply> {
    this.most = Math.max(this.most, ++this.#now);
    try {
      await new Promise((resolve) => setTimeout(resolve, this.#delays[(args[0].seed ?? 0) % this.#delays.length]));
      return await this.#inner.ask(...args);
    } finally {
      this.#now--;
    }
  }
}

describe("runPlan with several requests at once", () => {
  it("keeps the plan's order, whatever ends first, and loses nothing to one that fails", async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }), async (count, concurrency, delays) => {
      const model = new UnevenModel(delays);
      const result = await runPlan(plan(count), { model, read, concurrency }, never);
      assert.deepEqual(result.runs.map(({ index, seed, status, answer }) => [index, seed, status, answer]), Array.from({ length: count }, (_, k) => [k, k, ...(k === 3 ? ["failed", ""] : ["ok", String(k)])]));
      assert.ok(model.most <= Math.min(concurrency, count));
    }), { numRuns: 40 });
  });

  it("has as many in flight as asked for", async () => {
    const model = new UnevenModel([5]);
    await runPlan(plan(8), { model, read, concurrency: 4 }, never);
    assert.equal(model.most, 4);
  });

  it("asks alone until the user has confirmed", async () => {
    const model = new UnevenModel([2]);
    let before = 0;
    await runPlan(plan(6), { model, read, concurrency: 3 }, never, { confirmRest: async () => { before = model.most; return true; } });
    assert.deepEqual([before, model.most], [1, 3]);
  });

  it("fault 48: an interrupt ends all of them", async () => {
    const controller = new AbortController();
    const model = new FakeModel({ answer: ["half"], hang: true });
    let begun = 0;
    const result = await runPlan(plan(9), { model, read, concurrency: 3 }, controller.signal, { onDelta: () => { if (++begun === 3) setImmediate(() => controller.abort()); } });
    assert.deepEqual(result.runs.map(({ status, answer }) => [status, answer]), [["cancelled", "half"], ["cancelled", "half"], ["cancelled", "half"]]);
    assert.equal(result.partial, true);
    assert.equal(model.requests.length, 3);
  });
});

describe("runPlan with answers that are there already", () => {
  it("asks for the others only, and warms nothing up where nothing is asked", async () => {
    const planned = plan(3, 1);
    const reply = await new FakeModel({ answer: "old" }).ask({ messages: [] }, () => undefined, never);
    const measured = planned.runs.filter(({ kind }) => kind === "measured");
    const known = (runs: PlannedRun[]) => new Map(runs.map((run) => [run, { reply, source: "saved" as const }]));
    const model = new FakeModel({ answer: "new" });
    const some = await runPlan(planned, { model, read, known: known(measured.slice(0, 2)) }, never);
    assert.deepEqual(some.runs.map(({ answer, source }) => [answer, source]), [["old", "saved"], ["old", "saved"], ["new", undefined]]);
    assert.equal(model.requests.length, 2, "a warm-up and one answer");
    const all = await runPlan(planned, { model, read, known: known(measured) }, never);
    assert.equal(model.requests.length, 2);
    assert.deepEqual([all.partial, all.corners[0]?.stats["ttft_ms"]?.n], [false, 3], "saved times are measurements");
  });

  it("has no times of answers from the cache in the statistics, and their tokens", async () => {
    const planned = plan(2);
    const reply = await new FakeModel({ answer: "old" }).ask({ messages: [] }, () => undefined, never);
    const result = await runPlan(planned, { model: new FakeModel({ answer: "new" }), read, known: new Map([[planned.runs[0] as PlannedRun, { reply, source: "cache" }]]) }, never);
    const { stats } = result.corners[0] as NonNullable<typeof result.corners[0]>;
    assert.deepEqual([stats["ttft_ms"]?.n, stats["decode_tok_s"]?.n, stats["answer_tokens"]?.n], [1, 1, 2]);
    const [first] = namedResult(result)["runs"] as Array<Record<string, unknown>>;
    assert.deepEqual([first?.["source"], first?.["ttft_ms"], first?.["answer_tokens"]], ["cache", null, 1]);
  });
});

describe("rows that cannot be asked about", () => {
  it("fail alone, with what is wrong", async () => {
    const rows = rowsFrom([{ q: "a" }, { q: "b" }, { q: "c" }]);
    const planned = planRuns({
      runs: 1, warmup: 0, seed: 1, corners: [{}], rows,
      requestFor: (_, row) => {
        if (row?.line === 2) throw new RetortError({ code: "unknown_variable", message: "`row.x` is not known.", status: 400 });
        return { messages: [{ role: "user", content: String(row?.values["q"]) }] };
      },
    });
    const model = new FakeModel((request) => ({ answer: request.messages[0]?.content ?? "" }));
    const result = await runPlan(planned, { model, read }, never);
    assert.deepEqual(result.runs.map(({ answer, error }) => [answer, error?.message]), [["a", undefined], ["", "Line 2 of the data: `row.x` is not known."], ["c", undefined]]);
    assert.equal(model.requests.length, 2);
  });

  it("do not make another row's request hopeless, but a missing model does", async () => {
    const planned = planRuns({ runs: 1, warmup: 0, seed: 1, corners: [{}], rows: rowsFrom([{}, {}, {}]), requestFor: () => ({ messages: [] }) });
    const tooLong = new FakeModel({ error: new RetortError({ code: "prompt_too_long", message: "too long", status: 400 }) }, { answer: "a" });
    assert.deepEqual((await runPlan(planned, { model: tooLong, read }, never)).runs.map(({ status }) => status), ["failed", "ok", "ok"]);
    const missing = new FakeModel({ error: new RetortError({ code: "unknown_model", message: "none", status: 404 }) });
    await runPlan(planned, { model: missing, read }, never);
    assert.equal(missing.requests.length, 1);
  });

  it("when all of them are, the first reason ends the cell", () => {
    const broken = () => planRuns({ runs: 1, warmup: 0, seed: 1, corners: [{}], rows: rowsFrom([{}, {}]), requestFor: () => { throw new RetortError({ code: "unknown_variable", message: "`row.q` is not known." }); } });
    assert.throws(broken, /Line 1 of the data: `row.q` is not known/);
  });
});

describe("until", () => {
  const until: Until = { metric: "tok_s", width: 0.05, relative: true, max_runs: 50 };
  const runs = async (speeds: number[]) => {
    if (speeds.length === 0) return [];
    const result = await runPlan(plan(speeds.length), { model: new FakeModel({ answer: "a" }), read }, never);
    return result.runs.map((run, i) => ({ ...run, reply: run.reply === null ? null : { ...run.reply, timings: { ...run.reply.timings, decode_tok_s: speeds[i] as number } } }));
  };

  const cases: Array<[title: string, speeds: number[], reached: boolean]> = [
    ["steady", [40, 40.1, 39.9, 40, 40.05], true], ["too few", [40, 40, 40, 40], false], ["scattered", [20, 60, 30, 50, 40], false], ["equal", [40, 40, 40, 40, 40], true], ["none", [], false],
  ];
  for (const [title, speeds, reached] of cases) it(title, async () => assert.equal(untilReached(until, 1, await runs(speeds)), reached));

  it("never stops before `runs`", async () => assert.equal(untilReached(until, 6, await runs([40, 40, 40, 40, 40])), false));

  it("pass: Wilson's interval", async () => {
    const judged = (await runs(Array.from({ length: 40 }, () => 40))).map((run) => ({ ...run, passed: true }));
    assert.equal(untilReached({ ...until, metric: "pass", width: 0.1, relative: false }, 1, judged), true);
    assert.equal(untilReached({ ...until, metric: "pass", width: 0.05, relative: false }, 1, judged), false);
    assert.equal(untilReached({ ...until, metric: "pass", width: 0.5, relative: false }, 1, judged.map((run) => ({ ...run, passed: null }))), false);
  });

  it("stops a corner on its own, which is then whole", async () => {
    const planned = planRuns({ runs: 20, warmup: 0, seed: 1, corners: [{ a: 1 }, { a: 2 }], rows: null, requestFor: (corner) => ({ messages: [], top_k: corner }) });
    const result = await runPlan(planned, { model: new FakeModel(), read, enough: (own) => own.length >= 5 && own[0]?.corner["a"] === 1 }, never);
    assert.deepEqual(result.corners.map(({ counts }) => [counts.planned, counts.ok]), [[5, 5], [20, 20]]);
    assert.equal(result.partial, false);
  });
});

describe("a server that is too busy", () => {
  const busy = (retryAfter?: number) => new RetortError({ code: "rate_limited", message: "slow down", status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) });

  it("fault 80: is asked again after the time it names; order stays and the row is marked", async () => {
    const model = new FakeModel({ answer: "0" }, { error: busy(0.02) }, { error: busy(0.01) }, { answer: "1" }, { answer: "2" });
    const result = await runPlan(plan(3), { model, read }, never);
    assert.deepEqual(result.runs.map(({ answer, delayed_ms: ms }) => [answer, ms]), [["0", undefined], ["1", 30], ["2", undefined]]);
    assert.equal((namedResult(result)["runs"] as Array<Record<string, unknown>>)[1]?.["delayed_ms"], 30);
  });

  it("is not asked for ever", async () => {
    const model = new FakeModel({ error: busy(0.001) });
    const result = await runPlan(plan(1), { model, read }, never);
    assert.deepEqual([result.runs[0]?.error?.code, model.requests.length], ["rate_limited", 5]);
  });

  it("an interrupt ends the wait", async () => {
    const controller = new AbortController();
    const started = performance.now();
    setTimeout(() => controller.abort(), 20);
    const result = await runPlan(plan(2), { model: new FakeModel({ error: busy(50) }), read }, controller.signal);
    assert.ok(performance.now() - started < 5000);
    assert.deepEqual([result.partial, result.runs.map(({ status }) => status)], [true, ["cancelled"]]);
  });
});
