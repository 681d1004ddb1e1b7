import assert from "node:assert/strict";
import { cosine } from "../../../../../kernel/experiment/assert/similar.ts";
import { table } from "./assert-helper.ts";

const VECTORS: Readonly<Record<string, number[]>> = { sixteen: [1, 0], "16": [0.8, 0.6], no: [0, 1], zero: [0, 0], odd: [1] };
const embed = async (texts: readonly string[]): Promise<number[][]> => texts.map((text) => VECTORS[text] ?? []);

describe("similar", () => {
  table([
    [{ similar: { to: "sixteen", at_least: 0.8 } }, "16", "pass", /similarity 0\.8, asked for at least 0\.8/], [{ similar: { to: "sixteen", at_least: 0.81 } }, "16", "fail"], [{ similar: { to: "sixteen", at_least: 0 } }, "no", "pass"],
    [{ similar: { to: "sixteen", at_least: 0.5 } }, "zero", "none"], [{ similar: { to: "sixteen", at_least: 0.5 } }, "odd", "none"], [{ similar: { to: "sixteen", at_least: 0.5 } }, " ", "fail", /empty/],
  ], { embed });

  it("cosine is never beyond 1, and null without a direction", () => {
    assert.deepEqual([cosine([3, 3, 3], [1, 1, 1]), cosine([0], [1]), cosine([1], [1, 2]), cosine([3, 4], [-3, -4]), cosine([], [])], [1, null, null, -1, null]);
  });
});
