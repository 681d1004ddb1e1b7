import assert from "node:assert/strict";
import fc from "fast-check";
import type { NotebookScope } from "../../../../kernel/cells/cell.ts";
import { CHART_LANGUAGE } from "../../../../kernel/cells/chart-keys.ts";
import { completeCell } from "../../../../kernel/cells/complete.ts";
import { hoverCell } from "../../../../kernel/cells/hover.ts";
import { isCompleteCell } from "../../../../kernel/cells/is-complete.ts";
import { occurrencesIn } from "../../../../kernel/cells/occurrences.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { atCursor, codesOf, diagnose, errorsOf } from "./cells-helper.ts";

const runs = [{ temperature: 0, precision: "fp16", decode_tok_s: 40, row: { topic: "x" } }, { temperature: 0.3, precision: "int8", decode_tok_s: 60, row: { topic: "y" } }];
const scope: NotebookScope = { values: { temps: { runs, corners: [], table: [{ metric: "ttft_ms", mean: 3 }] }, later: undefined, saved: { runs, corners: undefined }, word: "text" }, stale: [], models: [] };
const SHORT = "%%chart\ndata: temps\nx: temperature\ny: tok_s\n";
const SPEC = "%%chart\ndata: temps\nmark: bar\nencoding:\n  x: { field: temperature, type: ordinal }\n  y: { field: decode_tok_s, type: quantitative }\n";

