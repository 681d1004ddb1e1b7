import assert from "node:assert/strict";

import { Debounce } from "../../../../extension/completion/debounce.ts";

/** Keys within a word with these gaps, in ms. */
function typing(gaps: readonly number[], engineMs = 0): Debounce {
  const debounce = new Debounce();
  let now = 0;
  debounce.key(now, "w");
  for (const gap of gaps) debounce.key((now += gap), "w");
  for (let n = 0; engineMs > 0 && n < 10; n++) debounce.answered(engineMs);
  return debounce;
}

const steady = (gap: number): number[] => Array.from({ length: 20 }, () => gap);

describe("debounce", () => {
  it("waits longer for a slow typist", () => {
    assert.ok(typing(steady(300)).wait("word") > typing(steady(80)).wait("word"));
  });

  it("waits longer than a typical gap within a word", () => {
    assert.ok(typing(steady(150)).wait("word") > 150);
  });

  it("waits less after a bracket, and less on a new line, until it knows better", () => {
    const debounce = typing(steady(150));
    assert.ok(debounce.wait("f(") < debounce.wait("f"));
    assert.ok(debounce.wait("    ") < debounce.wait("f("));
  });

  it("asks a slow engine only in pauses that are long enough for its answer", () => {
    const gaps = Array.from({ length: 64 }, (_, n) => (n % 4 === 0 ? 300 : n % 16 === 1 ? 2_000 : 120));
    const [quick, slow] = [typing(gaps, 40).wait("word"), typing(gaps, 400).wait("word")];
    assert.ok(quick < 150, `${quick}`);
    assert.ok(slow >= 300, `${slow}: after 300 ms only the long pauses are left`);
  });

  it("asks even a slow engine at once where somebody always stops to think", () => {
    const debounce = new Debounce();
    let now = 0;
    for (let line = 0; line < 10; line++) {
      for (const typed of ["w", "wo", "wor"]) debounce.key((now += 120), typed);
      debounce.key((now += 120), "    ");
      now += 1_500;
    }
    for (let n = 0; n < 10; n++) debounce.answered(400);
    assert.ok(debounce.wait("    ") < 100, `${debounce.wait("    ")}`);
    assert.ok(debounce.wait("wor") > 120);
  });

  it("waits longer for somebody who passes suggestions over", () => {
    const debounce = typing(steady(100));
    assert.ok(debounce.wait("word", false) > debounce.wait("word", true));
  });

  it("stays within bounds", () => {
    assert.equal(typing(steady(1_100), 500).wait("word"), 500);
    assert.equal(typing(steady(5)).wait(""), 15);
  });
});
