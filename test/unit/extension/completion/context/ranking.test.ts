import assert from "node:assert/strict";

import fc from "fast-check";

import type { Snippet } from "../../../../../extension/completion/context/context-source.ts";
import { identifiers } from "../../../../../extension/completion/context/identifiers.ts";
import { type Candidate, rank, within } from "../../../../../extension/completion/context/ranking.ts";

describe("rank", () => {
  const candidate = (name: string, text: string, weight = 1): Candidate => ({ snippet: { key: name, uri: name, filename: name, text }, weight });
  const keys = (candidates: Candidate[], around: string): string[] => rank(candidates, around).map(({ snippet }) => snippet.key);

  it("puts what shares rare names first and leaves out what shares nothing", () => {
    const candidates = [
      candidate("common", "const value = list.map((item) => item.value);"),
      candidate("rare", "export class SlotPool { take(prompt) {} }\nconst value = 1;"),
      candidate("foreign", "import numpy as np\narray = np.zeros(3)"),
    ];
    assert.deepEqual(keys(candidates, "const pool = new SlotPool(4);\npool.take(value)"), ["rare", "common"]);
  });

  it("finds parts of names", () => {
    assert.deepEqual(keys([candidate("a", "function readConfigFile(path) {}")], "const config = read(path)"), ["a"]);
  });

  it("weighs the sources and keeps the better one of the same key", () => {
    const same = "compute(total)";
    assert.deepEqual(keys([candidate("a", same), candidate("b", same, 2)], same), ["b", "a"]);
    assert.equal(rank([candidate("a", same), candidate("a", same, 3)], same).length, 1);
  });

  it("does not count the words of languages", () => {
    assert.deepEqual([...identifiers("return new Promise while true class")].map(([word]) => word), ["promise"]);
    assert.deepEqual([...identifiers("parseHTMLFile read_file x1")].map(([word]) => word), ["parsehtmlfile", "parse", "html", "file", "read_file", "read", "x1"]);
  });

  it("the same candidates in another order give the same order", () => {
    const text = fc.array(fc.constantFrom("alpha", "beta", "gamma", "delta", "epsilon"), { maxLength: 8 }).map((words) => words.join(" "));
    fc.assert(fc.property(fc.array(text, { maxLength: 8 }), text, (texts, around) => {
      const candidates = texts.map((one, index) => candidate(`k${index}`, one));
      assert.deepEqual(keys(candidates, around), keys([...candidates].reverse(), around));
    }));
  });

  it("takes the best that fit into the budget", () => {
    const one = (name: string, chars: number): { snippet: Snippet; score: number } => ({ snippet: { key: name, uri: "", filename: "", text: "x".repeat(chars) }, score: 1 });
    assert.deepEqual(within([one("a", 40), one("b", 400), one("c", 40)], 25).map(({ key }) => key), ["a", "c"]);
  });
});
