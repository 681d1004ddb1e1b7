import assert from "node:assert/strict";
import { withinBounds } from "../../../bench/serving/memory.ts";

describe("predicted and measured memory", () => {
  for (const [predicted, met] of [[89, false], [90, true], [110, true], [111, false]] as const) {
    it(`is ${met ? "met" : "missed"} with ${predicted} for 100`, () => {
      assert.equal(withinBounds("memory", predicted, 100).met, met);
    });
  }
});
