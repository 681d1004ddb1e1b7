import { table } from "./assert-helper.ts";

// What counts as equal: math/equivalent.test.ts.
describe("boxed", () => table([
  [{ boxed: 16 }, "So \\boxed{16}.", "pass", /\\boxed\{16\}/], [{ boxed: 16 }, "\\boxed{17} no, \\boxed{\\frac{32}{2}}", "pass"], [{ boxed: 16 }, "\\boxed{17}", "fail"], [{ boxed: 16 }, "It is 16.", "fail", /has no \\boxed/],
  [{ boxed: "\\{1, 2\\}" }, "\\boxed{2, 1}", "pass"], [{ boxed: { value: "\\pi", tolerance: 0.01 } }, "\\boxed{3.14}", "pass"], [{ boxed: { value: "\\pi" } }, "\\boxed{3.14}", "fail"], [{ boxed: "yes" }, "\\boxed{\\text{Yes}}", "pass"],
]));
