import assert from "node:assert/strict";

import type { LoadedInfo, ModelCard, ModelOffer, ModelOffers, PrecisionOffer, RuntimeStatus } from "../../../../runtime/api/types.ts";
import { firstChoice, modelChoices, switched } from "../../../../runtime/chat-page/model-choices.ts";
import { newConversation, type ReplyTurn, withTurn } from "../../../../runtime/chat-page/conversation.ts";
import { loadingText } from "../../../../runtime/chat-page/loading-text.ts";
import { LiveMeter } from "../../../../runtime/chat-page/live-meter.ts";
import { precisionChange, speedComparison } from "../../../../runtime/chat-page/precision-change.ts";
import { measuresLine, type ReplyMeasures } from "../../../../runtime/chat-page/reply-measures.ts";

const file = (over: Partial<PrecisionOffer>): PrecisionOffer => ({ precision: "fp16", quant: "F16", state: "installed", bytes: 270e6, download_bytes: 0, partial_bytes: 0, loaded: false, removable: true, from: "x", need_bytes: 3e8, fit: "fits", ...over });
const offer = (id: string, precisions: PrecisionOffer[], capabilities = ["chat"]): ModelOffer => ({ id, name: id.toUpperCase(), description: "", licence: "MIT", parameters: 1, context: 1, capabilities, precisions });
const offers = (...models: ModelOffer[]): ModelOffers => ({ models, memory: { budget_bytes: 1, free_bytes: 1, used_bytes: 0 } });
const status = (active: RuntimeStatus["active_precision"] = {}): RuntimeStatus => ({ active_precision: active }) as RuntimeStatus;
const card = (id: string): ModelCard => ({ id, object: "model", created: 0, owned_by: "retort", retort: { capabilities: ["chat"], context: 1, precisions: [{ precision: "int8", quant: "Q8_0", bytes: 1, loaded: true, installed: true }], active_precision: "int8" } });

describe("the models on the chat page", () => {
  it("are those for conversations: here first, then aliases, then what could be had", () => {
    const choices = modelChoices(offers(offer("far", [file({ state: "download" })]), offer("near", [file({})]), offer("vectors", [file({})], ["embeddings"])), [card("near"), card("gpt-4o")], status({ near: "fp16" }));
    assert.deepEqual(choices.map(({ id, here, active }) => [id, here, active]), [["near", true, "fp16"], ["gpt-4o", true, "int8"], ["far", false, null]]);
  });

  for (const [over, available, note] of [
    [{}, true, /^F16, 270 MB$/],
    [{ loaded: true }, true, /in memory/],
    [{ state: "make", from: "F16", quant: "Q8_0" }, true, /made here from F16/],
    [{ state: "download", download_bytes: 1e9 }, false, /1\.00 GB to download.*retort pull/],
    [{ fit: "too-big" }, false, /more than the memory/],
    [{ bytes: null, state: "make" }, true, /^F16, made/],
  ] as const) it(`a precision says what it takes: ${JSON.stringify(over)}`, () => {
    const [choice] = modelChoices(offers(offer("m", [file(over)])), [], status())[0]?.precisions ?? [];
    assert.equal(choice?.available, available);
    assert.match(choice.note, note);
  });

  it("begins with the remembered model, else with one in memory, else with the first", () => {
    const choices = modelChoices(offers(offer("a", [file({})]), offer("b", [file({ loaded: true })]), offer("c", [file({ state: "download" })])), [], status());
    assert.equal(firstChoice(choices, "a")?.id, "a");
    assert.equal(firstChoice(choices, "gone")?.id, "b");
    assert.equal(firstChoice(choices, "c")?.id, "b", "what is not here cannot answer");
    assert.equal(firstChoice(choices.filter(({ id }) => id !== "b"), null)?.id, "a");
    assert.equal(firstChoice([], null), undefined);
  });
});

