import { table } from "./assert-helper.ts";

// Real code runs in a worker: session/assertions.test.ts.
const evaluate = async (code: string): Promise<unknown> => ({ yes: true, no: false, number: 1, text: "true", nothing: undefined, symbol: null })[code];

describe("js", () => table([
  [{ js: "yes" }, "x", "pass"], [{ js: "no" }, "x", "fail"], [{ js: "number" }, "x", "none", /it is 1, neither true nor false/], [{ js: "text" }, "x", "none"], [{ js: "nothing" }, "x", "none", /undefined/], [{ js: "symbol" }, "x", "none"],
], { evaluate }));
