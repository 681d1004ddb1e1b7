import assert from "node:assert/strict";
import fc from "fast-check";
import { completeCell } from "../../../../kernel/cells/complete.ts";
import { hoverCell } from "../../../../kernel/cells/hover.ts";
import { KEYS } from "../../../../kernel/cells/keys.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { symbolsOf } from "../../../../kernel/cells/symbols.ts";
import { atCursor, scope } from "./cells-helper.ts";

function complete(marked: string): { matches: string[]; replaced: string } {
  const { source, offset } = atCursor(marked);
  const { matches, start, end, details } = completeCell(source, offset, scope);
  assert.equal(details.length, matches.length);
  assert.equal(end, offset);
  return { matches, replaced: source.slice(start, end) };
}

describe("completeCell", () => {
  const cases: Array<[marked: string, replaced: string, first: string[]]> = [
    ["%%¦", "", ["prompt", "vars", "js"]], ["\n%%v¦", "v", ["vars"]], ["%pre¦", "pre", ["precision"]], ["%status\n%mo¦", "mo", ["models"]], ["%precision ¦", "", ["fp16", "int8", "q4"]],
    ["%load s¦", "s", ["smollm2-135m"]], ["%load r1-1.5b i¦", "i", ["int8"]], ["%help te¦", "te", ["temperature"]], ["%defaults te¦", "te", ["temperature="]], ["%echo ¦", "", ["--stderr"]],
    ["---\nte¦", "te", ["temperature: "]], ["---\nte¦\n---\nHi", "te", ["temperature: "]], ["%%prompt\n---\nTE¦", "TE", ["temperature: "]], ["---\ntemperature: 1\nte¦\n---\nHi", "te", []],
    ["---\nprecision: ¦", "", ["fp16", "int8", "q4"]], ["---\nmodel: sm¦\n---\nx", "sm", ["smollm2-135m"]], ["---\ncache_prompt: o¦", "o", ["on", "off"]], ["---\noutput: ¦", "", ["json"]], ["---\noutput:\n  s¦", "s", ["schema: "]],
    ["---\nmatrix: { pr¦", "pr", ["precision: ", "presence_penalty: ", "prompt: "]], ["---\nmatrix:\n  top¦", "top", ["top_p: ", "top_k: "]], ["---\nmatrix: { precision: [fp16, ¦", "", ["fp16", "int8", "q4"]], ["---\nmatrix:\n  precision:\n    - ¦", "", ["fp16", "int8", "q4"]],
    ["Hi {{ so¦", "so", ["solve"]], ["Hi {{ so¦ }} there", "so", ["solve"]], ["{{ solve.st¦", "st", ["stats"]], ["{{ solve.runs[0].¦", "", ["answer"]], ["{{ later.bo¦", "bo", ["boxed"]], ["{{ hints.f¦", "f", ["first"]],
    ["{{ tone | upp¦", "upp", ["upper"]], ["{% fo¦", "fo", ["for"]], ["{% for h in hi¦", "hi", ["hints"]], ["us¦", "us", ["user:"]], ["---\nruns: 1\n---\nsys¦", "sys", ["system:"]],
    ["%%js\nsol¦", "sol", ["solve"]], ["%%js\nsolve.an¦", "an", ["answer"]], ["%%js\nf(vars.to¦", "to", ["tone"]], ["%%js\nawait as¦", "as", ["ask"]],
    ["---\ntemperature: ¦", "", ["0.6", "0", "2"]], ["---\nmax_tokens: ¦", "", ["512", "1"]], ["---\nmatrix: ¦", "", ["{ temperature: [0, 0.7], precision: [fp16, int8] }"]], ["¦", "", []], ["Hello wor¦", "Hello wor", []], ["%%vars\na¦", "", []], ["{{ a }} te¦", "{{ a }} te", []],
  ];
  for (const [marked, replaced, first] of cases) {
    it(JSON.stringify(marked), () => {
      const result = complete(marked);
      assert.equal(result.replaced, replaced);
      assert.deepEqual(result.matches.slice(0, Math.max(first.length, 1)), first);
    });
  }

  it("says range and default of a key", () => {
    const { details } = completeCell("---\ntempe", 9, scope);
    assert.equal(details[0]?.detail, "a number from 0 to 2; default from the model's profile");
  });

  it("says what %defaults sets", () => {
    const { details } = completeCell("---\ntempe", 9, { ...scope, defaults: { temperature: 0.3 } });
    assert.equal(details[0]?.detail, "a number from 0 to 2; default 0.3 (%defaults)");
    assert.match(hoverCell("---\ntemperature: 1\n---\nHi", 6, { ...scope, defaults: { temperature: 0.3 } })?.plain ?? "", /Here: 1\n%defaults: 0\.3/);
  });

  it("never throws, wherever the cursor is", () => {
    const part = fc.constantFrom("%%vars", "%", "---\n", "a: ", "{ ", "[", "\n", "{{ ", "solve.", "runs[0].", "| ", "{% ", "}}", "- ", "😀", "x", "\r\n");
    fc.assert(fc.property(fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")), fc.nat(60), (source, offset) => {
      const { start, end } = completeCell(source, offset, scope);
      hoverCell(source, offset, scope);
      assert.ok(0 <= start && start <= end && end <= source.length);
    }), { numRuns: 300 });
  });
});

