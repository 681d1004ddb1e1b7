import assert from "node:assert/strict";

import fc from "fast-check";

import { StopMatcher } from "../../../../runtime/engine/stop-matcher.ts";

/** Everything that comes out for the given pieces, and the stop string that ended it. */
function run(stops: string[], pieces: string[]): { text: string; stop: string | null } {
  const matcher = new StopMatcher(stops);
  let text = "";
  for (const piece of pieces) {
    const step = matcher.push(piece);
    text += step.text;
    if (step.stop !== null) return { text, stop: step.stop };
  }
  return { text: text + matcher.flush(), stop: null };
}

/** The same by the definition: the shortest beginning of the text that ends with a stop string. */
function byDefinition(stops: string[], text: string): { text: string; stop: string | null } {
  for (let end = 1; end <= text.length; end++) {
    const complete = stops.filter((stop) => stop !== "" && text.slice(0, end).endsWith(stop)).sort((a, b) => b.length - a.length)[0];
    if (complete !== undefined) return { text: text.slice(0, end - complete.length), stop: complete };
  }
  return { text, stop: null };
}

// Few letters, so that partial and overlapping matches are common.
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "😀"), maxLength });

describe("StopMatcher", () => {
  it("gives the same for every way to cut the text, and what the definition says", () => {
    fc.assert(
      fc.property(fc.array(text(4), { maxLength: 4 }), fc.array(text(6), { maxLength: 12 }), (stops, pieces) => {
        assert.deepEqual(run(stops, pieces), byDefinition(stops, pieces.join("")));
      }),
      { numRuns: 2000 },
    );
  });

  it("never holds back more than a stop string could need", () => {
    fc.assert(
      fc.property(fc.array(text(5), { minLength: 1, maxLength: 3 }), fc.array(text(4), { maxLength: 10 }), (stops, pieces) => {
        const matcher = new StopMatcher(stops);
        const longest = Math.max(0, ...stops.map((stop) => stop.length));
        let given = 0;
        let pushed = 0;
        for (const piece of pieces) {
          const step = matcher.push(piece);
          if (step.stop !== null) return;
          given += step.text.length;
          pushed += piece.length;
          assert.ok(pushed - given < Math.max(1, longest));
        }
      }),
    );
  });

  it("ends before the stop string and names it", () => {
    assert.deepEqual(run(["END"], ["one E", "N", "D two"]), { text: "one ", stop: "END" });
  });

  it("gives back a beginning that came to nothing", () => {
    assert.deepEqual(run(["END"], ["E", "N", "!"]), { text: "EN!", stop: null });
    assert.deepEqual(run(["END"], ["EN"]), { text: "EN", stop: null });
  });

  it("fault 7: empty and a thousand stop strings", () => {
    const thousand = Array.from({ length: 1000 }, (_, i) => `stop-${i}-`);
    assert.deepEqual(run(["", ...thousand], ["a sto", "p-99", "9- b"]), { text: "a ", stop: "stop-999-" });
  });
});
