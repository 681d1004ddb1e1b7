import assert from "node:assert/strict";

import { formatBytes } from "../../../runtime/bytes.ts";

describe("formatBytes", () => {
  for (const [bytes, text] of [
    [0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [99_940, "99.9 kB"], [99_960, "100 kB"], [999_400, "999 kB"], [999_600, "1.00 MB"],
    [98_362_432, "98.4 MB"], [270_885_952, "271 MB"], [3.56e9, "3.56 GB"], [2e13, "20.0 TB"], [2e16, "20000 TB"],
  ] as const) it(`${bytes}: ${text}`, () => assert.equal(formatBytes(bytes), text));
});
