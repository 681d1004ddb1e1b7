import assert from "node:assert/strict";
import fc from "fast-check";
import { nameProblem } from "../../../../kernel/cells/names.ts";
import { occurrencesOf, renameSymbol, withEdits, type Rename } from "../../../../kernel/cells/rename.ts";

/** Cells with `¦` before the name to rename. */
function renamed(marked: string[], newName: string): { texts: string[]; result: Rename } {
  const cell = marked.findIndex((source) => source.includes("¦"));
  const offset = marked[cell]?.indexOf("¦") ?? 0;
  const sources = marked.map((source) => source.replace("¦", ""));
  const result = renameSymbol(sources, { cell, offset }, newName);
  return { result, texts: result.ok ? sources.map((source, at) => withEdits(source, result.edits.filter((edit) => edit.cell === at))) : sources };
}

describe("renameSymbol", () => {
  const cases: Array<[what: string, cells: string[], expected: string[]]> = [
    ["a variable in YAML, templates and code", ["%%vars\n¦a: 1", "{{ a }} a {{ a.b | plus: a }}", "%%js\nvars.a + vars['a'] + a"], ["%%vars\nb2: 1", "{{ b2 }} a {{ b2.b | plus: b2 }}", "%%js\nvars.b2 + vars['b2'] + a"]],
    ["a result in templates and code", ["---\nname: ¦a\n---\nHi", "{{ a.answer }}", "%%js\na.answer + vars.a + run(\"a\") + x.a + { a: 1 }.a"], ["---\nname: b2\n---\nHi", "{{ b2.answer }}", "%%js\nb2.answer + vars.a + run(\"b2\") + x.a + { a: 1 }.a"]],
    ["the sides of a comparison", ["---\nname: ¦a\n---\nHi", "%%compare\na: a where a = a\nb: 'a where a != 1'\nshow: a"], ["---\nname: b2\n---\nHi", "%%compare\na: b2 where a = a\nb: 'b2 where a != 1'\nshow: a"]],
    ["from a use", ["%%vars\na: 1", "{{ ¦a }}"], ["%%vars\nb2: 1", "{{ b2 }}"]],
    ["from code", ["%%js\nvars.¦a = 1", "{{ a }}"], ["%%js\nvars.b2 = 1", "{{ b2 }}"]],
    ["quotes stay", ["---\nname: \"¦a\"\n---\nHi", "{{ a.answer }}"], ["---\nname: \"b2\"\n---\nHi", "{{ b2.answer }}"]],
    ["parameters of papermill", ["# Parameters\n¦a = 1", "{{ a }}"], ["# Parameters\nb2 = 1", "{{ b2 }}"]],
    ["%param among commands", ["%param  ¦a = 'a'\n%status", "{{ a }}"], ["%param  b2 = 'a'\n%status", "{{ b2 }}"]],
    ["{% liquid %}", ["%%vars\n¦a: 1", "{% liquid\n echo a\n assign c = a %}{{ c }}"], ["%%vars\nb2: 1", "{% liquid\n echo b2\n assign c = b2 %}{{ c }}"]],
    ["tags", ["%%vars\n¦a: [1]", "{% for x in a %}{{ x }}{{ a[0] }}{% endfor %}{% if a contains 1 %}{% endif %}"], ["%%vars\nb2: [1]", "{% for x in b2 %}{{ x }}{{ b2[0] }}{% endfor %}{% if b2 contains 1 %}{% endif %}"]],
    ["a name as index", ["%%vars\n¦a: 0", "%%vars\nc: [1]", "{{ c[a] }}"], ["%%vars\nb2: 0", "%%vars\nc: [1]", "{{ c[b2] }}"]],
    ["raw and comments stay", ["%%vars\n¦a: 0", "{% raw %}{{ a }}{% endraw %}{% comment %}{{ a }}{% endcomment %}{{ a }}"], ["%%vars\nb2: 0", "{% raw %}{{ a }}{% endraw %}{% comment %}{{ a }}{% endcomment %}{{ b2 }}"]],
    ["a template's own name stays", ["%%vars\n¦a: 0", "{% assign a = 1 %}{{ a }}", "{{ a }}"], ["%%vars\nb2: 0", "{% assign a = 1 %}{{ a }}", "{{ b2 }}"]],
    ["CRLF, emoji, Chinese", ["%%vars\r\n¦变量: 1\r\n", "😀😀 {{ 变量 }}\r\n😀 {{ 变量.甲 }}"], ["%%vars\r\nb2: 1\r\n", "😀😀 {{ b2 }}\r\n😀 {{ b2.甲 }}"]],
    ["a byte order mark", ["\uFEFF%%vars\n¦a: 1", "\uFEFF{{ a }}"], ["\uFEFF%%vars\nb2: 1", "\uFEFF{{ b2 }}"]],
    ["templates in code", ["---\nname: ¦a\n---\nx", "%%js\n`a ${a.answer + `${a.json}`} a` // a\n'a' + /a/.source"], ["---\nname: b2\n---\nx", "%%js\n`a ${b2.answer + `${b2.json}`} a` // a\n'a' + /a/.source"]],
    ["a variable that is an axis of a matrix", ["%%vars\n¦a: 1", "---\nmatrix:\n  a: [x, y]\n  temperature: [0, 1]\nreport: { rows: a, columns: [temperature] }\n---\n{{ a }}"], ["%%vars\nb2: 1", "---\nmatrix:\n  b2: [x, y]\n  temperature: [0, 1]\nreport: { rows: b2, columns: [temperature] }\n---\n{{ b2 }}"]],
    ["an axis from its key, where it is a field, too", ["---\nname: r\nmatrix: { '¦a': { x: 1, y: 2 } }\nreport: { columns: ['a'] }\n---\n{{ a }}", "%%chart\nx: a\ny: [tok_s, a.mean]\nseries: \"a\"\nwhere: { a: x }", "%%compare\na: r where a = x\nb: 'r where n != a and a = y'\nshow: a", "%%js\nr.runs[0].a + vars.a"],
      ["---\nname: r\nmatrix: { 'b2': { x: 1, y: 2 } }\nreport: { columns: ['b2'] }\n---\n{{ b2 }}", "%%chart\nx: b2\ny: [tok_s, b2.mean]\nseries: \"b2\"\nwhere: { b2: x }", "%%compare\na: r where b2 = x\nb: 'r where n != a and b2 = y'\nshow: a", "%%js\nr.runs[0].a + vars.a"]],
    ["an axis from a template", ["---\nmatrix:\n  a: [1, 2]\n---\n{{ ¦a }}", "---\nmatrix:\n  a: [3, 4]\n---\n{{ a }}"], ["---\nmatrix:\n  b2: [1, 2]\n---\n{{ b2 }}", "---\nmatrix:\n  b2: [3, 4]\n---\n{{ b2 }}"]],
    ["templates of whole prompts and assertions", ["%%vars\n¦a: 1", "---\nmatrix:\n  prompt:\n    s: Say {{ a }}\n    t: |\n      Say a\n      {{ a | upcase }}\nassert:\n  - equals: \"{{ a }}\"\n  - contains: '{{ a }} a'\n---\n{{ prompt }}"],
      ["%%vars\nb2: 1", "---\nmatrix:\n  prompt:\n    s: Say {{ b2 }}\n    t: |\n      Say a\n      {{ b2 | upcase }}\nassert:\n  - equals: \"{{ b2 }}\"\n  - contains: '{{ b2 }} a'\n---\n{{ prompt }}"]],
    ["fields of a chart are no names without such an axis", ["%%vars\n¦a: 1", "%%chart\nx: a\ny: a\nwhere: { a: 1 }", "---\nmatrix: { temperature: [0, 1] }\n---\n{{ a }}"], ["%%vars\nb2: 1", "%%chart\nx: a\ny: a\nwhere: { a: 1 }", "---\nmatrix: { temperature: [0, 1] }\n---\n{{ b2 }}"]],
    ["an escaped role line above", ["%%vars\n¦a: 1", "user:\n\\user:\n{{ a }}"], ["%%vars\nb2: 1", "user:\n\\user:\n{{ b2 }}"]],
  ];
  for (const [what, cells, expected] of cases) {
    it(what, () => {
      const { texts, result } = renamed(cells, "b2");
      assert.ok(result.ok, result.ok ? "" : result.message);
      assert.deepEqual(texts, expected);
      assert.ok(result.edits.every(({ certain }) => certain));
    });
  }

  const refused: Array<[cells: string[], newName: string, why: RegExp]> = [
    [["%%vars\n¦a: 1"], "class", /word of the language/],
    [["%%vars\n¦a: 1"], "b c", /not a name/],
    [["%%vars\n¦a: 1"], "True", /something else in cell 1/],
    [["%%vars\n¦a: 1\nb: 2"], "b", /already used in cell 1/],
    [["%%vars\n¦a: 1", "{{ b }}"], "b", /already used in cell 2/],
    [["%%vars\n¦a: [1]", "{% for h in a %}{{ a }}{% endfor %}"], "h", /something else in cell 2/],
    [["%%vars\n¦a: 1", "{{ a }} {{ a"], "b", /Cell 2 holds `a` and has a mistake/],
    [["%%vars\n¦a: 1", "---\nruns: [\n---\n{{ a }}"], "b", /Cell 2 .* mistake/],
    [["---\nmatrix: { ¦a: [1, 2] }\n---\n{{ a }}"], "seed", /something else in cell 1/],
    [["---\nmatrix: { ¦a: [1, 2], b: [1, 2] }\n---\n{{ a }}{{ b }}"], "b", /already used in cell 1/],
    [["%%vars\n¦a: 1", "---\nassert:\n  - equals: \"{{ a | default: \\\"x\\\" }}\"\n---\nHi"], "b", /Cell 2 holds `a`/],
    [["---\nname: \"\\x61\"\n---\nHi", "{{ ¦a }}"], "b", /not defined by a cell/],
    [["{{ ¦a }}"], "b", /not defined by a cell/],
    [["¦a"], "b", /No name/],
    [["%%vars\na: 1", "{% for ¦h in a %}{% endfor %}"], "b", /No name/],
  ];
  for (const [cells, newName, why] of refused) {
    it(`refuses ${JSON.stringify(cells)} to ${newName}`, () => {
      const { result } = renamed(cells, newName);
      assert.ok(!result.ok);
      assert.match(result.message, why);
    });
  }

  it("marks what may be another thing of the same name", () => {
    const { result } = renamed(["---\nname: ¦a\n---\nx", "%%js\nconst { a } = other; a.b", "%%js\na.answer"], "b2");
    assert.ok(result.ok);
    assert.deepEqual(result.edits.map(({ cell, certain }) => [cell, certain]), [[0, true], [1, false], [1, false], [2, true]]);
  });

  it("leads back to the same source", () => {
    const name = fc.constantFrom("a", "solve", "变量", "x_1", "été");
    const newName = fc.stringMatching(/^[a-zß-öø-ÿ_][a-z0-9_]{0,8}$/).filter((text) => nameProblem(text) === null);
    const cell = (own: string): fc.Arbitrary<string> => fc.array(fc.constantFrom(
      `{{ ${own} }}`, `{{ ${own}.answer | upper }}`, `{% if ${own} %}yes{% endif %}`, `{% for h in ${own} %}{{ h }}{% endfor %}`, "{{ other }}", own, "😀", "\r\n", "\n", "正文 ", `{% raw %}{{ ${own} }}{% endraw %}`,
    ), { maxLength: 8 }).map((parts) => parts.join(""));
    const code = (own: string): fc.Arbitrary<string> => fc.array(fc.constantFrom(`vars.${own};`, `f(vars["${own}"]);`, `// ${own}\n`, `"${own}";`, `x.${own};`, `\`\${vars.${own}}\`;`, "😀;"), { maxLength: 6 }).map((parts) => `%%js\n${parts.join(" ")}`);
    const notebook = name.chain((own) => fc.tuple(fc.constant(own), fc.constantFrom("\n", "\r\n"), fc.array(fc.oneof(cell(own), code(own)), { maxLength: 5 })));
    fc.assert(fc.property(notebook, newName, ([own, newline, others], target) => {
      const sources = [`%%vars${newline}${own}: [1, 2]${newline}z9: 1`, ...others];
      const there = renameSymbol(sources, { cell: 0, offset: 6 + newline.length }, target);
      if (!there.ok) return;
      const changed = sources.map((source, at) => withEdits(source, there.edits.filter((edit) => edit.cell === at)));
      const back = renameSymbol(changed, { cell: 0, offset: 6 + newline.length }, own);
      assert.ok(back.ok, back.ok ? "" : back.message);
      assert.deepEqual(changed.map((source, at) => withEdits(source, back.edits.filter((edit) => edit.cell === at))), sources);
    }), { numRuns: 200 });
  });
});

