import assert from "node:assert/strict";

import { confidentLength, meanProbability } from "../../../../extension/completion/confidence-gate.ts";

const TEXT = "ab cd\nef gh\n";
const tokens = (...probabilities: number[]): { end: number; probability: number }[] => [2, 5, 8, 11].map((end, i) => ({ end, probability: probabilities[i] as number }));

describe("confidence gate", () => {
  it("lets a sure text pass", () => assert.equal(confidentLength(TEXT, 0, 11, tokens(0.9, 0.9, 0.9, 0.9), 0.5), 11));
  it("drops an unsure first line", () => assert.equal(confidentLength(TEXT, 0, 11, tokens(0.2, 0.2, 0.9, 0.9), 0.5), 0));
  it("cuts an unsure later line", () => assert.equal(confidentLength(TEXT, 0, 11, tokens(0.9, 0.9, 0.1, 0.1), 0.5), 5));
  it("takes the geometric mean: one bad token counts", () => assert.equal(confidentLength(TEXT, 0, 5, tokens(0.99, 0.01, 1, 1), 0.3), 0));
  it("judges only what is left when the beginning was typed", () => assert.equal(confidentLength(TEXT, 6, 11, tokens(0.01, 0.01, 0.9, 0.9), 0.5), 5));
  it("passes everything without probabilities, and at 0", () => {
    assert.equal(confidentLength(TEXT, 0, 11, [], 0.9), 11);
    assert.equal(confidentLength(TEXT, 0, 11, tokens(0, 0, 0, 0), 0), 11);
  });
  it("knows no mean of nothing, and survives a probability of 0", () => {
    assert.equal(meanProbability([], 0, 9), null);
    assert.ok((meanProbability(tokens(0, 1, 1, 1), 0, 11) as number) < 1e-9);
  });
});
