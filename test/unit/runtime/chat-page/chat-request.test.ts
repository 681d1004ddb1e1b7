import assert from "node:assert/strict";

import { chatRequest } from "../../../../runtime/chat-page/chat-request.ts";
import { NO_SETTINGS, NUMBER_FIELDS, readNumber, type NumberKey } from "../../../../runtime/chat-page/chat-settings.ts";
import type { Turn } from "../../../../runtime/chat-page/conversation.ts";
import { keyFromHash, keyFromInput } from "../../../../runtime/chat-page/key.ts";

const answer = (id: string, text: string): Turn => ({ role: "assistant", id, parent: "q", text, thinking: "long thoughts", thinkingMs: 5, state: "done", finish: "stop", measures: null, problem: null });
const question = (text: string): Turn => ({ role: "user", id: "q", parent: null, text });

describe("the chat page's request", () => {
  it("sends questions and answers, without thoughts and empty answers", () => {
    const { messages } = chatRequest([question("One"), answer("a", "1"), question("Two"), answer("b", " "), question("Three")], NO_SETTINGS, "m", null);
    assert.deepEqual(messages, [
      { role: "user", content: "One" }, { role: "assistant", content: "1" }, { role: "user", content: "Two" }, { role: "user", content: "Three" },
    ]);
  });

  it("names only what was set", () => {
    assert.deepEqual(Object.keys(chatRequest([question("x")], NO_SETTINGS, "m", null)).sort(), ["messages", "model", "stream", "stream_options"]);
    const full = chatRequest([question("x")], { system: "Be kind.", temperature: 0, top_p: 0.9, max_tokens: 10, seed: 7 }, "m", "int8");
    assert.deepEqual([full.temperature, full.top_p, full.max_tokens, full.seed, full.precision], [0, 0.9, 10, 7, "int8"]);
    assert.deepEqual(full.messages[0], { role: "system", content: "Be kind." });
  });
});

describe("numbers typed into the settings", () => {
  const field = (key: NumberKey) => NUMBER_FIELDS.find((one) => one.key === key) ?? assert.fail(key);
  for (const [key, typed, value] of [
    ["temperature", "0.6", 0.6], ["temperature", " .5 ", 0.5], ["temperature", "", null], ["temperature", "0", 0], ["top_p", "1", 1], ["max_tokens", "512", 512], ["seed", "4294967295", 4_294_967_295], ["max_tokens", "1e3", 1000],
  ] as const) it(`${key} ${JSON.stringify(typed)} is ${value}`, () => assert.deepEqual(readNumber(field(key), typed), { value }));

  for (const [key, typed] of [
    ["temperature", "2.1"], ["temperature", "-1"], ["temperature", "warm"], ["temperature", "0x1"], ["temperature", "1,5"], ["top_p", "0"], ["max_tokens", "1.5"], ["max_tokens", "0"], ["seed", "4294967296"], ["seed", "Infinity"], ["seed", "NaN"],
  ] as const) it(`${key} ${typed} is refused`, () => assert.match(JSON.stringify(readNumber(field(key), typed)), /"problem":"[^"]*from/));
});

describe("the key of the chat page", () => {
  for (const [hash, key] of [["#key=abc", "abc"], ["#key=a%2Bb%2F", "a+b/"], ["#key=", null], ["", null], ["#other=1", null]] as const) {
    it(`${hash || "an empty hash"} brings ${key}`, () => assert.equal(keyFromHash(hash), key));
  }
  for (const [typed, key] of [[" abc ", "abc"], ["Bearer abc", "abc"], ["\"abc\"", "abc"], ["http://127.0.0.1:8000/#key=abc ", "abc"]] as const) {
    it(`is read from ${typed}`, () => assert.equal(keyFromInput(typed), key));
  }
});
