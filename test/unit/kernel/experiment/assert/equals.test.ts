import { table } from "./assert-helper.ts";

describe("equals", () => table([
  [{ equals: "sixteen" }, "sixteen", "pass"], [{ equals: "sixteen" }, "  sixteen\n", "pass"], [{ equals: "sixteen" }, "Sixteen", "fail", /the answer is Sixteen/],
  [{ equals: { text: "sixteen", ignore_case: "on" } }, "SIXTEEN", "pass"], [{ equals: 16 }, "16", "pass"], [{ equals: 16 }, "16.0", "fail"], [{ equals: true }, "true", "pass"],
  [{ equals: "" }, "", "pass"], [{ equals: "a" }, "", "fail", /\(empty\)/], [{ equals: "e\u0301" }, "\u00e9", "pass"],
]));
