import assert from "node:assert/strict";
import { promptMaker, type PromptTools } from "../../../../../kernel/experiment/bench/bench-prompts.ts";

const TEMPLATE = 30;
/** A vocabulary that splits words of more than six letters in two. */
const tokens = (text: string) => text.split(" ").reduce((sum, word) => sum + (word.length > 6 ? 2 : 1), 0);

function tools({ counts = true, usage = true } = {}): PromptTools & { asked: number } {
  const made = {
    asked: 0,
    promptTokens: async (content: string) => {
      made.asked++;
      return usage ? TEMPLATE + tokens(content) : null;
    },
    tokenCount: counts ? async (text: string) => tokens(text) : null,
  };
  return made;
}

describe("promptMaker", () => {
  for (const target of [40, 128, 1000]) {
    it(`makes prompts of exactly ${target} tokens, template included, with one request`, async () => {
      const used = tools();
      const { prompt, isCounted } = await promptMaker(target, used);
      assert.deepEqual([used.asked, isCounted], [1, true]);
      for (let index = 0; index < 20; index++) assert.equal(TEMPLATE + tokens(prompt(7, index)), target);
    });
  }

  it("makes each one different from its first words on, and the same again for the same seed", async () => {
    const { prompt } = await promptMaker(128, tools());
    const starts = new Set(Array.from({ length: 50 }, (_, index) => prompt(7, index).split(" ").slice(0, 5).join(" ")));
    assert.ok(starts.size >= 49);
    assert.equal(prompt(7, 3), prompt(7, 3));
    assert.notEqual(prompt(7, 3), prompt(8, 3));
  });

  it("comes close where texts cannot be counted without a request", async () => {
    const used = tools({ counts: false });
    const { prompt } = await promptMaker(300, used);
    assert.equal(used.asked, 2);
    assert.ok(Math.abs(TEMPLATE + tokens(prompt(1, 0)) - 300) <= 15);
  });

  it("says that a server without counts leaves the length a guess", async () => {
    const { prompt, isCounted } = await promptMaker(50, tools({ counts: false, usage: false }));
    assert.equal(isCounted, false);
    assert.equal(prompt(1, 0).split(" ").length, 51);
  });

  it("refuses a length that the template alone has", async () => assert.rejects(promptMaker(10, tools()), { code: "prompt_too_short" }));
});
