import assert from "node:assert/strict";

import { importPaths } from "../../../../../extension/completion/context/import-paths.ts";

describe("importPaths", () => {
  const firstOf = (text: string, language: string): string[] => importPaths(text, language).map(([first = ""]) => first);

  it("TypeScript: relative ones only, with every way to write them", () => {
    const text = `import { a } from "./a.ts";\nimport type { B } from '../b';\nimport "./side.js";\nconst c = require("./c");\nexport * from "./d.ts";\nimport fs from "node:fs";`;
    assert.deepEqual(firstOf(text, "typescript"), ["./a.ts", "../b.ts", "./d.ts", "./c.ts", "./side.js"]);
    assert.deepEqual(importPaths(`import "./x.js"`, "typescript"), [["./x.js", "./x.ts"]]);
  });

  it("Python: relative and absolute modules", () => {
    assert.deepEqual(importPaths("from ..pack.mod import x", "python"), [["../pack/mod.py", "../pack/mod/__init__.py"]]);
    assert.deepEqual(importPaths("from . import x", "python"), [["__init__.py"]]);
    assert.ok(importPaths("import tools.text", "python")[0]?.includes("../tools/text.py"));
  });

  it("C, Rust and Ruby; nothing for what it does not know", () => {
    assert.deepEqual(firstOf('#include "list.h"\n#include <stdio.h>', "c"), ["list.h"]);
    assert.deepEqual(firstOf("pub mod parser;\nmod tests { }", "rust"), ["parser.rs"]);
    assert.deepEqual(firstOf("require_relative 'lib/x'", "ruby"), ["lib/x.rb"]);
    assert.deepEqual(importPaths('import "x"', "cobol"), []);
  });
});
