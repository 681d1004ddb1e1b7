import assert from "node:assert/strict";

import { median, p95 } from "../../../bench/bench.ts";
import { TypedDocument } from "../../../bench/typing/typed-document.ts";
import { Typist } from "../../../bench/typing/typist.ts";

const TEXT = `export function sum(values: readonly number[]): number {\n  let total = 0;\n  for (const value of values) total += value;\n  return total;\n}\n`;

describe("Typist", () => {
  it("writes the text in the end, in every editor", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const document = new TypedDocument("file:///a.ts", "typescript", "", "\nrest\n");
      for (const key of new Typist(seed).keys(TEXT)) document.press(key.text);
      assert.equal(document.view.before, TEXT);
      assert.equal(document.view.after, "\nrest\n");
    }
  });

  it("types like a person: about 150 ms in the median, with a long tail, and slips", () => {
    const keys = Array.from({ length: 30 }, (_, seed) => new Typist(seed).keys(TEXT)).flat();
    const gaps = keys.map(({ gapMs }) => gapMs);
    assert.ok(median(gaps) > 120 && median(gaps) < 180, `median ${median(gaps)}`);
    assert.ok(p95(gaps) > 400, `p95 ${p95(gaps)}`);
    assert.ok(keys.some(({ text }) => text === ""));
  });

  it("does the same again for the same seed", () => {
    assert.deepEqual(new Typist(7).keys(TEXT), new Typist(7).keys(TEXT));
    assert.notDeepEqual(new Typist(7).keys(TEXT), new Typist(8).keys(TEXT));
  });
});

describe("TypedDocument", () => {
  const after = (...keys: string[]): [before: string, after: string] => {
    const document = new TypedDocument("file:///a.ts", "typescript", "f", "\n");
    for (const key of keys) document.press(key);
    return [document.view.before, document.view.after];
  };

  it("closes brackets and quotes, types over them, and takes them back", () => {
    assert.deepEqual(after("(", "["), ["f([", "])\n"]);
    assert.deepEqual(after("(", "x", ")"), ["f(x)", "\n"]);
    assert.deepEqual(after("(", ""), ["f", "\n"]);
    assert.deepEqual(after("'"), ["f'", "\n"], "an apostrophe");
    assert.deepEqual(after("(", '"'), ['f("', '")\n']);
  });
});
