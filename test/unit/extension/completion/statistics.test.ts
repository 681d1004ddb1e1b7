import assert from "node:assert/strict";

import type { RequestRecord } from "../../../../extension/completion/request.ts";
import { requestLine } from "../../../../extension/completion/request-line.ts";
import { reasonText } from "../../../../extension/completion/reason-text.ts";
import { Statistics } from "../../../../extension/completion/statistics.ts";
import { statisticsPage } from "../../../../extension/completion/statistics-page.ts";
import { english } from "../../../../extension/host/translate.ts";
import { RetortError } from "../../../../runtime/errors.ts";

const SHOWN: RequestRecord = {
  id: "c7", languageId: "python", invoked: false,
  answer: { kind: "shown", suggestions: [{ text: "a\n  b", replaced: 0 }], source: "new" },
  stages: { debounce: 60, queue: 0.5, ttft: 120, decode: 80, filter: 0.4, total: 261 },
  promptTokens: 300, cachedTokens: 290, generatedTokens: 12,
};
const TYPED: RequestRecord = {
  ...SHOWN, answer: { kind: "shown", suggestions: [{ text: "abc", replaced: 0 }], source: "typed" },
  stages: { debounce: null, queue: null, ttft: null, decode: null, filter: null, total: 0.25 }, promptTokens: null, cachedTokens: null, generatedTokens: 0,
};
const NONE: RequestRecord = { ...TYPED, invoked: true, answer: { kind: "none", reason: "repetition" } };

describe("completion statistics", () => {
  it("keeps typing along apart from what the engine took", () => {
    const statistics = new Statistics();
    for (const record of [SHOWN, TYPED, NONE, NONE]) statistics.request(record);
    statistics.shown(5);
    statistics.generated(12);
    const summary = statistics.summary();
    assert.deepEqual([summary.requests, summary.shown, summary.generatedTokens, summary.wastedTokens], [4, 1, 12, 7]);
    assert.deepEqual([summary.shownLatency, summary.typedLatency], [{ p50: 261, p95: 261 }, { p50: 0.25, p95: 0.25 }]);
    assert.deepEqual(summary.reasons, [["repetition", 2]]);
  });

  it("makes a page of it, with dashes for what is not known", () => {
    const statistics = new Statistics();
    statistics.request(NONE);
    statistics.shown(0);
    statistics.shown(0);
    statistics.accepted(8, true);
    const page = statisticsPage(statistics.summary(), english, "en");
    assert.match(page, /\| Accepted \| 1 \(50 %\) \|/);
    assert.match(page, /\| Tokens never shown \| – \|/);
    assert.match(page, /\| The model repeated itself\. \| 1 \|/);
  });
});

describe("the log's line about a request", () => {
  it("tells stages, tokens and the end", () => {
    assert.equal(requestLine(SHOWN), "c7 python: shown, new, 5 characters in 2 lines; 261 ms (debounce 60, queue 0.5, ttft 120, decode 80, filter 0.4); 300 prompt tokens, 290 cached, 12 generated");
    assert.equal(requestLine(TYPED), "c7 python: shown, typed, 3 characters; 0.3 ms");
    assert.equal(requestLine(NONE), "c7 python (asked for): nothing, repetition; 0.3 ms");
  });
});

describe("why no suggestion", () => {
  it("is one line for every reason", () => {
    const error = new RetortError({ code: "engine_died", message: "The engine died.", hint: "Try again." });
    const answers: [Parameters<typeof reasonText>[0], RegExp][] = [
      [null, /asked for yet/],
      [SHOWN.answer, /had a suggestion/],
      [{ kind: "none", reason: "snoozed" }, /snoozed/],
      [{ kind: "none", reason: "engine_failed", error }, /^The engine failed: The engine died\. Try again\.$/],
      [{ kind: "none", reason: "refused", model: "r1", instead: "coder" }, /^r1 cannot complete code\. coder can: get it/],
      [{ kind: "none", reason: "refused", model: "", instead: null }, /^No model on this machine can complete code\./],
    ];
    for (const [answer, expected] of answers) {
      const text = reasonText(answer, english);
      assert.match(text, expected);
      assert.doesNotMatch(text, /\n|\{\d\}/);
    }
  });
});
