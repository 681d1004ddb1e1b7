import assert from "node:assert/strict";
import type { ChatMessage, ChatRequest } from "../../../../runtime/api/types.ts";
import { chatProfile, reasons, resolveChat, resolveSampling } from "../../../../runtime/models/profile.ts";

const r1 = chatProfile("deepseek-r1");
const plain = chatProfile("plain-chat");
const seed = () => 7;
const question: ChatMessage[] = [{ role: "user", content: "What is 2 + 2?" }];

function chat(fields: Partial<ChatRequest> = {}, profile = r1) {
  return resolveChat(profile, { messages: question, ...fields }, seed);
}

describe("profile of DeepSeek-R1: sampling", () => {
  it("uses the model card's values", () => {
    const { sampling, maxTokens, settings, warnings } = chat();
    assert.equal(sampling.temperature, 0.6);
    assert.equal(sampling.topP, 0.95);
    assert.equal(maxTokens, 2048);
    assert.deepEqual(settings.temperature, { value: 0.6, source: "profile" });
    assert.deepEqual(settings.task, { value: "reasoning", source: "profile" });
    assert.deepEqual(settings.seed, { value: 7, source: "default" });
    assert.deepEqual(warnings, []);
  });

  const tasks: Array<[NonNullable<ChatRequest["task"]>, temperature: number, maxTokens: number, low: number, high: number]> = [
    ["reasoning", 0.6, 2048, 0.5, 0.7],
    ["chat", 0.4, 1024, 0.4, 0.7],
    ["code", 0.4, 2048, 0.3, 0.5],
    ["math", 0.4, 2048, 0.3, 0.5],
    ["creative", 0.65, 2048, 0.6, 0.7],
  ];
  for (const [task, temperature, maxTokens, low, high] of tasks) {
    it(`task ${task}: ${temperature}, ${maxTokens} tokens, warns outside ${low} to ${high}`, () => {
      const resolved = chat({ task });
      assert.equal(resolved.sampling.temperature, temperature);
      assert.equal(resolved.maxTokens, maxTokens);
      assert.deepEqual(resolved.warnings, []);
      for (const inside of [low, high]) assert.deepEqual(chat({ task, temperature: inside }).warnings, []);
      for (const outside of [low - 0.01, high + 0.01]) {
        const { sampling, warnings } = chat({ task, temperature: outside });
        assert.equal(sampling.temperature, outside, "a warning does not change what was asked for");
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? "", new RegExp(`${low} to ${high}`));
      }
    });
  }

  it("lets the request override every value", () => {
    const { sampling, maxTokens, stop, settings } = chat({
      temperature: 0.5, top_p: 0.9, top_k: 5, min_p: 0.1, seed: 3, max_tokens: 9, stop: "X",
      repeat_penalty: 1.1, frequency_penalty: 0.2, presence_penalty: 0.3, logit_bias: { "12": -100 },
    });
    assert.deepEqual(sampling, {
      temperature: 0.5, topP: 0.9, topK: 5, minP: 0.1, seed: 3, repeatPenalty: 1.1, frequencyPenalty: 0.2, presencePenalty: 0.3, logitBias: [[12, -100]],
    });
    assert.equal(maxTokens, 9);
    assert.deepEqual(stop, ["X"]);
    for (const [key, setting] of Object.entries(settings)) {
      if (key !== "task") assert.equal(setting.source, "request", key);
    }
  });

  it("takes zeros and max_completion_tokens for what they are", () => {
    const { sampling, maxTokens } = chat({ temperature: 0, seed: 0, max_tokens: 5, max_completion_tokens: 6 });
    assert.equal(sampling.temperature, 0);
    assert.equal(sampling.seed, 0);
    assert.equal(maxTokens, 6);
  });

  it("draws a new seed for each request that names none", () => {
    const seeds = new Set(Array.from({ length: 20 }, () => resolveSampling(r1, "chat", {}).sampling.seed));
    assert.ok(seeds.size > 15);
    for (const drawn of seeds) assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < 2 ** 32);
  });
});

