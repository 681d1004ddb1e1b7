import assert from "node:assert/strict";

import { callGrammar } from "../../../../runtime/engine/call-grammar.ts";

describe("callGrammar", () => {
  const value = 'root ::= "{" thing "}"\nthing ::= "x"';

  it("puts the value between markers, several times, and keeps its rules", () => {
    const text = callGrammar(value, { open: "<a>", close: "</a>", most: 3, isOpen: true });
    assert.deepEqual(text.split("\n"), [
      'root ::= call-space one-call | call-space one-call call-space "</a>" (call-space "<a>" call-space one-call call-space "</a>"){0,2}',
      "call-space ::= [ \\n]{0,2}",
      'one-call ::= "{" thing "}"',
      'thing ::= "x"',
    ]);
  });

  it("asks for the first marker where none was written, or for the value alone", () => {
    const [root] = callGrammar(value, { open: "<a>", close: "</a>", most: 1, isOpen: false }).split("\n");
    assert.equal(root, 'root ::= call-space one-call | call-space "<a>" call-space one-call call-space "</a>" (call-space "<a>" call-space one-call call-space "</a>"){0,0}');
  });
});
