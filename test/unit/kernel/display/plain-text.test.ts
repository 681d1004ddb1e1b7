import assert from "node:assert/strict";
import { displayWidth, pad, plainText } from "../../../../kernel/display/plain-text.ts";

describe("plainText", () => {
  const cases: Array<[title: string, text: string, plain: string]> = [
    ["colours", "\u001b[31mred\u001b[0m", "red"],
    ["cursor movement", "a\u001b[2J\u001b[Hb", "ab"],
    ["window title and link", "\u001b]0;evil\u0007a\u001b]8;;http://evil\u001b\\b", "ab"],
    ["eight-bit codes", "\u009b31mred", "red"],
    ["character set and reset", "\u001b(B\u001bca", "a"],
    ["bell, backspace, NUL", "a\u0007\u0008\u0000b", "ab"],
    ["tab and line ends", "a\tb\r\nc\rd", "a\tb\nc\nd"],
    ["other text", "naïve 问题 😀", "naïve 问题 😀"],
  ];
  for (const [title, text, plain] of cases) it(`fault 51: ${title}`, () => assert.equal(plainText(text), plain));
});

it("wide characters take two columns", () => {
  assert.equal(displayWidth("ab"), 2);
  assert.equal(displayWidth("问题"), 4);
  assert.equal(displayWidth("😀"), 2);
  assert.equal(pad("问", 4, "left"), "问  ");
  assert.equal(pad("16", 4, "right"), "  16");
  assert.equal(pad("long", 2, "left"), "long");
});
