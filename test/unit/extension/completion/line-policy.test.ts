import assert from "node:assert/strict";

import { type Multiline, shapeFor } from "../../../../extension/completion/line-policy.ts";
import { viewOf } from "../../../helpers/completion-scene.ts";

const CASES: readonly [place: string, setting: Multiline, kind: "line" | "block", language?: string][] = [
  ["def f():|", "auto", "block"],
  ["def f():\n    |", "auto", "block"],
  ["def f(|)", "auto", "block"],
  ["x = a|", "auto", "line"],
  ["x = a\n|", "auto", "line"],
  ["# adds two numbers\n|", "auto", "block"],
  ["/** Adds. */\n|", "auto", "block", "typescript"],
  ["const f = () =>|", "auto", "block", "typescript"],
  ["if true; then|", "auto", "block", "shellscript"],
  ["<ul>|", "auto", "block", "html"],
  ["x = a|", "always", "block"],
  ["def f():|", "never", "line"],
  ["f(|, b)", "always", "line"],
];

describe("line policy", () => {
  for (const [place, setting, kind, language] of CASES) {
    it(`${JSON.stringify(place)}, ${setting}: ${kind}`, () => assert.equal(shapeFor(viewOf(place, language), setting, 12).kind, kind));
  }
  it("one line at most is a line", () => assert.equal(shapeFor(viewOf("def f():|"), "always", 1).kind, "line"));
  it("more lines may take more tokens, within a limit", () => {
    const tokens = [2, 12, 60].map((lines) => shapeFor(viewOf("def f():|"), "auto", lines).maxTokens);
    assert.deepEqual(tokens, [32, 192, 384]);
  });
});
