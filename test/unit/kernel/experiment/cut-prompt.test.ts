import assert from "node:assert/strict";

import { cutPromptNote } from "../../../../kernel/experiment/cut-prompt.ts";

const user = (content: string) => [{ role: "user" as const, content }];
const note = (text: string, tokens: number) => cutPromptNote(user(text), { prompt_tokens: tokens });

describe("fault 79: a server that cuts the prompt without a word", () => {
  const long = "one two three four five ".repeat(1000);
  it("is told by fewer tokens than words, with both numbers", () => assert.match(note(long, 2048) ?? "", /2048 tokens .* 5000 words/));
  it("counts all messages", () => assert.match(cutPromptNote([...user(long), ...user(long)], { prompt_tokens: 8000 }) ?? "", /10000 words/));
  for (const [title, text, tokens] of [
    ["as many tokens as words", long, 5000], ["a count that it does not tell", long, 0], ["a short prompt", "Hi there", 1],
    ["Chinese, which has no spaces", "你好世界".repeat(2000), 3000], ["white space and marks, which may be few tokens", `${" \n".repeat(5000)}${"- = - ".repeat(5000)}`, 10],
  ] as const) {
    it(`nothing is said of ${title}`, () => assert.equal(note(text, tokens), null));
  }
});
