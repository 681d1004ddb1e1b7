import assert from "node:assert/strict";
import type { NotebookScope } from "../../../../kernel/cells/cell.ts";
import { completeCell } from "../../../../kernel/cells/complete.ts";
import { hoverCell } from "../../../../kernel/cells/hover.ts";
import { isCompleteCell } from "../../../../kernel/cells/is-complete.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";

const SCOPE: NotebookScope = { values: { load: { runs: [] }, other: undefined, tone: "kind" }, stale: [], models: ["smollm2-135m"] };
const judge = (body: string) => validateCell(parseCell(`%%compare\n${body}`), SCOPE);

describe("%%compare cells", () => {
  const good = [
    "a: load where precision = fp16\nb: load where precision = int8",
    "a: old.ipynb#load\nb: ./x.jsonl\nshow: [tok_s, ttft_ms, pass]\nmargin: 5%\nname: versus",
    "a: load\nb: other\nmargin: { tok_s: 5%, ttft_ms: 20 }\nshow: tok_s",
    "precision: [fp16, int8]",
    "precision: [fp16, q4]\nmodel: smollm2-135m\nprompts: [one, two]\nruns: 3\nwarmup: 0\nmax_tokens: 32\ntemperature: 0\ntop_p: 1\nseed: 0\nconcurrency: 4\ntext: hello there\nscore_tokens: 16",
  ];
  for (const body of good) it(`accepts ${body.replaceAll("\n", " | ").slice(0, 70)}`, () => assert.deepEqual(judge(body), []));

  const bad: Array<[body: string, code: string, says: RegExp]> = [
    ["", "missing_key", /needs `a:` and `b:`, or `precision/],
    ["a: load", "missing_key", /needs `a:` and `b:`/],
    ["a: load\nb: lod", "unknown_result", /no result `lod`.*load/],
    ["a: load\nb: 7", "bad_source", /A side of a comparison/],
    ["a: load\nb: load where x", "bad_source", /no condition/],
    ["a: load\nb: load\nshow: []", "wrong_type", /`show` is a list/],
    ["a: load\nb: load\nshow: [tok_s, tok_s]", "duplicate_value", /twice/],
    ["a: load\nb: load\nshow: [1e9]", "wrong_type", /`show` is a list/],
    [`a: load\nb: load\nshow: [${Array.from({ length: 70 }, (_, i) => `m${i}`).join(", ")}]`, "out_of_range", /up to 64/],
    ["a: load\nb: load\nmargin: -1", "wrong_type", /from 0 on/],
    ["a: load\nb: load\nmargin: lots", "wrong_type", /from 0 on/],
    ["a: load\nb: load\nmargin: { tok_s: .inf }", "wrong_type", /margin of `tok_s`/],
    ["a: load\nb: load\nruns: 3", "conflict", /belongs to `precision/],
    ["precision: [fp16, int8]\na: load", "conflict", /Keep one of the two/],
    ["precision: fp16", "wrong_type", /list of two/],
    ["precision: [fp16]", "wrong_type", /list of two/],
    ["precision: [fp16, fp16]", "duplicate_value", /twice/],
    ["precision: [fp16, fp8]", "unknown_value", /no precision `fp8`/],
    ["precision: [fp16, int8]\nruns: 0", "out_of_range", /runs/],
    ["precision: [fp16, int8]\nruns: 1000000000", "out_of_range", /runs/],
    ["precision: [fp16, int8]\nruns: many", "wrong_type", /runs/],
    ["precision: [fp16, int8]\nruns: 1000\nconcurrency: 4", "out_of_range", /asks for 16000 answers; up to 10000/],
    ["precision: [fp16, int8]\nmax_tokens: 1", "out_of_range", /max_tokens/],
    ["precision: [fp16, int8]\nprompts: []", "wrong_type", /`prompts`/],
    ["precision: [fp16, int8]\nprompts: [{ a: 1 }]", "wrong_type", /`prompts`/],
    [`precision: [fp16, int8]\nprompts: [${"x, ".repeat(70)}x]`, "out_of_range", /up to 64/],
    ["precision: [fp16, int8]\ntext: ''", "wrong_type", /`text`/],
    ["precision: [fp16, int8]\nmodel: smolm2-135m", "unknown_model", /smollm2-135m/],
    ["baseline: load\nb: load", "unknown_key", /`a`/],
    ["a: [", "yaml_error", /./],
    ["\ta: load\n\tb: load", "yaml_error", /tabs/],
  ];
  for (const [body, code, says] of bad) {
    it(`refuses ${JSON.stringify(body).slice(0, 60)}`, () => {
      const [first] = judge(body).filter(({ severity }) => severity === "error");
      assert.equal(first?.code, code);
      assert.match(first?.message ?? "", says);
    });
  }

  it("warns of a result that is out of date", () => {
    const found = validateCell(parseCell("%%compare\na: load\nb: other"), { ...SCOPE, stale: ["load"] });
    assert.deepEqual(found.map(({ severity, code }) => [severity, code]), [["warning", "stale_variable"]]);
  });

  it("completes keys, results and precisions, and explains a key", () => {
    const at = (source: string) => completeCell(source, source.length, SCOPE).matches;
    assert.ok(at("%%compare\nsh").includes("show: "));
    assert.deepEqual(at("%%compare\na: "), ["load", "other"]);
    assert.deepEqual(at("%%compare\nprecision: "), ["[fp16, int8]"]);
    assert.ok(at("%%comp").includes("compare"));
    assert.match(hoverCell("%%compare\nmargin: 5%", 12, SCOPE)?.markdown ?? "", /smallest difference that matters/);
    assert.equal(isCompleteCell("%%compare\n").status, "incomplete");
  });
});
