import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../runtime/entry.ts";

/** From these to these, both included: the API's bad input, engine and machine, remote back ends. */
const RANGES = [[1, 20], [34, 44], [77, 80]] as const;
/** `fault 7`, `faults 45 and 47`, `faults 1 to 7, 14`: in a test's title, or beside it in a table as `fault: 7`. */
const TITLE = /\bfaults? (\d+(?:(?:, | and | to |, and )\d+)*)/g;
const FIELD = /\bfault: (\d+)\b/g;

/** The numbers of faults that tests of this text name. */
function named(text: string): number[] {
  const titles = [...text.matchAll(TITLE)].flatMap(([, list = ""]) => numbers(list));
  return [...titles, ...[...text.matchAll(FIELD)].map(([, number]) => Number(number))];
}

/** `1 to 3, 5` → 1, 2, 3, 5. */
function numbers(list: string): number[] {
  return list.split(/, and |, | and /).flatMap((part) => {
    const [from = 0, to = from] = part.split(" to ").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** Test sources that run in `npm test`. */
function sources(folder: string): string[] {
  return readdirSync(join(packageRoot(), folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && !file.endsWith("faults-covered.test.ts"))
    .map((file) => readFileSync(join(packageRoot(), folder, file), "utf8"));
}

describe("known faults", () => {
  it("reads numbers and ranges", () => {
    assert.deepEqual(named('it("fault 3: x") it("faults 1 to 3, 7 and 9") { fault: 12 } default 5'), [3, 1, 2, 3, 7, 9, 12]);
  });

  it("each has a test that names it", () => {
    // A fuzzer tries much at once; each fault must have a test of its own beside it.
    const covered = new Set(["test/unit", "test/protocol", "test/engine"].flatMap(sources).filter((text) => !text.includes("runCases")).flatMap(named));
    const wanted = RANGES.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    assert.deepEqual(wanted.filter((fault) => !covered.has(fault)), []);
  });
});
