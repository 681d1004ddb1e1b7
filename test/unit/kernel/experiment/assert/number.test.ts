import { table } from "./assert-helper.ts";

describe("number", () => table([
  [{ number: 16 }, "48 / 3 is 16", "pass", /^16, asked for equal to 16/], [{ number: 16 }, "16 or 17", "fail"], [{ number: 16 }, "\\boxed{\\frac{32}{2}} of 99", "pass"], [{ number: { at_least: 15, at_most: 17 } }, "It's 16.", "pass"],
  [{ number: { at_least: 15, at_most: 17 } }, "It's 18.", "fail", /at least 15 and at most 17/], [{ number: { above: 16 } }, "16", "fail"], [{ number: { below: 16.5 } }, "16", "pass"], [{ number: 1234567 }, "about 1,234,567 people", "pass"],
  [{ number: -3.5 }, "it is −3.5", "pass"], [{ number: 0.5 }, "50%", "pass"], [{ number: 12000 }, "1.2e4", "pass"], [{ number: { equals: 3.14159, tolerance: 0.001 } }, "3.1416", "pass"], [{ number: 1 }, "none here", "fail", /no number/], [{ number: 1 }, "", "fail"],
  [{ number: 3 }, "v2.1.3 has 3 parts", "pass"],
]));
