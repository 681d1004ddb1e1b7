import assert from "node:assert/strict";

import { regionAt } from "../../../../extension/completion/comment-gate.ts";
import { syntaxOf } from "../../../../extension/completion/language-syntax.ts";
import { codeOnly } from "../../../../extension/completion/regions.ts";

const CASES: readonly [language: string, before: string, region: string][] = [
  ["python", "x = 1 # so", "comment"],
  ["python", "x = 1 # so\ny = ", "code"],
  ["python", "x = '#", "string"],
  ["python", "x = 'it\\'s ", "string"],
  ["python", "x = 'done' + ", "code"],
  ["python", "x = 'left open\ny = ", "code"],
  ["python", 'def f():\n    """Says\n    more', "string"],
  ["python", 'def f():\n    """Says."""\n    ', "code"],
  ["typescript", "f(); // then", "comment"],
  ["typescript", "/* a\n b", "comment"],
  ["typescript", "/* a */ f(", "code"],
  ["typescript", "x = `a ${", "code"],
  ["typescript", "x = `a ${b} c", "string"],
  ["typescript", "x = `a ${ {a: 1}.a } c` + ", "code"],
  ["typescript", "x = `a ${`b ${c", "code"],
  ["typescript", 'x = "http://', "string"],
  ["go", "x := `a\nb", "string"],
  ["go", "x := `a\\` + ", "code"],
  ["rust", "fn f<'a>(x: &'a str", "code"],
  ["rust", "let q = '\"'; let x = ", "code"],
  ["rust", 'let s = r#"a " b', "string"],
  ["java", 'String s = """\n  a " b', "string"],
  ["c", "#include <stdio.h>\nint ", "code"],
  ["c", 'printf("%d\\"', "string"],
  ["shellscript", "echo $# ", "code"],
  ["shellscript", "echo a # b", "comment"],
  ["shellscript", "echo 'a\\' ", "code"],
  ["html", "<!-- menu", "comment"],
  ["html", '<a href="x', "code"],
  ["json", '{ "a": "b', "code"],
  ["yaml", 'a: "b', "code"],
  ["yaml", "a: 1 # b", "comment"],
  ["sql", "select 1 -- one", "comment"],
  ["lua", "--[[ a\n b", "comment"],
  ["unheard-of", "# // \" '", "code"],
];

describe("comment gate", () => {
  for (const [languageId, before, region] of CASES) {
    it(`${languageId}: ${JSON.stringify(before)} ends in ${region}`, () => assert.equal(regionAt({ before, languageId }), region));
  }

  it("reads only the last part of a long file, from a line's start", () => {
    const before = `"""never closed\n${"x = 'a' # b\n".repeat(20_000)}y = `;
    assert.equal(regionAt({ before, languageId: "python" }), "code");
    assert.equal(regionAt({ before: `${before}'`, languageId: "python" }), "string");
  });

  it("blanks comments and strings out, and nothing else", () => {
    assert.equal(codeOnly("f('a)') # b)\ng(\"c\")", syntaxOf("python")), `f(${" ".repeat(4)}) ${" ".repeat(4)}\ng(${" ".repeat(3)})`);
  });
});
