import { table } from "./assert-helper.ts";

describe("contains", () => table([
  [{ contains: "teen" }, "sixteen", "pass"], [{ contains: "Teen" }, "sixteen", "fail", /Teen is not in sixteen/], [{ contains: { text: "TEEN", ignore_case: true } }, "sixteen", "pass"],
  [{ contains: ["six", "teen"] }, "sixteen", "pass"], [{ contains: ["six", "ten"] }, "sixteen", "fail", /^ten is not/], [{ contains: 16 }, "It is 16.", "pass"], [{ contains: "x" }, "", "fail"],
]));
