import assert from "node:assert/strict";
import fc from "fast-check";
import { completeCell } from "../../../../kernel/cells/complete.ts";
import { keyHelp } from "../../../../kernel/cells/hover.ts";
import { findKey } from "../../../../kernel/cells/keys.ts";
import { readSetting } from "../../../../kernel/cells/settings.ts";
import { atCursor, diagnose, emptyScope, errorsOf } from "./cells-helper.ts";

const NEW_KEYS = ["matrix", "data", "where", "sample", "limit", "concurrency", "until", "save", "resume", "cache", "confirm", "report"];

describe("the keys of an experiment", () => {
  for (const name of NEW_KEYS) {
    const spec = findKey(name);
    it(`${name} has help with an example that holds`, () => {
      assert.ok(spec !== undefined && keyHelp(spec).includes(spec.example));
      const context = { where: "data: ./a.csv\n", sample: "data: ./a.csv\n", limit: "data: ./a.csv\n", resume: "save: ./a.jsonl\n", report: "matrix: { temperature: [0, 1], precision: [fp16, int8] }\nassert: [{ contains: a }]\n", cache: "seed: 1\n" }[name] ?? "";
      assert.deepEqual(errorsOf(`---\n${context}${spec.example}\n---\nHi`), []);
    });

    it(`faults 45 and 47: ${name} says what is wrong with any value, in few words, and never throws`, () => {
      fc.assert(fc.property(fc.oneof(fc.anything({ maxDepth: 3 }), fc.double(), fc.string({ maxLength: 3000 }), fc.constantFrom(1e308, -1e308, Infinity, NaN, 1e9, "x".repeat(100_000))), (value) => {
        const result = readSetting(name, value);
        assert.ok(result !== undefined);
        if (!result.ok) assert.ok(/^[a-z_]+$/.test(result.code) && result.message.length > 5 && result.message.length < 4000, result.message.slice(0, 200));
      }), { numRuns: 200 });
    });
  }

  const completions: Array<[marked: string, expected: string[]]> = [
    ["---\nmatrix: { to¦ }\n---\n{{ tone }}", ["tone: ", "top_p: ", "top_k: "]], ["---\nmatrix:\n  prom¦\n---\n{{ prompt }}", ["prompt: "]], ["---\nuntil: { m¦", ["metric: ", "max_runs: "]],
    ["---\nuntil: { metric: de¦", ["decode_tok_s"]], ["---\nmatrix: { temperature: [0, 1], top_k: [1] }\nreport: { rows: t¦\n---\nHi", ["temperature", "top_k"]], ["---\nreport: { show: [pa¦", ["pass"]],
    ["---\nresume: o¦", ["on", "off"]], ["---\nsample: { ¦", ["n: ", "seed: "]], ["---\nsav¦", ["save: "]], ["---\nsave: ¦", ["./results/run.jsonl"]],
  ];
  for (const [marked, expected] of completions) {
    it(`completes ${JSON.stringify(marked)}`, () => {
      const { source, offset } = atCursor(marked);
      const { matches } = completeCell(source, offset, emptyScope);
      assert.deepEqual(matches.filter((match) => expected.includes(match)).sort(), [...expected].sort());
    });
  }

  it("an editor does not know the columns, and calls none of them wrong", () => {
    assert.deepEqual(diagnose("---\ndata: ./a.csv\n---\n{{ row.anything }} {{ row.a.b[0] }}", emptyScope), []);
    assert.deepEqual(errorsOf("---\ndata: [{ q: a }]\n---\n{{ row.p }}", emptyScope).map(({ code }) => code), ["unknown_variable"]);
  });

  it("axes are known to templates and to assertions", () => {
    assert.deepEqual(errorsOf("---\nmatrix: { tone: [a, b] }\n---\n{{ tone }}", emptyScope), []);
    assert.deepEqual(errorsOf("---\nmatrix: { want: [a, b] }\nassert: [{ contains: '{{ want }}' }]\n---\nHi", emptyScope), []);
  });
});
