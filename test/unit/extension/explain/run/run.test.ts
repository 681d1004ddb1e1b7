import assert from "node:assert/strict";

import type { LoadedInfo, ModelCard } from "../../../../../runtime/api/types.ts";
import type { ChatReply } from "../../../../../runtime/client/replies.ts";
import { estimateTokens } from "../../../../../extension/explain/context/tokens.ts";
import { explainSelection } from "../../../../../extension/explain/prompts/explain-selection.ts";
import { chosenModel, type ModelWish } from "../../../../../extension/explain/run/chosen-model.ts";
import { prepare } from "../../../../../extension/explain/run/prepare.ts";
import { timingLine } from "../../../../../extension/explain/run/timing-line.ts";
import { timeBox } from "../../../../../extension/explain/context/time-box.ts";
import { plainOutput } from "../../../../../extension/explain/jobs/plain-output.ts";
import { english } from "../../../../../extension/host/translate.ts";

const card = (id: string, capabilities: string[], bytes: number, installed = true): ModelCard => ({
  id, object: "model", created: 0, owned_by: "retort",
  retort: { capabilities, context: 8192, precisions: [{ precision: "int8", quant: "Q8_0", bytes, loaded: false, installed }], active_precision: null },
});
const R1 = card("deepseek-r1-1.5b", ["chat", "reasoning"], 1.9e9);
const SMALL = card("smollm2-135m", ["chat"], 145e6);
const LARGE = card("qwen", ["chat", "fim"], 3e9);
const wish: ModelWish = { model: "", precision: "auto", contextLength: 4096 };

describe("chosenModel", () => {
  it("gives R1 no system prompt, and small models short instructions", () => {
    assert.deepEqual(chosenModel([R1, SMALL], [], wish).style, { system: false, brief: false });
    assert.deepEqual(chosenModel([SMALL], [], wish).style, { system: true, brief: true });
    assert.deepEqual(chosenModel([LARGE], [], wish).style, { system: true, brief: false });
  });

  it("takes the context as it is loaded", () => {
    const loaded = [{ model: "smollm2-135m", precision: "int8", context: 2048 }] as LoadedInfo[];
    assert.equal(chosenModel([SMALL], loaded, wish).context, 2048);
    assert.equal(chosenModel([SMALL], loaded, { ...wish, precision: "fp16" }).context, 4096);
    assert.equal(chosenModel([SMALL], [], { ...wish, contextLength: 100_000 }).context, 8192);
  });

  it("sends a precision only when one was chosen and the server knows them", () => {
    assert.equal(chosenModel([SMALL], [], wish).precision, undefined);
    assert.equal(chosenModel([SMALL], [], { ...wish, precision: "fp16" }).precision, "fp16");
    assert.equal(chosenModel([{ id: "gpt", object: "model", created: 0, owned_by: "x" }], [], { ...wish, precision: "fp16" }).precision, undefined);
  });

  for (const [what, cards, model, code] of [
    ["no model at all", [], "", "no_model"],
    ["none installed", [card("a", ["chat"], 1, false)], "", "no_model"],
    ["none that chats", [card("a", ["embeddings"], 1)], "", "no_model"],
    ["an unknown wish", [SMALL], "other", "model_not_installed"],
    ["a wish that is not installed", [card("a", ["chat"], 1, false)], "a", "model_not_installed"],
  ] as const) {
    it(`refuses with ${code}: ${what}`, () => assert.throws(() => chosenModel(cards, [], { ...wish, model }), { code }));
  }
});

describe("prepare", () => {
  const job = { title: "t", prompt: explainSelection, parts: [{ kind: "subject", label: "selection", text: "x = 1\n".repeat(3000), language: "python", trim: "end" } as const], file: "a.py", language: "Python", target: null };
  const count = async (text: string): Promise<number> => Math.ceil(text.length / 4);
  for (const [context, contextTokens, maxTokens] of [[4096, 3000, 1024], [1024, 3000, 1024], [512, 3000, 1024], [131_072, 3000, 1024], [4096, 100_000, 100_000]] as const) {
    it(`fits ${contextTokens} + ${maxTokens} tokens into a context of ${context}`, async () => {
      const model = { id: "m", precision: undefined, style: { system: true, brief: false }, context };
      const { request, context: fitted } = await prepare(job, model, { contextTokens, maxTokens, thinkingTokens: 256, answerIn: null }, count);
      const prompt = await count(request.messages.map(({ content }) => content).join("\n"));
      assert.ok(prompt + (request.max_tokens ?? 0) <= context, `${prompt} + ${request.max_tokens}`);
      assert.ok(fitted.used <= contextTokens);
      assert.ok(fitted.used >= 90, "something is sent");
    });
  }
});

describe("timingLine", () => {
  const reply: ChatReply = {
    model: "smollm2-135m", finish: "stop", answer: "", thinking: "", provenance: { precision: "int8" } as ChatReply["provenance"],
    usage: { prompt_tokens: 612, completion_tokens: 118, total_tokens: 730, prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } },
    timings: { ttft_ms: 416, decode_tok_s: 23.14, predicted_tokens: 118, prompt_tokens: 612 } as ChatReply["timings"],
    client: { sentAt: 100, chunks: [350], firstAnswer: 0, endedAt: 900 },
  };
  it("tells what the runtime measured", () => assert.equal(timingLine(reply, english), "first token after 0.42 s · 23.1 tok/s · 118 tokens · prompt 612 · smollm2-135m · INT8"));
  it("tells the first text of all where the thinking was cut", () => assert.match(timingLine(reply, english, "en", 1500), /^first token after 1\.50 s · 23\.1 tok\/s/));
  it("leaves out what another server does not tell", () => {
    assert.equal(timingLine({ ...reply, model: "gpt", timings: null, usage: null, provenance: null }, english), "first token after 0.25 s · gpt");
  });
});

describe("timeBox", () => {
  const errors: unknown[] = [];
  it("gives the value, or the other one when it is late or fails", async () => {
    assert.equal(await timeBox(Promise.resolve(1), 50, 2, (error) => errors.push(error)), 1);
    assert.equal(await timeBox(new Promise<number>(() => undefined), 5, 2, (error) => errors.push(error)), 2);
    assert.equal(await timeBox(Promise.reject<number>(new Error("no")), 50, 2, (error) => errors.push(error)), 2);
    assert.equal(errors.length, 1);
  });
});

describe("plainOutput", () => {
  for (const [given, expected] of [
    ["\u001b[31mred\u001b[0m", "red"], ["10 %\r50 %\r100 %\ndone  \n", "100 %\ndone"], ["a\r\nb", "a\nb"], ["\u001b]0;title\u0007$ ls", "$ ls"], ["", ""],
  ] as const) it(`reads ${JSON.stringify(given)}`, () => assert.equal(plainOutput(given), expected));
});

describe("estimateTokens", () => {
  it("counts a token for each Chinese character and for three of code", () => {
    assert.equal(estimateTokens("中文代码"), 4);
    assert.equal(estimateTokens("abcdef"), 2);
  });
});
