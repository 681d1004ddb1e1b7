import assert from "node:assert/strict";
import fc from "fast-check";
import { ReasoningSplitter, splitReasoning, type ReasoningOptions } from "../../../../runtime/models/reasoning.ts";

const cases: Array<[title: string, options: ReasoningOptions, reply: string, thinking: string, answer: string]> = [
  ["opened by the prompt", { opened: true }, "I add.\n</think>\n\n4", "I add.", "4"],
  ["opened by the model", { opened: false }, "<think>\nI add.\n</think>\n\n4", "I add.", "4"],
  ["opened by the model after white space", { opened: false }, "\n <think>I add.</think>4", "I add.", "4"],
  ["opened by both", { opened: true }, "<think>\nI add.</think>4", "I add.", "4"],
  ["missing", { opened: false }, "The answer is 4.", "", "The answer is 4."],
  ["missing, white space kept", { opened: false }, "\n\n4 \n", "", "\n\n4 \n"],
  ["missing end marker at a length stop", { opened: true }, "I add, and th", "I add, and th", ""],
  ["cut in the end marker", { opened: true }, "I add.</thi", "I add.</thi", ""],
  ["cut in the opening marker", { opened: false }, "<thi", "", "<thi"],
  ["empty block", { opened: false }, "<think>\n\n</think>\n\n4", "", "4"],
  ["empty block opened by the prompt", { opened: true }, "\n</think>\n\n4", "", "4"],
  ["second block stays in the answer", { opened: true }, "a</think>b<think>c</think>d", "a", "b<think>c</think>d"],
  ["marker in a code fence of the answer", { opened: true }, "a</think>```\n</think>\n```", "a", "```\n</think>\n```"],
  ["end marker in a code fence of the thinking ends it", { opened: true }, "```\n</think>\n```", "```", "```"],
  ["inner white space kept", { opened: true }, "a\n\n b</think>c\n d ", "a\n\n b", "c\n d "],
  ["nothing but thinking white space", { opened: true }, " \n ", "", ""],
  ["similar tags", { opened: true }, "</thinking> < /think></think>x", "</thinking> < /think>", "x"],
  ["an opening tag that is not one", { opened: false }, "<thinking>a", "", "<thinking>a"],
  ["a model that does not reason", { opened: true, enabled: false }, "<think>a</think>b", "", "<think>a</think>b"],
  ["empty reply", { opened: true }, "", "", ""],
];

describe("ReasoningSplitter", () => {
  for (const [title, options, reply, thinking, answer] of cases) {
    it(title, () => assert.deepEqual(splitReasoning(reply, options), { thinking, answer }));
  }

  it("gives the same for every way to cut a reply into chunks", () => {
    const fragment = fc.constantFrom("<think>", "</think>", "<thi", "nk>", "</", "\n", " ", "```", "a", "问题", "<", ">");
    const reply = fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join(""));
    fc.assert(fc.property(reply, fc.boolean(), fc.array(fc.nat({ max: 9 }), { minLength: 1 }), (text, opened, sizes) => {
      const splitter = new ReasoningSplitter({ opened });
      const joined = { thinking: "", answer: "" };
      const add = (pieces: ReturnType<ReasoningSplitter["push"]>) => {
        for (const piece of pieces) {
          assert.notEqual(piece.text, "");
          joined[piece.kind] += piece.text;
        }
      };
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = 1 + (sizes[i % sizes.length] ?? 0);
        add(splitter.push(text.slice(at, at + size)));
        at += size;
      }
      add(splitter.end());
      assert.deepEqual(joined, splitReasoning(text, { opened }));
    }), { numRuns: 1000 });
  });

  it("never holds back more than white space and a partial marker", () => {
    const splitter = new ReasoningSplitter({ opened: true });
    assert.deepEqual(splitter.push("I add. </th"), [{ kind: "thinking", text: "I add." }]);
    assert.deepEqual(splitter.push("e numbers"), [{ kind: "thinking", text: " </the numbers" }]);
  });

  it("says after each chunk whether the reply is still inside the block", () => {
    const splitter = new ReasoningSplitter({ opened: false });
    const inside = ["<think>", "\n", "a", "</think>", "\n\n", "b"].map((text) => {
      splitter.push(text);
      return splitter.thinking;
    });
    assert.deepEqual(inside, [true, true, true, false, false, false]);
  });
});
