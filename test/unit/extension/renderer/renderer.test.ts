import assert from "node:assert/strict";
import fc from "fast-check";
import { cellText, detailFields, runColumns, runLabel } from "../../../../extension/renderer/run-columns.ts";
import { runsData } from "../../../../extension/renderer/runs-data.ts";
import { nextOrder, sortedPositions } from "../../../../extension/renderer/sort-rows.ts";
import { textsFor } from "../../../../extension/renderer/texts.ts";
import { sharedShare, wordDiff } from "../../../../extension/renderer/word-diff.ts";

describe("wordDiff", () => {
  const cases: Array<[before: string, after: string, marked: string]> = [
    ["", "", ""],
    ["the same words", "the same words", "the same words"],
    ["It is sixteen.", "It is seventeen.", "It is [-sixteen-]{+seventeen+}."],
    ["one two three", "one three", "one [-two -]three"],
    ["one three", "one two three", "one {+two +}three"],
    ["a", "", "[-a-]"],
    ["", "b", "{+b+}"],
    ["x = 16", "x = \\boxed{16}", "x = {+\\boxed{+}16{+}+}"],
    ["红 天空", "蓝 天空", "[-红-]{+蓝+} 天空"],
  ];
  for (const [before, after, marked] of cases) {
    it(`${JSON.stringify(before)} → ${JSON.stringify(after)}`, () => {
      const shown = wordDiff(before, after).map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`)).join("");
      assert.equal(shown, marked);
    });
  }

  it("gives both texts back, whatever they are", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c", " ", "\n", "é", "{", "😀"), { maxLength: 40 }).map((list) => list.join(""));
    fc.assert(fc.property(words, words, (before, after) => {
      const parts = wordDiff(before, after);
      const text = (kinds: string[]) => parts.filter(({ kind }) => kinds.includes(kind)).map((part) => part.text).join("");
      assert.equal(text(["same", "removed"]), before);
      assert.equal(text(["same", "added"]), after);
      const share = sharedShare(parts);
      assert.ok(share >= 0 && share <= 1);
    }));
  });

  it("shows very long texts as replaced rather than stall", () => {
    const long = (word: string) => Array.from({ length: 6000 }, (_, i) => `${word}${i % 7}`).join(" ");
    assert.ok(wordDiff(long("a"), long("b")).length <= 3);
  });
});

describe("sorting", () => {
  const rows = [["b", 10, "12 ± 3"], ["a", null, "9.5"], ["c", 9, "–"]];
  const sorted = (column: number, ascending = true) => sortedPositions(rows, { column, ascending });

  it("goes by numbers and by letters; what is empty stands last, both ways", () => {
    assert.deepEqual(sorted(0), [1, 0, 2]);
    assert.deepEqual(sorted(1), [2, 0, 1]);
    assert.deepEqual(sorted(1, false), [0, 2, 1]);
    assert.deepEqual(sorted(2), [1, 0, 2], "by the number at a text's head, not 12 before 9.5");
    assert.deepEqual(sortedPositions(rows, null), [0, 1, 2]);
  });

  it("goes up, down, and back to the order of the runs", () => {
    const up = nextOrder(null, 1);
    const down = nextOrder(up, 1);
    assert.deepEqual([up, down, nextOrder(down, 1), nextOrder(up, 2)], [{ column: 1, ascending: true }, { column: 1, ascending: false }, null, { column: 2, ascending: true }]);
  });

  it("is a permutation of any cells", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)))), fc.boolean(), (values, ascending) => {
      assert.deepEqual(sortedPositions(values, { column: 0, ascending }).sort((a, b) => a - b), values.map((_, i) => i));
    }));
  });
});

describe("what an output holds", () => {
  it("is read as far as it fits: tables, rows, what was left out", () => {
    const data = runsData({ rows: [{ run: 0 }, 7, null], left_out: 3, sidecar: "a.jsonl", tables: [{ columns: [{ label: "x", align: "right" }], rows: [["1", "2"], "no"], notes: ["n"] }, 5, { columns: [] }] });
    assert.deepEqual(data, { rows: [{ run: 0 }], leftOut: 3, sidecar: "a.jsonl", tables: [{ caption: "", columns: [{ label: "x", align: "right" }], rows: [["1"], [""]], notes: ["n"] }] });
  });

  it("is nothing for anything else", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void runsData(value)));
    for (const value of [null, 3, "x", [], {}, { rows: "x" }]) assert.equal(runsData(value), null);
  });
});

describe("the table of runs", () => {
  const rows = [
    { precision: "int8", run: 0, seed: 7, status: "ok", passed: true, answer: "  one\n two ", thinking: "hm", checks: [], ttft_ms: 12.345, decode_tok_s: null, error: null, cache: "cold" },
    { precision: "fp16", run: 0, seed: 7, status: "failed", passed: false, answer: "", thinking: "", checks: [], ttft_ms: null, decode_tok_s: null, error: "engine_died", cache: null },
  ];

  it("has the axes first, then what every run has, then figures; no column without a value, none that says the same of all", () => {
    assert.deepEqual(runColumns(rows).map(({ key }) => key), ["precision", "run", "status", "passed", "answer", "ttft_ms", "error", "cache"]);
    assert.deepEqual(runColumns(rows).find(({ key }) => key === "ttft_ms")?.align, "right");
  });

  it("shows a line of an answer, marks for checks, and numbers of three digits", () => {
    assert.deepEqual([cellText("answer", rows[0]?.answer), cellText("passed", true), cellText("passed", false), cellText("ttft_ms", 12.345), cellText("x", null)], ["one two", "✓", "✗", "12.3", ""]);
  });

  it("names a run by its axes, and leaves texts out of its figures", () => {
    assert.equal(runLabel(rows[0] ?? {}, runColumns(rows)), "precision int8, run 0");
    assert.deepEqual(detailFields(rows[0] ?? {}).map(([key]) => key), ["precision", "run", "seed", "status", "passed", "ttft_ms", "cache"]);
  });

  it("speaks both languages", () => {
    assert.equal(textsFor("zh-CN").answer, "回答");
    assert.equal(textsFor("de").answer, "Answer");
    assert.deepEqual(Object.keys(textsFor("zh")), Object.keys(textsFor("en")));
  });
});
