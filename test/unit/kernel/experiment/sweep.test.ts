import assert from "node:assert/strict";
import fc from "fast-check";
import { type Matrix, readMatrix } from "../../../../kernel/cells/matrix.ts";
import { planRuns } from "../../../../kernel/experiment/plan.ts";
import { rowsFrom } from "../../../../kernel/experiment/data/parse-rows.ts";
import { sweepPoints } from "../../../../kernel/experiment/sweep.ts";

const matrix = (value: unknown): Matrix => {
  const read = readMatrix(value);
  assert.ok(read.ok, read.ok ? "" : read.message);
  return read.value as Matrix;
};

describe("sweepPoints", () => {
  it("is every combination, the last axis changing fastest", () => {
    const points = sweepPoints(matrix({ temperature: [0, 1], precision: ["fp16", "int8"] }));
    assert.deepEqual(points.map(({ corner }) => corner), [
      { temperature: 0, precision: "fp16" }, { temperature: 0, precision: "int8" }, { temperature: 1, precision: "fp16" }, { temperature: 1, precision: "int8" },
    ]);
    assert.deepEqual(points[3], { corner: { temperature: 1, precision: "int8" }, settings: { temperature: 1, precision: "int8" }, variables: {}, prompt: null });
  });

  it("sets variables and prompts by the names that tables show", () => {
    const points = sweepPoints(matrix({ tone: { kind: "Be kind.", list: [1, 2] }, prompt: { short: "{{ q }}", long: "Please: {{ q }}" } }));
    assert.deepEqual(points[1], { corner: { tone: "kind", prompt: "long" }, settings: {}, variables: { tone: "Be kind." }, prompt: "Please: {{ q }}" });
    assert.deepEqual(points[2]?.variables, { tone: [1, 2] });
  });

  it("is one empty point without a matrix", () => assert.deepEqual(sweepPoints(undefined), [{ corner: {}, settings: {}, variables: {}, prompt: null }]));

  it("fault 47: too many combinations are refused with their number", () => {
    const list = Array.from({ length: 64 }, (_, i) => i);
    const read = readMatrix({ top_k: list, seed: list, max_tokens: list.map((n) => n + 1) });
    assert.ok(!read.ok);
    assert.match(read.message, /262144 combinations \(64 x 64 x 64\)/);
  });

  it("has as many points as the product of its axes, all different", () => {
    // Four axes of five are within the limit of combinations.
    const axis = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(fc.dictionary(fc.constantFrom("top_k", "seed", "a", "b"), axis, { minKeys: 1 }), (value) => {
      const points = sweepPoints(matrix(value));
      assert.equal(points.length, Object.values(value).reduce((product, list) => product * list.length, 1));
      assert.equal(new Set(points.map(({ corner }) => JSON.stringify(corner))).size, points.length);
    }));
  });
});

describe("a plan of corners, rows and repeats", () => {
  const spec = (corners: number, rows: number, runs: number) => ({
    runs, warmup: 0, seed: 10, corners: Array.from({ length: corners }, (_, corner) => ({ corner })), rows: rows === 0 ? null : rowsFrom(Array.from({ length: rows }, (_, n) => ({ n }))),
    requestFor: () => ({ messages: [{ role: "user" as const, content: "Hi" }] }),
  });

  it("asks each once for each repeat, and pairs the seeds", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }), (corners, rows, runs) => {
      const planned = planRuns(spec(corners, rows, runs)).runs;
      assert.equal(planned.length, corners * Math.max(1, rows) * runs);
      assert.equal(new Set(planned.map(({ corner, row, repeat }) => `${corner} ${row?.line} ${repeat}`)).size, planned.length);
      for (const run of planned) assert.equal(run.request.seed, 10 + run.repeat);
    }));
  });

  it("alternates two corners over rows: A B B A", () => {
    assert.deepEqual(planRuns(spec(2, 2, 2)).runs.map(({ corner }) => corner), [0, 1, 1, 0, 0, 1, 1, 0]);
  });

  it("takes a seed of the matrix as the base of its corner", () => {
    const base = [5, 50];
    const planned = planRuns({ ...spec(2, 0, 2), requestFor: (corner) => ({ messages: [], seed: base[corner] as number }) }).runs;
    assert.deepEqual(planned.map(({ corner, repeat, request }) => [corner, repeat, request.seed]), [[0, 0, 5], [1, 0, 50], [1, 1, 51], [0, 1, 6]]);
  });

  it("fault 80: 10^9 answers are refused before anything is made of them", () => {
    const started = performance.now();
    assert.throws(() => planRuns(spec(1000, 1000, 1000)), /1000000000 answers \(1000 x 1000 runs x 1000 rows\)/);
    assert.ok(performance.now() - started < 1000);
  });
});