describe("a model whose precision was just changed", () => {
  it("answers in the new one at once", () => {
    const [before] = modelChoices(offers(offer("m", [file({ loaded: true }), file({ precision: "int8" })])), [], status({ m: "fp16" }));
    const after = switched(before ?? assert.fail(), "int8");
    assert.deepEqual([after.active, after.precisions.map(({ loaded }) => loaded)], ["int8", [true, true]]);
  });
});

describe("what a change of precision brought", () => {
  const loaded = (precision: "fp16" | "int8", weights: number): LoadedInfo => ({ model: "m", precision, quant: precision === "fp16" ? "F16" : "Q8_0", backend: "cpu", memory: { weights, kv_cache: 1, compute: 1 }, load_ms: 420 }) as LoadedInfo;
  it("names both sizes", () => assert.deepEqual(precisionChange(loaded("fp16", 270e6), loaded("int8", 144e6)), [
    "Answers come from INT8 now (Q8_0, cpu).", "Weights take 144 MB instead of 270 MB (−47 %).", "Loaded in 0.42 s.",
  ]));
  it("compares with nothing where nothing was loaded", () => assert.equal(precisionChange(null, loaded("int8", 144e6))[1], "Weights take 144 MB."));

  it("compares speeds when both precisions have answered", () => {
    const measures = (precision: "fp16" | "int8", tokensPerSecond: number, model = "m"): ReplyMeasures => ({ model, precision, quant: null, tokens: 5, thinkingTokens: 0, promptTokens: 3, ttftMs: 10, tokensPerSecond, memory: null, settings: {}, warnings: [] });
    const reply = (id: string, made: ReplyMeasures): ReplyTurn => ({ role: "assistant", id, parent: "q", text: "x", thinking: "", thinkingMs: null, state: "done", finish: "stop", measures: made, problem: null });
    const one = withTurn(newConversation("c", 0), reply("a", measures("fp16", 30)), 1);
    assert.equal(speedComparison(one, "m"), "");
    assert.equal(speedComparison(withTurn(one, reply("b", measures("int8", 99, "other")), 2), "m"), "");
    assert.equal(speedComparison(withTurn(withTurn(one, reply("b", measures("int8", 40)), 2), reply("d", measures("int8", 45.25)), 3), "m"), "Speed of the latest answers: FP16 30.0 tok/s, INT8 45.3 tok/s.");
  });
});

describe("measures of a reply", () => {
  it("say what is known, in one line", () => {
    assert.equal(measuresLine({ model: "m", precision: "int8", quant: "Q8_0", tokens: 1200, thinkingTokens: 40, promptTokens: 12, ttftMs: 214, tokensPerSecond: 41.26, memory: 412e6, settings: {}, warnings: [] }),
      "1,200 tokens (40 thinking) · first after 0.21 s · 41.3 tok/s · prompt 12 · memory 412 MB · m INT8");
    assert.equal(measuresLine({ model: "m", precision: null, quant: null, tokens: 1, thinkingTokens: 0, promptTokens: null, ttftMs: null, tokensPerSecond: null, memory: null, settings: {}, warnings: [] }), "1 token · m");
  });

  it("are counted while it streams", () => {
    const meter = new LiveMeter(1000);
    assert.equal(meter.line(), "");
    meter.count(1, 1250);
    assert.equal(meter.line(), "1 token · first after 0.25 s");
    meter.count(1, 1300);
    meter.count(11, 1750);
    assert.equal(meter.line(), "11 tokens · first after 0.25 s · 20.0 tok/s");
  });

  for (const [progress, text] of [
    [{ step: "loading", done: 45, total: 100, unit: "bytes" }, "Loading… 45 %"],
    [{ step: "downloading", done: 5e6, total: null, unit: "bytes" }, "Downloading… 5.00 MB"],
    [{ step: "loading", done: 0, total: null, unit: "bytes" }, "Loading…"],
    [{ step: "converting", done: 3, total: null, unit: "tensors" }, "Converting… 3"],
  ] as const) it(`a load says ${text}`, () => assert.equal(loadingText(progress), text));
});