describe("profile of DeepSeek-R1: conversation", () => {
  it("moves system text to the front of the first user message and says so", () => {
    const { messages, warnings } = chat({ messages: [{ role: "system", content: "Be brief." }, { role: "developer", content: "In French." }, ...question] });
    assert.deepEqual(messages, [{ role: "user", content: "Be brief.\n\nIn French.\n\nWhat is 2 + 2?" }]);
    assert.match(warnings[0] ?? "", /without a system prompt/);
  });

  it("makes a user message of system text that stands alone, and nothing of an empty one", () => {
    assert.deepEqual(chat({ messages: [{ role: "system", content: "Go." }] }).messages, [{ role: "user", content: "Go." }]);
    assert.deepEqual(chat({ messages: [{ role: "system", content: " " }, ...question] }).messages, question);
  });

  it("drops earlier thoughts, also with the closing marker only and with a block that never ended", () => {
    const assistant = (content: string): ChatMessage => ({ role: "assistant", content });
    const { messages } = chat({ messages: [...question, assistant("<think>\nadd\n</think>\n\n4"), ...question, assistant("add</think>5"), ...question, assistant("<think>cut"), ...question] });
    assert.deepEqual(messages.filter((m) => m.role === "assistant").map((m) => m.content), ["4", "5", ""]);
  });

  it("keeps the thoughts of a last message that is to be continued, and markers in a user's text", () => {
    const given: ChatMessage[] = [{ role: "user", content: "What does </think> do?" }, { role: "assistant", content: "<think>\nIt" }];
    assert.deepEqual(chat({ messages: given }).messages, given);
  });

  const math: Array<[content: string, added: string]> = [
    ["Solve x + 1 = 3.", "\nPlease reason step by step, and put your final answer within \\boxed{}."],
    ["已知 f(x) = x^2 + 2x + 1，求 f(3)。", "\n请逐步推理，并将最终答案放在\\boxed{}内。"],
    ["f(3) を求めよ。計算", "\nPlease reason step by step, and put your final answer within \\boxed{}."],
    ["Solve it, answer in \\boxed{}.", ""],
  ];
  for (const [content, added] of math) {
    it(`mathematics asks for steps and a box: ${content}`, () => {
      assert.deepEqual(chat({ task: "math", messages: [{ role: "user", content }] }).messages, [{ role: "user", content: content + added }]);
      assert.deepEqual(chat({ task: "code", messages: [{ role: "user", content }] }).messages, [{ role: "user", content }]);
    });
  }

  it("asks once, in the last question", () => {
    const { messages } = chat({ task: "math", messages: [...question, { role: "assistant", content: "4" }, ...question] });
    assert.deepEqual(messages.map((m) => m.content.includes("\\boxed")), [false, false, true]);
  });

  it("leaves the request's own messages as they were", () => {
    const given = [{ role: "system" as const, content: "s" }, { role: "user" as const, content: "u" }];
    const before = structuredClone(given);
    chat({ task: "math", messages: given });
    assert.deepEqual(given, before);
  });
});

describe("other profiles", () => {
  it("plain chat: no rules, no advice", () => {
    const given: ChatMessage[] = [{ role: "developer", content: "s" }, { role: "user", content: "u" }, { role: "assistant", content: "<think>a</think>b" }, { role: "user", content: "v" }];
    const { messages, warnings, openThinking, maxTokens } = chat({ messages: given, task: "math", temperature: 2 }, plain);
    assert.deepEqual(messages, [{ role: "system", content: "s" }, ...given.slice(1)]);
    assert.deepEqual(warnings, []);
    assert.equal(openThinking, false);
    assert.equal(maxTokens, 1024);
  });

  it("qwen-coder's usual task is code", () => assert.equal(chat({}, chatProfile("qwen-coder")).settings.task?.value, "code"));

  it("fault 33: an embedding model cannot chat", () => {
    assert.throws(() => chatProfile("embedding"), { code: "not_a_chat_model", status: 400 });
  });

  it("reasoning is known from the catalogue or from the template", () => {
    assert.equal(reasons(["chat", "reasoning"], null), true);
    assert.equal(reasons(["chat"], "{% if '</think>' in m %}"), true);
    assert.equal(reasons(["chat"], "{{ m }}"), false);
  });
});
