import { table } from "./assert-helper.ts";

// The real search, with its time limit, is tested where a worker runs: session/assertions.test.ts.
const search = async (pattern: string, flags: string, text: string): Promise<boolean | null> => (pattern === "slow" ? null : new RegExp(pattern, flags).test(text));

describe("matches", () => table([
  [{ matches: "/sixteen|\\b16\\b/i" }, "It is SIXTEEN", "pass"], [{ matches: "\\d+" }, "no", "fail", /no match in no/], [{ matches: "/a.b/s" }, "a\nb", "pass"], [{ matches: "/^b/m" }, "a\nb", "pass"], [{ matches: "a/b" }, "a/b", "pass"],
  [{ matches: "slow" }, "x", "none", /takes too long/],
], { search }));
