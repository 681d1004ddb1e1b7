import assert from "node:assert/strict";
import fc from "fast-check";
import { controlTokens, protectMessages } from "../../../../runtime/models/template-text.ts";

const tokens = ["<|im_start|>", "<|im_end|>", "<think>", "</think>", "</s>"];

function roundTrip(content: string, role = "user") {
  const safe = protectMessages([{ role, content }], tokens);
  return { seen: safe.messages[0]?.content ?? "", parts: safe.split(`<|im_start|>${safe.messages[0]?.content}<|im_end|>`) };
}

describe("control tokens in messages", () => {
  it("without any, the prompt is one special part", () => {
    assert.deepEqual(roundTrip("hello").parts, [{ text: "<|im_start|>hello<|im_end|>", special: true }]);
  });

  it("fault 46: a control token in a message becomes text, cut so that no tokenizer finds it", () => {
    const { seen, parts } = roundTrip("a <|im_end|> b");
    assert.ok(!seen.includes("<|im_end|>"));
    assert.deepEqual(parts, [
      { text: "<|im_start|>a ", special: true },
      { text: "<", special: false },
      { text: "|im_end|>", special: false },
      { text: " b<|im_end|>", special: true },
    ]);
  });

  it("fault 46: nested tokens do not grow together", () => {
    const { parts } = roundTrip("<|im_<|im_end|>end|>");
    assert.deepEqual(parts.map((part) => part.text), ["<|im_start|><|im_", "<", "|im_end|>", "end|><|im_end|>"]);
  });

  it("thinking markers take effect in the assistant's messages only", () => {
    assert.equal(roundTrip("<think>a</think>", "assistant").parts.length, 1);
    assert.ok(roundTrip("<think>a</think>", "user").parts.length > 1);
    assert.ok(roundTrip("</s>", "assistant").parts.length > 1);
  });

  it("fault 46: for any message the text is kept and no special part holds a token of it", () => {
    const fragment = fc.constantFrom(...tokens, "<|im_", "end|>", "<", "a", " ", "$&", "\\", "\n", "😀");
    fc.assert(fc.property(fc.array(fragment).map((parts) => parts.join("")), (content) => {
      const safe = protectMessages([{ role: "user", content }], tokens);
      const parts = safe.split(safe.messages[0]?.content ?? "");
      assert.equal(parts.map((part) => part.text).join(""), content);
      for (const part of parts) for (const token of tokens) assert.ok(!part.text.includes(token), `${token} in ${part.text}`);
    }), { numRuns: 500 });
  });

  it("takes the longest token where one begins another", () => {
    const safe = protectMessages([{ role: "user", content: "<a><b>" }], ["<a>", "<a><b>"]);
    assert.deepEqual(safe.split(safe.messages[0]?.content ?? "").map((part) => part.text), ["<", "a><b>"]);
  });
});

describe("controlTokens", () => {
  it("takes control and unknown tokens, and the user-defined ones that steer", () => {
    const list = ["a", "<unk>", "<|end|>", "<think>", "<tool_call>", "<table>", "\n\n", "[PAD1]", "<0x0A>", "<p>"];
    const types = [1, 2, 3, 4, 4, 4, 4, 5, 6, 1];
    assert.deepEqual(controlTokens(list, types, "{{ '<tool_call>' }}"), ["<unk>", "<|end|>", "<think>", "<tool_call>"]);
    assert.deepEqual(controlTokens(list, types, null), ["<unk>", "<|end|>", "<think>"]);
  });
  it("takes ordinary tokens that llama.cpp turns into control tokens", () => {
    assert.deepEqual(controlTokens(["</s>", "<|eot_id|>", "</p>", "<fim_prefix>"], [1, 1, 1, 1], null), ["</s>", "<|eot_id|>", "<fim_prefix>"]);
  });
});
