import assert from "node:assert/strict";

import { LINE, type Shape } from "../../../../extension/completion/line-policy.ts";
import { type DraftEnd, usableLength } from "../../../../extension/completion/stream-cut.ts";
import { viewOf } from "../../../helpers/completion-scene.ts";

const BLOCK: Shape = { kind: "block", maxLines: 3, maxTokens: 48, decodeLines: 4 };
/** `usable`: the text that can be shown; null for none yet. */
const CASES: readonly [name: string, text: string, end: DraftEnd, shape: Shape, usable: string | null][] = [
  ["half a line", "a + ", null, LINE, null],
  ["a whole line", "a + b\nc", null, LINE, "a + b"],
  ["blank lines first", "\n\n  a\nb", null, LINE, "\n\n  a"],
  ["only blank lines yet", "\n\n  ", null, LINE, null],
  ["the model stopped within the line", "a + b", "stop", LINE, "a + b"],
  ["the token limit within the line", "a + b", "length", LINE, "a + b"],
  ["we stopped within the line", "a + b", "cut", LINE, null],
  ["the model said nothing", "", "stop", LINE, ""],
  ["a block that goes on", "\n    a\n    b\n", null, BLOCK, null],
  ["a block that has ended", "\n    a\n    b\nc\nd", null, BLOCK, "\n    a\n    b\nc"],
  ["a block of as many lines as allowed", "\n    a\n    b\n    c\n    d", null, BLOCK, "\n    a\n    b\n    c"],
  ["a block to the end", "\n    a\n    b", "stop", BLOCK, "\n    a\n    b"],
  ["a block up to the token limit", "\n    a\n    bcd", "length", BLOCK, "\n    a"],
  ["half a line of a block at the token limit", "\n    abc", "length", BLOCK, "\n    abc"],
];

describe("stream cut", () => {
  for (const [name, text, end, shape, usable] of CASES) {
    it(name, () => {
      const length = usableLength(text, end, shape, viewOf("def f():|\n"));
      assert.equal(length === null ? null : text.slice(0, length), usable);
    });
  }
});
