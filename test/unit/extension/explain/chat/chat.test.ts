import assert from "node:assert/strict";

import type { LoadedInfo, ModelCard } from "../../../../../runtime/api/types.ts";
import { recentTurns, withHistory } from "../../../../../extension/explain/chat/history.ts";
import { chatMessages } from "../../../../../extension/explain/chat/messages.ts";
import { modelInformation } from "../../../../../extension/explain/chat/model-information.ts";

const text = (value: string): { value: string } => ({ value });

describe("chatMessages", () => {
  it("keeps roles and texts, and joins neighbours of one role", () => {
    assert.deepEqual(chatMessages([
      { role: 3, content: [text("Be short.")] }, { role: 1, content: [text("a"), text("b")] }, { role: 1, content: [text("c")] }, { role: 2, content: [text("d")] }, { role: 1, content: [] },
    ]), [{ role: "system", content: "Be short." }, { role: "user", content: "ab\n\nc" }, { role: "assistant", content: "d" }]);
  });
  it("reads tool results and data parts that are text", () => {
    assert.deepEqual(chatMessages([{ role: 1, content: [{ callId: "1", content: [text("result")] }, { mimeType: "application/json", data: new TextEncoder().encode("{}") }, { mimeType: "cache_control", data: new Uint8Array(2) }] }]),
      [{ role: "user", content: "result{}" }]);
  });
  it("refuses an image", () => assert.throws(() => chatMessages([{ role: 1, content: [{ mimeType: "image/png", data: new Uint8Array(2) }] }]), { code: "not_text" }));
});

describe("recentTurns", () => {
  const turn = (n: number): { question: string; answer: string } => ({ question: `q${n}`, answer: "x".repeat(30) });
  it("keeps the latest whole turns within the budget", () => {
    assert.deepEqual(recentTurns([turn(1), turn(2), turn(3)], 24).map(({ content }) => content.slice(0, 2)), ["q2", "xx", "q3", "xx"]);
    assert.deepEqual(recentTurns([turn(1)], 5), []);
  });
  it("leaves out a turn without an answer", () => assert.deepEqual(recentTurns([{ question: "q", answer: " " }], 100), []));
  it("goes between system prompt and question", () => {
    const history = recentTurns([turn(1)], 100);
    assert.deepEqual(withHistory([{ role: "system", content: "s" }, { role: "user", content: "u" }], history).map(({ role }) => role), ["system", "user", "assistant", "user"]);
    assert.deepEqual(withHistory([{ role: "user", content: "u" }], history).map(({ role }) => role), ["user", "assistant", "user"]);
  });
});

describe("modelInformation", () => {
  const card = (id: string, capabilities: string[], installed: boolean): ModelCard => ({
    id, object: "model", created: 0, owned_by: "retort",
    retort: { capabilities, context: 8192, precisions: [{ precision: "int8", quant: "Q8_0", bytes: 1, loaded: true, installed }], active_precision: "int8" },
  });
  const cards = [card("deepseek-r1-1.5b", ["chat", "reasoning"], false), card("smollm2-135m", ["chat"], true), card("embed", ["embeddings"], true)];
  it("offers installed chat models only", () => assert.deepEqual(modelInformation(cards, [], 4096).map(({ id, family }) => [id, family]), [["smollm2-135m", "smollm2"]]));
  it("tells the limits of the loaded context", () => {
    const limits = (loaded: LoadedInfo[], length: number): number[] => modelInformation(cards, loaded, length).flatMap(({ maxInputTokens, maxOutputTokens }) => [maxInputTokens, maxOutputTokens]);
    assert.deepEqual(limits([], 4096), [3072, 1024]);
    assert.deepEqual(limits([], 100_000), [6144, 2048]);
    assert.deepEqual(limits([{ model: "smollm2-135m", context: 2048 } as LoadedInfo], 4096), [1536, 512]);
  });
});
