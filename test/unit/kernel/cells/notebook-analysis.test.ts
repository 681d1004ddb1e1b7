import assert from "node:assert/strict";
import fc from "fast-check";
import { NotebookAnalysis, type CellInput } from "../../../../kernel/cells/notebook-analysis.ts";
import { validateNotebook } from "../../../../kernel/cells/notebook.ts";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import { semanticTokens } from "../../../../kernel/cells/semantic-tokens.ts";
import { codesOf, emptyScope, scope } from "./cells-helper.ts";

function analysis(...sources: string[]): NotebookAnalysis {
  const made = new NotebookAnalysis();
  made.update(sources.map((source) => ({ source })), []);
  return made;
}

describe("NotebookAnalysis", () => {
  it("tells each cell the values and defaults that stand above it", () => {
    const made = analysis("%%vars\na: 1", "%defaults temperature=0.3 runs=2", "%precision int8", "# Parameters\na = 2", "%param b = 'x'\n%status", "{{ a }}", "%reset", "{{ a }}");
    assert.deepEqual(made.cell(0)?.scope.values, {});
    assert.deepEqual(made.cell(1)?.scope.values, { a: 1 });
    assert.deepEqual(made.cell(5)?.scope.values, { a: 2, b: "x" });
    assert.deepEqual(made.cell(5)?.scope.defaults, { temperature: 0.3, runs: 2, precision: "int8" });
    assert.deepEqual(made.cell(7)?.scope.defaults, {});
    assert.equal(made.cell(8), undefined);
  });

  it("knows what a saved output tells of a result", () => {
    const made = new NotebookAnalysis();
    made.update([{ source: "---\nname: a\n---\nx", result: { answer: "16" } }, { source: "{{ a.answer }} {{ a.anser }}" }], []);
    assert.deepEqual(made.cell(1)?.scope.values, { a: { answer: "16" }, _: { answer: "16" } });
    const [unknown] = made.diagnostics(1);
    assert.equal(unknown?.fix?.replacement, "answer");
  });

  it("judges like validateNotebook, after any changes", () => {
    const source = fc.constantFrom("%%vars\na: 1", "{{ a }} {{ b.answer }}", "---\nname: b\n---\n{{ a }}", "%%js\nvars.c = 1", "{{ c }} {{ z }}", "%defaults runs=0", "", "---\nname: a\n---\nx");
    fc.assert(fc.property(fc.array(fc.array(source, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), (versions) => {
      const made = new NotebookAnalysis();
      for (const sources of versions) {
        made.update(sources.map((text) => ({ source: text })), []);
        for (const index of sources.keys()) made.diagnostics(index);
      }
      const last = versions.at(-1) ?? [];
      assert.deepEqual(last.map((_, index) => made.diagnostics(index)), validateNotebook(last.map(parseCell), emptyScope));
    }), { numRuns: 100 });
  });

  it("judges one cell when one of 200 prompts changes, and those below when a variable does", () => {
    const cells: CellInput[] = Array.from({ length: 200 }, (_, i) => ({ source: i === 0 ? "%%vars\ntone: kind" : `---\nname: r${i}\n---\nBe {{ tone }} about ${i}` }));
    const made = new NotebookAnalysis();
    const judged = (change: (cells: CellInput[]) => void): number => {
      const before = cells.map((_, index) => made.diagnostics(index));
      change(cells);
      made.update(cells, []);
      return cells.filter((_, index) => made.diagnostics(index) !== before[index]).length;
    };
    made.update(cells, []);
    assert.equal(judged(() => undefined), 0);
    assert.equal(judged((all) => { all[100] = { source: `${all[100]?.source} more` }; }), 1);
    assert.equal(judged((all) => { all[0] = { source: "%%vars\ntone: cross" }; }), 200);
  });

  it("finds models only when it was told of any", () => {
    const made = analysis("---\nmodel: smolm2-135m\n---\nHi");
    assert.deepEqual(made.diagnostics(0), []);
    made.update([{ source: "---\nmodel: smolm2-135m\n---\nHi" }], ["smollm2-135m"]);
    assert.deepEqual(codesOf([...made.diagnostics(0)]), ["unknown_model"]);
  });
});

describe("semanticTokens", () => {
  const cases: Array<[source: string, expected: string[]]> = [
    ["---\nname: x\ntemprature: 1\n---\n😀 {{ tone }} {{ nope.a }}", ["name property", "x variable definition", "temprature property unknown", "tone variable", "nope variable unknown"]],
    ["%%vars\r\n变量: 1", ["变量 variable definition"]],
    ["%%js\nconst q = solve.answer + vars.tone + other", ["solve variable", "tone variable"]],
    ["%status", []],
  ];
  for (const [source, expected] of cases) {
    it(JSON.stringify(source), () => {
      const tokens = semanticTokens(source, parseCell(source), scope).map(({ range, type, modifier }) => [source.slice(range.start, range.end), type, modifier].filter((part) => part !== undefined).join(" "));
      assert.deepEqual(tokens, expected);
    });
  }
});