describe("hoverCell", () => {
  const cases: Array<[marked: string, RegExp]> = [
    ["---\ntempe¦rature: 0.5\n---\nHi", /from 0 to 2[^]*Here: 0\.5/], ["---\nprecision: in¦t8\n---\nHi", /fp16, int8 or q4/], ["---\nassert¦: []\n---\nHi", /held against/], ["---\nslo¦: []\n---\nHi", /later version/],
    ["%%va¦rs\na: 1", /Variables in YAML/], ["%%ben¦ch\n", /under load/], ["%%bench\nsl¦o: { ttft_ms: 5 }", /goodput/], ["%%chart\nser¦ies: a", /shapes differ/], ["%lo¦ad r1", /%load MODEL/], ["Hi {{ solve.ans¦wer }}", /solve\.answer\n16/], ["{{ nothi¦ng }}", /not known/], ["{{ lat¦er }}", /not run yet/],
    ["%%js\nf(so¦lve)", /^solve\n\{ answer/], ["%%js\r\n// 😀\r\nvars.to¦ne", /^tone\nfriendly/],
  ];
  for (const [marked, text] of cases) {
    it(marked, () => {
      const { source, offset } = atCursor(marked);
      const hover = hoverCell(source, offset, scope);
      assert.match(hover?.plain ?? "", text);
      assert.ok(hover !== null && hover.range.start <= offset);
    });
  }

  for (const marked of ["te¦xt", "", "{{ open ¦", "%%js\nconst so¦lve = 1", "%%js\nx.so¦lve", "%unknown¦"]) {
    it(`nothing at ${JSON.stringify(marked)}`, () => {
      const { source, offset } = atCursor(marked);
      assert.equal(hoverCell(source, offset, scope), null);
    });
  }

  it("explains every key", () => {
    for (const key of KEYS) assert.ok(hoverCell(`---\n${key.name}: 1\n---\nHi`, 5, scope)?.markdown.includes(key.meaning));
  });
});

describe("symbolsOf", () => {
  const cases: Array<[string, string[]]> = [
    ["---\nname: a\n---\nHi", ["a"]], ["%%vars\na: 1\nb: 2", ["a", "b"]], ["# Parameters\na = 1", ["a"]], ["%param a = 1\n%status", ["a"]], ["\r\n%%js\r\n\r\nvars.a = 1; vars.b == 2", ["a"]], ["Hi", []], ["%%bench\nname: a", ["a"]],
  ];
  for (const [source, names] of cases) {
    it(JSON.stringify(source), () => {
      const symbols = symbolsOf(parseCell(source));
      assert.deepEqual(symbols.map(({ name }) => name), names);
      for (const { name, range } of symbols) assert.ok(source.slice(range.start, range.end).includes(name));
    });
  }
});