describe("occurrencesOf", () => {
  it("tells definitions from uses", () => {
    const found = occurrencesOf(["%%vars\na: 1", "{{ a }}", "# Parameters\na = 2"], { cell: 1, offset: 4 });
    assert.deepEqual(found?.places.map(({ cell, kind }) => [cell, kind]), [[0, "definition"], [1, "use"], [2, "definition"]]);
  });

  it("never throws, and every place holds the name", () => {
    const part = fc.constantFrom("%%js\n", "%%chart\n", "%%compare\n", "x: a\n", "matrix: { a: [1, 2] }\n", "assert: { equals: '{{ a }}' }\n", "b: c where a = 1\n", "%%vars\n", "a: ", "name: a\n", "---\n", "{{ a", " }}", "`", "${", "}", "/", "'", "a", "vars.", "{% for ", " in ", " %}", "\r\n", "😀", "\\");
    fc.assert(fc.property(fc.array(part, { maxLength: 14 }).map((parts) => parts.join("")), fc.nat(40), (source, offset) => {
      const found = occurrencesOf([source, "%%vars\na: 1"], { cell: 0, offset });
      for (const { cell, range } of found?.places ?? []) if (cell === 0) assert.equal(source.slice(range.start, range.end), found?.name);
      renameSymbol([source, "%%vars\na: 1"], { cell: 1, offset: 7 }, "b");
    }), { numRuns: 300 });
  });
});
