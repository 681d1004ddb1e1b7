import assert from "node:assert/strict";
import { MAX_PLANNED_RUNS, planRuns, type PlanSpec } from "../../../../kernel/experiment/plan.ts";
import { RetortError } from "../../../../runtime/errors.ts";

const spec = (fields: Partial<PlanSpec> = {}): PlanSpec => ({
  runs: 1, warmup: undefined, seed: undefined, corners: [{}], rows: null,
  requestFor: (corner) => ({ ...fields.corners?.[corner], messages: [{ role: "user", content: "one two three" }] }),
  ...fields,
});
const axis = (key: string, values: unknown[]) => values.map((value) => ({ [key]: value }));
const corners = (fields: Partial<PlanSpec>) => planRuns(spec({ warmup: 0, ...fields })).runs.map(({ corner }) => corner);

describe("planRuns", () => {
  it("leaves a single question as it is", () => {
    assert.deepEqual(planRuns(spec()), {
      corners: [{}],
      runs: [{ kind: "measured", corner: 0, repeat: 0, row: null, request: { messages: [{ role: "user", content: "one two three" }] }, problem: null }],
    });
  });

  it("gives run k the seed + k in every corner", () => {
    const { runs } = planRuns(spec({ runs: 3, seed: 100, warmup: 0, corners: axis("temperature", [0, 0.5, 1]) }));
    for (const run of runs) assert.equal(run.request.seed, 100 + run.repeat);
    for (const corner of [0, 1, 2]) assert.deepEqual(runs.filter((run) => run.corner === corner).map(({ repeat }) => repeat), [0, 1, 2]);
  });

  it("starts at seed 1 when several runs name none, so that a rerun is the same", () => {
    assert.deepEqual(planRuns(spec({ runs: 2, warmup: 0 })).runs.map(({ request }) => request.seed), [1, 2]);
  });

  it("interleaves two corners A B B A", () => assert.deepEqual(corners({ runs: 4, corners: axis("precision", ["fp16", "int8"]) }), [0, 1, 1, 0, 0, 1, 1, 0]));

  it("takes more corners in an order that the seed decides", () => {
    const temperatures = axis("temperature", [0, 1, 2, 3, 4]);
    const order = corners({ runs: 3, seed: 5, corners: temperatures });
    assert.deepEqual(corners({ runs: 3, seed: 5, corners: temperatures }), order);
    assert.notDeepEqual(corners({ runs: 3, seed: 6, corners: temperatures }), order);
    for (const block of [order.slice(0, 5), order.slice(5, 10), order.slice(10)]) assert.deepEqual([...block].sort(), [0, 1, 2, 3, 4]);
  });

  it("warms every corner up first, with other words, few tokens and no cache", () => {
    const { runs } = planRuns(spec({ runs: 2, corners: axis("precision", ["fp16", "int8"]) }));
    assert.deepEqual(runs.map(({ kind }) => kind), ["warmup", "warmup", "measured", "measured", "measured", "measured"]);
    assert.deepEqual(runs[1]?.request, { precision: "int8", messages: [{ role: "user", content: "1 three two one" }], max_tokens: 16, cache_prompt: false });
  });

  it("measures several runs without the prompt cache, unless the cell says otherwise", () => {
    const cached = spec({ runs: 2, warmup: 0, requestFor: () => ({ messages: [], cache_prompt: true }) });
    assert.deepEqual(planRuns(cached).runs.map(({ request }) => request.cache_prompt), [true, true]);
    assert.deepEqual(planRuns(spec({ runs: 2, warmup: 0 })).runs.map(({ request }) => request.cache_prompt), [false, false]);
    assert.equal(planRuns(spec()).runs[0]?.request.cache_prompt, undefined);
  });

  const bad: Array<{ title: string; fields: Partial<PlanSpec>; code: string }> = [
    { title: "runs 0", fields: { runs: 0 }, code: "bad_value" },
    { title: "runs -1", fields: { runs: -1 }, code: "bad_value" },
    { title: "runs 1.5", fields: { runs: 1.5 }, code: "bad_value" },
    { title: "runs 1e9", fields: { runs: 1e9 }, code: "too_many_runs" },
    { title: "warmup -1", fields: { warmup: -1 }, code: "bad_value" },
    { title: "an empty matrix", fields: { corners: axis("seed", []) }, code: "bad_value" },
    { title: "a product over the limit", fields: { runs: MAX_PLANNED_RUNS / 2, corners: axis("top_k", [1, 2, 3]) }, code: "too_many_runs" },
  ];
  for (const { title, fields, code } of bad) {
    it(`fault 47: refuses ${title}`, () => {
      assert.throws(() => planRuns(spec(fields)), (error) => error instanceof RetortError && error.code === code && error.hint !== undefined);
    });
  }
});
