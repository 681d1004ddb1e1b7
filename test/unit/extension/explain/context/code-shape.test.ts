import assert from "node:assert/strict";

import { enclosingSymbol, outlineOf, type OutlineSymbol } from "../../../../../extension/explain/context/enclosing-symbol.ts";
import { importLines } from "../../../../../extension/explain/context/imports.ts";
import { enclosingBlock } from "../../../../../extension/explain/context/indentation.ts";
import { answerLanguage, languageName } from "../../../../../extension/explain/context/language-name.ts";
import { references } from "../../../../../extension/explain/context/references.ts";
import { signatureAt } from "../../../../../extension/explain/context/signature.ts";

const PYTHON = `import os

class Reader:
    def __init__(self, path):
        self.path = path

    def read(self):
        for line in open(self.path):
            if line:

                yield line

def other(): pass
x = 1
`.split("\n");

const TYPESCRIPT = `export function add(a: number, b: number): number {
  if (a > b) {
    return a;
  }
  return b;
}

const twice = (x: number) => {
  return x * 2;
};
top();
`.split("\n");

describe("enclosingBlock", () => {
  for (const [what, lines, at, expected] of [
    ["a method, from inside a loop", PYTHON, 10, [6, 10]],
    ["a method, from its own head", PYTHON, 6, [6, 10]],
    ["a method, from an empty line in it", PYTHON, 9, [6, 10]],
    ["the first method", PYTHON, 4, [3, 4]],
    ["the class, from its head", PYTHON, 2, [2, 10]],
    ["a function of one line", PYTHON, 12, [12, 12]],
    ["nothing on the outer level", PYTHON, 13, null],
    ["a function with braces, from inside an if", TYPESCRIPT, 2, [0, 5]],
    ["an arrow function", TYPESCRIPT, 8, [7, 9]],
    ["nothing outside braces", TYPESCRIPT, 10, null],
    ["nothing in an empty file", [""], 0, null],
    ["the function around a line that ends with a call", ["def total(path):", "    numbers = load(path)", "    return 1"], 1, [0, 2]],
    ["a function whose brace stands on the next line", ["int main(void)", "{", "  run(1);", "  stop()", "}"], 3, [0, 4]],
  ] as const) {
    it(`finds ${what}`, () => {
      const found = enclosingBlock(lines, at);
      assert.deepEqual(found === null ? null : [found.start, found.end], expected);
    });
  }
});

describe("enclosingSymbol", () => {
  const leaf = (name: string, kind: OutlineSymbol["kind"], start: number, end: number, children: OutlineSymbol[] = []): OutlineSymbol => ({ name, kind, start, end, children });
  const symbols = [leaf("Reader", "class", 0, 40, [leaf("read", "function", 5, 20, [leaf("line", "other", 6, 7), leaf("inner", "function", 8, 12)])]), leaf("Huge", "class", 50, 900)];
  for (const [span, name] of [
    [[9, 10], "inner"], [[6, 6], "read"], [[8, 14], "read"], [[2, 3], "Reader"], [[4, 22], "Reader"], [[45, 46], undefined], [[60, 70], undefined],
  ] as const) {
    it(`finds ${name ?? "nothing"} around lines ${span.join(" to ")}`, () => assert.equal(enclosingSymbol(symbols, { start: span[0], end: span[1] })?.name, name));
  }

  it("lists the heads", () => {
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    assert.equal(outlineOf(symbols, lines), "line 0\nline 5\nline 8\nline 50");
  });
});

describe("references", () => {
  for (const [code, names] of [
    ["total = add(load(path), 2)", "add,load"],
    ["if (x) { return foo<Bar>(y) }", "foo,Bar"],
    ["// call(me)\n'hidden(1)'\nseen(1)", "seen"],
    ["self.read(x); self.read(y)", "read"],
    ["const x: Settings = new Reader()", "Reader,Settings"],
    ["größe(1)", "größe"],
    ["", ""],
  ] as const) {
    it(`finds ${names === "" ? "nothing" : names} in ${JSON.stringify(code)}`, () => assert.equal(references(code, 9).map(({ name }) => name).join(), names));
  }

  it("tells where a name stands, and keeps to the number asked for", () => {
    const code = "a(); b(); c()";
    assert.deepEqual(references(code, 2), [{ name: "a", offset: 0 }, { name: "b", offset: 5 }]);
  });
});

describe("signatureAt", () => {
  for (const [code, line, expected] of [
    ["def load(path):\n    return 1", 0, "def load(path):"],
    ["export function add(\n  a: number,\n  b: number,\n): number {\n  return a;\n}", 0, "export function add(\n  a: number,\n  b: number,\n): number"],
    ["  // Adds.\n  add(a: number) {\n  }", 1, "// Adds.\nadd(a: number)"],
    ["const twice = (x) => {\n}", 0, "const twice = (x) =>"],
    ["int sum(int a);\nint b;", 0, "int sum(int a);"],
  ] as const) {
    it(`reads ${JSON.stringify(expected)}`, () => assert.equal(signatureAt(code.split("\n"), line), expected));
  }
});

describe("importLines", () => {
  it("keeps what brings names in", () => {
    assert.equal(importLines(["import os", "from a import b", "x = 1", "const fs = require('fs');", "#include <stdio.h>", "use std::io;", "important = 2"]),
      "import os\nfrom a import b\nconst fs = require('fs');\n#include <stdio.h>\nuse std::io;");
  });
});

describe("languageName and answerLanguage", () => {
  it("writes languages as people do", () => assert.deepEqual(["python", "typescriptreact", "cpp", "plaintext"].map(languageName), ["Python", "TypeScript", "C++", ""]));
  it("asks for the editor's language, but not for English", () => {
    assert.deepEqual(["en", "en-GB", "zh-cn", "zh-tw", "de"].map(answerLanguage), [null, null, "Simplified Chinese", "Traditional Chinese", "German"]);
  });
});
