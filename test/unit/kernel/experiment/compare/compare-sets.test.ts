import assert from "node:assert/strict";
import fc from "fast-check";
import { compareSets, type CompareOptions } from "../../../../../kernel/experiment/compare/compare-sets.ts";
import type { ResultRow, ResultSet } from "../../../../../kernel/experiment/compare/result-set.ts";
import type { Margin } from "../../../../../kernel/experiment/compare/verdict.ts";
import { compareOutput, compareTable } from "../../../../../kernel/display/compare-table.ts";
import { assertFinite, close } from "../../../../helpers/statistics-reference.ts";

const set = (label: string, rows: ResultRow[]): ResultSet => ({ label, rows, settings: ["precision"], notes: [] });
const rowsOf = (values: Array<number | null>, more: Record<string, unknown> = {}, name = "ttft_ms") => values.map((value, run) => ({ run, status: "ok", [name]: value, ...more }));
const options = (show: string[] | null, margin?: Margin): CompareOptions => ({ show, marginOf: () => margin });
const STEADY = [100, 104, 98, 101, 97, 103, 99, 102];
const verdict = (a: Array<number | null>, b: Array<number | null>, margin?: Margin, name = "ttft_ms") =>
  compareSets(set("a", rowsOf(a, {}, name)), set("b", rowsOf(b, {}, name)), options([name], margin)).figures[0]?.verdict;

describe("comparing two result sets", () => {
  it("gives means, difference, ratio and intervals of the pairs", () => {
    const { figures: [figure], pairing } = compareSets(set("a", rowsOf(STEADY)), set("b", rowsOf(STEADY.map((value) => value * 0.8))), options(["ttft_ms"]));
    assert.equal(pairing.pairs, 8);
    close(figure?.a.mean, 100.5, 1e-12, "mean of A");
    close(figure?.difference?.value, -20.1, 1e-12, "difference");
    close(figure?.ratio?.value, 0.8, 1e-12, "ratio");
    assert.ok((figure?.difference?.interval?.high ?? 0) < 0);
    assert.equal(figure?.verdict, "better");
  });

  const half: Margin = { size: 0.5, relative: true };
  const words: Array<[title: string, verdict: string | undefined, expected: string]> = [
    ["less waiting is better", verdict(STEADY, STEADY.map((value) => value * 0.8)), "better"],
    ["more waiting is worse", verdict(STEADY, STEADY.map((value) => value * 1.3)), "worse"],
    ["more speed is better", verdict(STEADY, STEADY.map((value) => value * 1.3), undefined, "decode_tok_s"), "better"],
    ["an alias is the metric", compareSets(set("a", rowsOf(STEADY, {}, "decode_tok_s")), set("b", rowsOf(STEADY.map((x) => x / 2), {}, "decode_tok_s")), options(["tok_s"])).figures[0]?.verdict, "worse"],
    ["what is neither good nor bad is more or less", verdict(STEADY, STEADY.map((value) => value + 5), undefined, "answer_tokens"), "more"],
    ["noise shows nothing", verdict(STEADY, [101, 100, 99, 103, 98, 100, 102, 98]), "no difference shown"],
    ["equal values show nothing", verdict(STEADY, STEADY), "no difference shown"],
    ["within a relative margin nothing is shown", verdict(STEADY, STEADY.map((value) => value * 1.3), half), "no difference shown"],
    ["beyond a relative margin it is", verdict(STEADY, STEADY.map((value) => value * 1.7), half), "worse"],
    ["within a margin in the unit nothing is shown", verdict(STEADY, STEADY.map((value) => value + 5), { size: 6, relative: false }), "no difference shown"],
    ["beyond a margin in the unit it is", verdict(STEADY, STEADY.map((value) => value + 8), { size: 6, relative: false }), "worse"],
    ["five pairs are too few, however clear", verdict(STEADY.slice(0, 5), STEADY.slice(0, 5).map((value) => value * 3)), "too few pairs"],
    ["no pairs are too few", verdict([], []), "too few pairs"],
    ["missing values make no pair", verdict(STEADY.map((value, i) => (i < 4 ? null : value)), STEADY), "too few pairs"],
  ];
  for (const [title, actual, expected] of words) it(title, () => assert.equal(actual, expected));

  it("corrects for several figures (Holm)", () => {
    const a = STEADY.map((value, run) => ({ run, status: "ok", ttft_ms: value, e2e_ms: value, decode_tok_s: value }));
    const b = a.map((row, i) => ({ ...row, ttft_ms: row.ttft_ms * 0.5, e2e_ms: row.e2e_ms + [3, -1, 2, 1, 3, 0, 2, 1][i]!, decode_tok_s: row.decode_tok_s + (i % 2 === 0 ? 1 : -1) }));
    const alone = compareSets(set("a", a), set("b", b), options(["e2e_ms"])).figures[0];
    const { figures } = compareSets(set("a", a), set("b", b), options(["ttft_ms", "e2e_ms", "decode_tok_s"]));
    assert.equal(alone?.verdict, "worse");
    close(figures[1]?.adjusted, 2 * (alone?.p ?? 0), 1e-12, "corrected p");
    assert.ok((figures[0]?.adjusted ?? 1) <= (figures[1]?.adjusted ?? 0));
  });

  it("compares passes by McNemar's exact test and leaves failed runs in", () => {
    const passes = (list: boolean[]) => list.map((passed, run) => ({ run, status: passed ? "ok" : "failed", passed, ttft_ms: 1 }));
    const a = passes([true, false, false, false, false, false, false, true, false]);
    const b = passes([true, true, true, true, true, true, true, true, false]);
    const { figures: [figure], unfinished } = compareSets(set("a", a), set("b", b), options(["pass"]));
    assert.deepEqual([figure?.passes?.onlyA, figure?.passes?.onlyB, figure?.verdict], [0, 6, "better"]);
    close(figure?.p, 0.03125, 1e-12, "p");
    assert.deepEqual(unfinished, { a: 7, b: 1 });
    const within = compareSets(set("a", a), set("b", b), options(["pass"], { size: 0.9, relative: false }));
    assert.equal(within.figures[0]?.verdict, "no difference shown");
  });

  it("counts failed and interrupted runs, and keeps them out of the means", () => {
    const a = [...rowsOf([10, 12]), { run: 2, status: "failed", ttft_ms: 9999 }, { run: 3, status: "cancelled", ttft_ms: 9999 }];
    const { figures, unfinished } = compareSets(set("a", a), set("b", rowsOf([10, 12, 11, 13])), options(["ttft_ms"]));
    assert.equal(figures[0]?.a.mean, 11);
    assert.equal(figures[0]?.pairs, 2);
    assert.deepEqual(unfinished, { a: 2, b: 0 });
  });

  it("shows the usual figures that both sides have where none is named", () => {
    const a = rowsOf(STEADY, { decode_tok_s: 5, e2e_ms: 7, passed: true });
    const b = rowsOf(STEADY, { decode_tok_s: 6, passed: false });
    assert.deepEqual(compareSets(set("a", a), set("b", b), options(null)).figures.map(({ figure }) => figure.name), ["ttft_ms", "decode_tok_s", "pass"]);
  });

  it("counts pairs whose seeds differ", () => {
    const { otherSeeds } = compareSets(set("a", rowsOf(STEADY, { seed: 1 })), set("b", rowsOf(STEADY, { seed: 2 })), options(["ttft_ms"]));
    assert.equal(otherSeeds, 8);
  });

  it("fault 80: never a number that is not finite, whatever the rows hold", () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(null, 0, 1, "text", true, undefined), fc.constant({ a: 1 }));
    const row = fc.record({ run: fc.nat({ max: 3 }), status: fc.constantFrom("ok", "failed", undefined), ttft_ms: value, passed: fc.constantFrom(true, false, null, "yes"), tok: value });
    const rows = fc.array(row, { maxLength: 14 });
    fc.assert(fc.property(rows, rows, fc.constantFrom(undefined, { size: 0.1, relative: true }, { size: 3, relative: false }), (a, b, margin) => {
      const comparison = compareSets(set("a", a), set("b", b), options(["ttft_ms", "pass", "tok", "nothing"], margin));
      assertFinite(comparison.figures);
      assert.doesNotMatch(JSON.stringify(compareTable(comparison)), /NaN|Infinity/);
    }), { numRuns: 40 });
  });
});