describe("%%chart cells", () => {
  const right: Array<[title: string, source: string]> = [
    ["the short keys", SHORT],
    ["statistics of fields, several diagrams", "%%chart\ndata: temps\nx: temperature\ny: [tok_s, decode_tok_s.p95]\nseries: precision\nbars: sd"],
    ["a path into a result", "%%chart\ndata: temps.table\nx: metric\ny: mean"],
    ["a path into a row", "%%chart\ndata: temps\nx: row.topic\ny: tok_s"],
    ["rows of one's own", "%%chart\ndata:\n  - { a: 1, b: 2 }\nx: a\ny: b"],
    ["Vega-Lite's form of rows", "%%chart\ndata: { values: [{ a: 1 }] }\nmark: point\nencoding: { x: { field: a } }"],
    ["a figure of a whole corner, of a result of which only the runs are saved", "%%chart\ndata: saved\nx: temperature\ny: out_tok_s"],
    ["a result that has not run", "%%chart\ndata: later\nx: anything\ny: more"],
    ["a whole specification", SPEC],
    ["layers, and a field that a transform makes", "%%chart\ndata: temps\ntransform: [{ calculate: datum.decode_tok_s * 2, as: twice }]\nlayer:\n  - mark: line\n    encoding: { y: { field: twice } }\n  - mark: { type: errorband, extent: ci }\n    encoding: { x: { field: temperature } }"],
  ];
  for (const [title, source] of right) it(`take ${title}`, () => assert.deepEqual(errorsOf(source, scope), []));

  const wrong: Array<[source: string, code: string, place: string, replacement?: string]> = [
    [SHORT.replace("temps", "temp"), "unknown_variable", "temp", "temps"],
    [SHORT.replace("temps", "temps.tabel"), "unknown_variable", "temps.tabel", "temps.table"],
    [SHORT.replace("temps", "word"), "wrong_type", "word"],
    [SHORT.replace("x: temperature", "x: temprature"), "unknown_field", "temprature", "temperature"],
    [SHORT.replace("tok_s", "[tok_s, decode_tok.p95]"), "unknown_field", "decode_tok.p95", "decode_tok_s"],
    [`${SHORT}where: { precisoin: int8 }`, "unknown_field", "precisoin", "precision"],
    [`${SHORT}type: lines`, "unknown_value", "lines", "line"],
    [`${SHORT}bars: se`, "unknown_value", "se", "sd"],
    [`${SHORT}color: precision`, "unknown_key", "color", "series"],
    [`${SHORT}type: heatmap`, "missing_key", "%%chart"],
    [`${SHORT}width: 1000000`, "out_of_range", "1000000"],
    [`${SHORT}y2:\n  - a`, "unknown_key", "y2"],
    ["%%chart\ndata: temps", "missing_key", "%%chart"],
    ["%%chart\ndata: { url: 'https://example.org/x.csv' }\nx: a\ny: b", "chart_data_url", "{ url: 'https://example.org/x.csv' }"],
    [SPEC.replace("mark: bar", "mark: baar"), "unknown_value", "baar", "bar"],
    [SPEC.replace("mark: bar", "mark: image"), "chart_outward", "image"],
    [SPEC.replace("mark: bar", "mark: { type: bar, href: 'http://x' }"), "chart_outward", "href"],
    [SPEC.replace("  y:", "  href: { value: 'http://x' }\n  y:"), "chart_outward", "href"],
    [SPEC.replace("  y:", "  colour: { field: precision }\n  y:"), "unknown_key", "colour", "color"],
    [SPEC.replace("field: decode_tok_s", "field: decode_toks"), "unknown_field", "decode_toks", "decode_tok_s"],
    [SPEC.replace("quantitative", "quantative"), "unknown_value", "quantative", "quantitative"],
    [SPEC.replace("field: decode_tok_s,", "field: decode_tok_s, agregate: mean,"), "unknown_key", "agregate", "aggregate"],
    [`${SPEC}series: precision`, "conflict", "series"],
    ["%%chart\nlayer:\n  - mark: line\n    data: { url: /etc/passwd }", "chart_data_url", "url"],
    ["%%chart\nmark: line\ntransform: [{ lookup: a, from: { data: { url: x.csv }, key: a } }]", "chart_data_url", "url"],
    ["%%chart\nlayer:\n  - mark: line\n    data: { sequence: { start: 0, stop: 1000000000 } }", "out_of_range", "{ start: 0, stop: 1000000000 }"],
    ["%%chart\nlayer: bar", "wrong_type", "bar"],
    ["%%chart\nlayer:\n  - marc: line", "unknown_key", "marc", "mark"],
  ];
  for (const [source, code, place, replacement] of wrong) {
    it(`refuse ${JSON.stringify(source.slice(8))}`, () => {
      const [error] = errorsOf(source, scope);
      assert.deepEqual([error?.code, source.slice(error?.range.start, error?.range.end).trim(), error?.fix?.replacement], [code, place, replacement]);
    });
  }

  it("complete keys, values of a word, and the names of results", () => {
    const matches = (marked: string) => {
      const { source, offset } = atCursor(marked);
      return completeCell(source, offset, scope).matches;
    };
    assert.deepEqual(matches("%%chart\nser¦"), ["series: "]);
    assert.ok(!matches("%%chart\ndata: temps\n¦").includes("data: "), "what stands there is not offered again");
    assert.deepEqual(matches("%%chart\ntype: b¦"), ["bar", "box"]);
    assert.deepEqual(matches("%%chart\ndata: t¦"), ["temps"]);
    assert.deepEqual(matches("%%cha¦"), ["chart"]);
    assert.deepEqual(matches("%%chart\ndata: temps\ny: d¦"), ["decode_tok_s"]);
    assert.deepEqual(matches("%%chart\ndata: temps\nmark: bar\nencoding:\n  x: { field: pre¦"), ["precision"]);
  });

  it("name the result that they draw, and the axes, so that they can be renamed", () => {
    const source = "%%chart\ndata: 'temps.table'\nx: a\ny: b";
    const { places } = occurrencesIn(source, parseCell(source));
    assert.deepEqual(places.map(({ name, kind, range }) => [name, kind, source.slice(range.start, range.end)]), [["temps", "use", "temps"], ["a", "use", "a"], ["b", "use", "b"]]);
    assert.deepEqual(places.map(({ refersTo }) => refersTo), [undefined, "axis", "axis"]);
  });

  it("explain their keys under the pointer", () => {
    assert.match(hoverCell(SHORT, SHORT.indexOf("y: tok_s"), scope)?.plain ?? "", /vertical axis[^]*Example: y: \[tok_s, ttft_ms\.p95\]/);
    for (const { meaning, example, takes } of CHART_LANGUAGE.keys) assert.ok(meaning && example && takes);
  });

  it("wait in a console for a blank line", () => {
    assert.equal(isCompleteCell("%%chart").status, "incomplete");
    assert.equal(isCompleteCell(SHORT.trimEnd()).status, "incomplete");
    assert.equal(isCompleteCell(`${SHORT}\n`).status, "complete");
  });

  it("faults 45 to 52: judge any YAML without an exception", () => {
    const keys = CHART_LANGUAGE.keys.map(({ name }) => name);
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 })), (spec) => {
      const source = `%%chart\n${Object.entries(spec).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join("\n")}`;
      assert.ok(codesOf(diagnose(source, scope)).every((code) => typeof code === "string"));
    }), { numRuns: 300 });
  });
});
