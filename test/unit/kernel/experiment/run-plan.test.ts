import assert from "node:assert/strict";
import { answerReader } from "../../../../kernel/experiment/answer-reader.ts";
import { planRuns } from "../../../../kernel/experiment/plan.ts";
import { namedResult } from "../../../../kernel/experiment/result.ts";
import { runPlan } from "../../../../kernel/experiment/run-plan.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";

const plan = (runs: number, warmup = 0, precisions?: Array<"fp16" | "int8">) => planRuns({
  runs, warmup, seed: 1, corners: precisions === undefined ? [{}] : precisions.map((precision) => ({ precision })), rows: null,
  requestFor: (corner) => ({ ...(precisions?.[corner] === undefined ? {} : { precision: precisions[corner] }), messages: [{ role: "user", content: "Hi" }] }),
});
const read = answerReader(undefined);
const never = new AbortController().signal;

describe("runPlan", () => {
  it("keeps warm-ups out of the records and the statistics", async () => {
    const result = await runPlan(plan(2, 2), { model: new FakeModel({ answer: "w", ttftMs: 999 }, { answer: "w", ttftMs: 999 }, { answer: "a" }), read }, never);
    assert.deepEqual(result.runs.map(({ index, answer }) => [index, answer]), [[0, "a"], [1, "a"]]);
    assert.equal(result.corners[0]?.stats["ttft_ms"]?.max, 50);
  });

  it("says how much of each prompt came from the cache", async () => {
    const model = new FakeModel({ promptTokens: 10, cachedTokens: 0 }, { promptTokens: 10, cachedTokens: 9 }, { promptTokens: 10, cachedTokens: 4 });
    const result = await runPlan(plan(3), { model, read }, never);
    assert.deepEqual(result.runs.map(({ cache }) => cache), ["cold", "warm", "mixed"]);
    assert.equal(result.corners[0]?.cache, "mixed");
  });

  it("leaves failed runs out of the statistics and in the counts", async () => {
    const died = new RetortError({ code: "engine_died", message: "gone" });
    const result = await runPlan(plan(3), { model: new FakeModel({ answer: "a" }, { answer: "b", error: died }, { answer: "c" }), read }, never);
    assert.deepEqual(result.corners[0]?.counts, { planned: 3, ok: 2, failed: 1, cancelled: 0, invalid: 0, checked: 0, passed: 0 });
    assert.equal(result.corners[0]?.stats["ttft_ms"]?.n, 2);
    assert.equal(result.runs[1]?.answer, "b", "what had arrived is kept");
    assert.equal(result.partial, false);
  });

  it("asks a corner that was refused only once, and the others all the same", async () => {
    const refused = new RetortError({ code: "no_precision", message: "There is no FP16 file.", status: 404 });
    const model = new FakeModel((request) => (request.precision === "fp16" ? { error: refused } : { answer: "a" }));
    const result = await runPlan(plan(3, 1, ["fp16", "int8"]), { model, read }, never);
    assert.deepEqual(result.corners.map(({ counts }) => [counts.ok, counts.failed]), [[0, 3], [3, 0]]);
    assert.equal(model.requests.filter(({ precision }) => precision === "fp16").length, 1);
    assert.equal(result.runs.find(({ status }) => status === "failed")?.error?.code, "no_precision");
  });

  it("fault 48: an abort between runs ends the plan, partial", async () => {
    const controller = new AbortController();
    const model = new FakeModel({ answer: "a" });
    const result = await runPlan(plan(5), { model, read }, controller.signal, { onProgress: (done) => { if (done === 2) controller.abort(); } });
    assert.equal(model.requests.length, 2);
    assert.equal(result.partial, true);
    assert.deepEqual(result.corners[0]?.counts, { planned: 5, ok: 2, failed: 0, cancelled: 0, invalid: 0, checked: 0, passed: 0 });
  });

  it("fault 48: an abort during a run keeps what had arrived", async () => {
    const controller = new AbortController();
    const model = new FakeModel({ thinking: ["hm "], answer: ["It ", "is"], hang: true });
    const result = await runPlan(plan(1), { model, read }, controller.signal, { onDelta: (_, delta) => { if (delta.text === "is") controller.abort(); } });
    const [run] = result.runs;
    assert.deepEqual([run?.status, run?.thinking, run?.answer, result.partial], ["cancelled", "hm ", "It is", true]);
  });

  it("a cancel from elsewhere is a failed run, not an interrupt", async () => {
    const cancelledElsewhere = new RetortError({ code: "cancelled", message: "by another client", status: 499 });
    const result = await runPlan(plan(2), { model: new FakeModel({ error: cancelledElsewhere }, { answer: "a" }), read }, never);
    assert.deepEqual(result.runs.map(({ status }) => status), ["failed", "ok"]);
  });

  it("takes the seed that the runtime drew", async () => {
    const single = planRuns({ runs: 1, warmup: 0, seed: undefined, corners: [{}], rows: null, requestFor: () => ({ messages: [] }) });
    assert.equal((await runPlan(single, { model: new FakeModel(), read }, never)).runs[0]?.seed, 0);
  });

  it("asks once whether to go on, after the first success, with the time of one", async () => {
    const asked: Array<[number, number]> = [];
    const model = new FakeModel({ error: new RetortError({ code: "engine_died", message: "gone" }) }, { answer: "a" });
    const result = await runPlan(plan(5), { model, read }, never, { confirmRest: async (left, msEach) => { asked.push([left, msEach]); return false; } });
    assert.deepEqual(asked, [[3, 75]]);
    assert.equal(result.runs.length, 2);
    assert.equal(result.partial, true);
  });
});

describe("the named result", () => {
  it("is plain data with the documented paths", async () => {
    const result = await runPlan(plan(2), { model: new FakeModel({ answer: "\\boxed{16}", thinking: "t" }), read }, never);
    const named = namedResult(result) as Record<string, never>;
    assert.deepEqual(structuredClone(named), JSON.parse(JSON.stringify(named)));
    const { answer, thinking, boxed, json, partial, runs, stats, table } = named as unknown as {
      answer: string; thinking: string; boxed: string; json: unknown; partial: boolean;
      runs: Array<Record<string, unknown>>; stats: Record<string, { mean: number }>; table: Array<Record<string, unknown>>;
    };
    assert.deepEqual([answer, thinking, boxed, json, partial, runs.length], ["\\boxed{16}", "t", "16", null, false, 2]);
    assert.equal(stats["tok_s"]?.mean, stats["decode_tok_s"]?.mean);
    assert.equal(runs[1]?.["answer_tokens"], 1);
    assert.deepEqual(table[0], { metric: "ttft_ms", unit: "ms", n: 2, mean: 50, sd: 0, median: 50, min: 50, max: 50 });
  });

  it("fault 50: of failures only holds nothing that is not a value", async () => {
    const result = await runPlan(plan(2), { model: new FakeModel({ error: new RetortError({ code: "engine_died", message: "gone" }) }), read }, never);
    const text = JSON.stringify(namedResult(result));
    assert.ok(!/NaN|Infinity|undefined/.test(text));
    assert.deepEqual(namedResult(result)["answer"], "");
  });
});