describe("the table of a comparison", () => {
  const comparison = compareSets(set("x <b>", rowsOf(STEADY, { passed: true })), set("y", rowsOf(STEADY.map((value) => value * 0.8), { passed: true })), options(["ttft_ms", "pass"], { size: 0.05, relative: true }));

  it("says in words what the numbers rest on", () => {
    const { rows, notes } = compareTable(comparison);
    const [name, a, b, difference, , ratio, change, , pairs, p, verdict] = rows[0] ?? [];
    assert.deepEqual([name, a, b, difference, ratio, change, pairs, p, verdict], ["time to first token (ms)", "101", "80.4", "-20.1", "0.800", "-20.0 %", "8", "< 0.001", "better"]);
    const text = (notes ?? []).join("\n");
    for (const part of [/8 pairs, by run/, /Margin of time to first token: 5 %/, /Passed: A 8 of 8 \(.* to 100 %\)/, /McNemar/, /Holm/]) assert.match(text, part);
  });

  it("is HTML, plain text and Markdown, and inert", () => {
    const { data } = compareOutput(comparison);
    assert.deepEqual(Object.keys(data), ["text/html", "text/plain", "text/markdown"]);
    assert.doesNotMatch(String(data["text/html"]), /<b>/);
    assert.match(String(data["text/markdown"]), /^\*\*A: x &lt;b\\>.*\n\n\| figure \|/);
    assert.match(String(data["text/markdown"]), /\| --- \| ---: \|/);
  });
});
