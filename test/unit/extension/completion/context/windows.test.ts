import assert from "node:assert/strict";

import fc from "fast-check";

import { windowAround, windowsOf } from "../../../../../extension/completion/context/windows.ts";

describe("windowsOf", () => {
  it("cuts where something begins", () => {
    const block = (name: string): string => `function ${name}() {\n${"  step();\n".repeat(28)}}\n`;
    const windows = windowsOf(["one", "two", "three"].map(block).join("\n"));
    assert.deepEqual(windows.map(({ text }) => text.split("\n")[0]), ["function one() {", "function two() {", "function three() {"]);
  });

  it("loses no line that a person wrote, and repeats none", () => {
    const line = fc.constantFrom("", "a", "  b", "}", "def f():", "\tc");
    fc.assert(fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      const written = lines.filter((one) => one.trim() !== "");
      assert.deepEqual(windowsOf(lines.join("\n")).flatMap(({ text }) => text.split("\n")).filter((one) => one.trim() !== ""), written);
    }));
  });

  it("leaves out lines that no person wrote", () => {
    assert.deepEqual(windowsOf(`a\n${"x".repeat(1000)}\nb`).map(({ text }) => text), ["a\nb"]);
  });
});

describe("windowAround", () => {
  it("stays inside the text", () => {
    const text = Array.from({ length: 100 }, (_, i) => `l${i}`).join("\n");
    assert.equal(windowAround(text, 0, 10).text.split("\n")[0], "l0");
    assert.equal(windowAround(text, 99, 10).text.split("\n").at(-1), "l99");
    assert.equal(windowAround(text, 50, 10).start, 45);
    assert.deepEqual(windowAround("one", 7, 10), { start: 0, text: "one" });
  });
});
