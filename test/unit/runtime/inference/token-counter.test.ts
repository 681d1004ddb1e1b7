import assert from "node:assert/strict";

import { TokenCounter } from "../../../../runtime/inference/token-counter.ts";

/** Feeds texts as tokens, one ms apart, and ends. */
function count(texts: string[], options: { opened: boolean; enabled: boolean }, tail = ""): { counter: TokenCounter; answer: string; thinking: string } {
  const counter = new TokenCounter(options);
  const pieces = texts.flatMap((text, i) => counter.push({ token: i, text, at: i }));
  pieces.push(...counter.end(tail));
  const of = (kind: string): string => pieces.filter((piece) => piece.kind === kind).map(({ text }) => text).join("");
  return { counter, answer: of("answer"), thinking: of("thinking") };
}

describe("TokenCounter", () => {
  it("counts markers as reasoning, also one that comes in parts", () => {
    const { counter, answer, thinking } = count(["<th", "ink>", "hm", "</th", "ink>", "yes", "!"], { opened: false, enabled: true });
    assert.deepEqual([counter.reasoning, counter.firstAnswer, thinking, answer], [5, 5, "hm", "yes!"]);
  });

  it("starts inside a block that the prompt has opened", () => {
    const { counter, answer } = count(["hm", "</think>", "yes"], { opened: true, enabled: true });
    assert.deepEqual([counter.reasoning, counter.firstAnswer, answer], [2, 2, "yes"]);
  });

  it("counts what looked like a marker and was none as answer", () => {
    const { counter, answer } = count(["<th", "e", " end"], { opened: false, enabled: true });
    assert.deepEqual([counter.reasoning, counter.firstAnswer, answer], [0, 1, "<the end"]);
  });

  it("has no first answer when all was thinking", () => {
    const { counter } = count(["a", "b"], { opened: true, enabled: true });
    assert.deepEqual([counter.reasoning, counter.firstAnswer], [2, null]);
  });

  it("gives text that became certain at the end to the last token", () => {
    const { counter, answer } = count(["", ""], { opened: false, enabled: false }, "late");
    assert.deepEqual([counter.firstAnswer, answer], [1, "late"]);
  });
});
