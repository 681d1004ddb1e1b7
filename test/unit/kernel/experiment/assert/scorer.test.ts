import { table } from "./assert-helper.ts";

const RETURNED: Readonly<Record<string, unknown>> = { yes: true, no: false, one: 1, half: 0.5, reasoned: { score: 0.5, reason: "because" }, nan: Number.NaN, text: "1", nothing: undefined, voided: null };
const score = async (name: string): Promise<unknown> => RETURNED[name];

describe("scorer", () => table([
  [{ scorer: "yes" }, "x", "pass"], [{ scorer: "no" }, "x", "fail"], [{ scorer: "one" }, "x", "pass"], [{ scorer: "half" }, "x", "fail", /asked for at least 1/], [{ scorer: { name: "half", at_least: 0.5 } }, "x", "pass"],
  [{ scorer: { name: "reasoned", at_most: 0.4 } }, "x", "fail", /because/], [{ scorer: "nan" }, "x", "none"], [{ scorer: "text" }, "x", "none"], [{ scorer: "nothing" }, "x", "none"], [{ scorer: "voided" }, "x", "none"],
], { score }));
