import assert from "node:assert/strict";
import { isCompleteCell } from "../../../../kernel/cells/is-complete.ts";

describe("isCompleteCell", () => {
  const cases: Array<[source: string, status: string, indent?: string]> = [
    ["Hi", "complete"], ["", "complete"], ["# note", "complete"], ["Hi\nthere", "complete"], ["%status", "complete"], ["%frobnicate", "complete"], ["{{ later }}", "complete"], ["{{ tone", "invalid"],
    ["---", "incomplete", ""], ["---\nruns: 5", "incomplete", ""], ["---\nruns: 5\n---", "incomplete", ""], ["---\nruns: 5\n---\n\n", "incomplete", ""], ["---\nruns: 5\n---\nHi", "complete"], ["---\nruns: [\n---\nHi", "invalid"],
    ["%%vars", "incomplete", ""], ["%%vars\n", "incomplete", ""], ["%%vars\na: 1", "complete"], ["%%vars\n\ta", "invalid"], ["%%varz", "invalid"], ["%%js", "incomplete", ""], ["%%bench\nname: a", "incomplete", ""], ["%%bench\nname: a\n", "complete"], ["%%chart\nx: [", "invalid"],
    ["%%js\nfoo(() => {", "incomplete", "    "], ["%%js\nfoo(() => {\n", "complete"], ["%%js\nfoo(')', /* ( */ `}`) // (", "complete"], ["%%js\n`open", "incomplete", "  "], ["%%js\n/* open", "incomplete", "  "],
    ["system:", "incomplete", ""], ["system:\nBe brief.\nuser:", "incomplete", ""], ["{% for h in hints %}", "incomplete", ""], ["{% for h in hints %}\n", "invalid"], ["{% for h in hints %}{{ h }}{% endfor %}", "complete"],
    ["# Parameters\na = 1", "complete"], ["# Parameters\na = what", "invalid"],
  ];
  for (const [source, status, indent] of cases) {
    it(`${JSON.stringify(source)} is ${status}`, () => assert.deepEqual(isCompleteCell(source), indent === undefined ? { status } : { status, indent }));
  }
});
