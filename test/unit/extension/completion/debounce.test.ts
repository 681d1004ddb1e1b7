import assert from "node:assert/strict";

import { Debounce } from "../../../../extension/completion/debounce.ts";

function typing(gap: number, keys = 20): Debounce {
  const debounce = new Debounce();
  for (let key = 0; key < keys; key++) debounce.key(key * gap);
  return debounce;
}

describe("debounce", () => {
  it("waits longer for a slow typist", () => {
    assert.ok(typing(300).wait("word") > typing(80).wait("word"));
  });

  it("waits longer than a typical gap within a word", () => {
    assert.ok(typing(150).wait("word") > 150);
  });

  it("waits less after a bracket, and less on a new line", () => {
    const debounce = typing(150);
    assert.ok(debounce.wait("f(") < debounce.wait("f"));
    assert.ok(debounce.wait("    ") < debounce.wait("f("));
  });

  it("waits less for a slow engine: its answer comes after the pause anyway", () => {
    const slow = typing(150);
    for (let n = 0; n < 10; n++) slow.answered(400);
    assert.ok(slow.wait("word") < typing(150).wait("word"));
  });

  it("stays within bounds, and takes no pause for a gap", () => {
    assert.equal(typing(1_100).wait("word"), 400);
    assert.equal(typing(5).wait(""), 15);
    const paused = typing(100);
    for (let n = 1; n < 20; n++) paused.key(1_900 + n * 10_000);
    assert.equal(paused.wait("word"), typing(100).wait("word"));
  });
});
