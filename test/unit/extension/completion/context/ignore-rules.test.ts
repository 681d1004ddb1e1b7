import assert from "node:assert/strict";

import { IgnoreRules } from "../../../../../extension/completion/context/ignore-rules.ts";

describe("IgnoreRules", () => {
  const rules = new IgnoreRules(
    [{ folder: "", text: "dist/\n*.log\n!keep.log\n" }, { folder: "packages/a", text: "/generated\n" }, { folder: "", text: "private/**\n" }],
    ["**/.git", "**/*.{map,lock}", "coverage"],
  );
  const table: ReadonlyArray<[path: string, ignored: boolean]> = [
    ["dist/index.js", true], ["src/dist.ts", false], ["a.log", true], ["keep.log", false], ["deep/down/b.log", true],
    ["packages/a/generated/x.ts", true], ["packages/b/generated/x.ts", false], ["private/notes.md", true],
    [".git/config", true], ["sub/.git/config", true], ["out.js.map", true], ["yarn.lock", true], ["coverage/x.html", true], ["src/coverage/x.ts", false],
    ["../outside.ts", true], ["", true], ["src/index.ts", false],
  ];
  for (const [path, ignored] of table) it(`${ignored ? "ignores" : "reads"} ${path || "the folder itself"}`, () => assert.equal(rules.ignores(path), ignored));
});
