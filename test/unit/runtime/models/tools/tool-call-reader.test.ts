import assert from "node:assert/strict";
import fc from "fast-check";
import { ToolCallReader } from "../../../../../runtime/models/tools/tool-call-reader.ts";

function read(text: string, pieces: readonly string[] = [text]) {
  const reader = new ToolCallReader(["add", "now"]);
  const shown = pieces.flatMap((piece) => reader.push([{ kind: "answer", text: piece }])).map((piece) => piece.text).join("");
  const { calls, text: rest } = reader.end();
  return { text: shown + rest, calls: calls.map(({ name, arguments: args }) => `${name}(${args})`) };
}

const CASES: Array<[text: string, shown: string, calls: string[]]> = [
  ["Hello.", "Hello.", []],
  ['<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>', "", ['add({"a":1})']],
  ['<tool_call>{"name": "add", "arguments": {"a": 1}}', "", ['add({"a":1})']],
  ['Let me see. <tool_call>{"name": "now"}</tool_call>', "Let me see. ", ["now({})"]],
  ['<tool_call>{"name": "now"}</tool_call><tool_call>{"name": "add", "arguments": {}}</tool_call>', "", ["now({})", "add({})"]],
  ['{"name": "add", "arguments": {"a": 1}}', "", ['add({"a":1})']],
  ['{"answer": 16}', '{"answer": 16}', []],
  ['{"name": "other", "arguments": {}}', '{"name": "other", "arguments": {}}', []],
  ['<tool_call>{"name": "other"}</tool_call>', '<tool_call>{"name": "other"}</tool_call>', []],
  ['<tool_call>{"name": "add", "argu', '<tool_call>{"name": "add", "argu', []],
  ['<tool_call>{"name": "add", "arguments": [1]}</tool_call>', '<tool_call>{"name": "add", "arguments": [1]}</tool_call>', []],
  ["a < b and <tool", "a < b and <tool", []],
  ["", "", []],
];

describe("ToolCallReader", () => {
  for (const [text, shown, calls] of CASES) it(JSON.stringify(text), () => assert.deepEqual(read(text), { text: shown, calls }));

  it("gives the same however the text is cut", () => {
    fc.assert(fc.property(fc.constantFrom(...CASES.map(([text]) => text)), fc.array(fc.nat(70), { maxLength: 6 }), (text, cuts) => {
      const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
      assert.deepEqual(read(text, at.slice(1).map((end, i) => text.slice(at[i], end))), read(text));
    }));
  });

  it("leaves thinking alone", () => {
    const reader = new ToolCallReader(["add"]);
    assert.deepEqual(reader.push([{ kind: "thinking", text: '<tool_call>{"name": "add"}' }]), [{ kind: "thinking", text: '<tool_call>{"name": "add"}' }]);
    assert.deepEqual(reader.end(), { calls: [], text: "" });
  });
});
