import assert from "node:assert/strict";
import type { Shot } from "../../../bench/serving/load-order.ts";
import { loadFigures, overloadFigures, shareOfFairTpot } from "../../../bench/serving/measures.ts";

const shot = (change: Partial<Shot>): Shot => ({ index: 0, plannedAt: 0, sentAt: 0, status: 200, firstAt: 100, lastAt: 1000, endAt: 1000, promptTokens: 5, cachedTokens: 0, tokens: 10, error: null, ...change });

describe("figures of a load", () => {
  it("count complete replies within the time from the first request to the last end", () => {
    const figures = loadFigures([shot({}), shot({ sentAt: 1000, firstAt: 1300, lastAt: 2200, endAt: 2500 }), shot({ error: "cut", endAt: 4000 })]);
    assert.deepEqual(figures, { requests: 2, requestsPerS: 0.5, tokensPerS: 5, tpot: [100, 100], ttft: [100, 300] });
  });

  it("have no time per token for a reply of one", () => {
    assert.deepEqual(loadFigures([shot({ tokens: 1 })]).tpot, []);
  });

  it("hold the slowest stream against an even share of the rate", () => {
    // Twelve streams at 120 tok/s: each token may take 100 ms.
    assert.equal(shareOfFairTpot({ requests: 12, requestsPerS: 1, tokensPerS: 120, tpot: Array<number>(12).fill(150), ttft: [] }, 12), 1.5);
  });

  it("tell refusals from what was lost, and wait from the planned moment on", () => {
    const figures = overloadFigures([
      shot({ plannedAt: -200 }), shot({ status: 429, error: "full", endAt: 12 }), shot({ status: 503, error: "full", endAt: 30 }), shot({ status: 0, error: "reset" }),
    ]);
    assert.deepEqual(figures, { accepted: 1, acceptedP95: 1200, refused: 2, refusedP95: 30, refusedMost: 30, lost: 1 });
  });
});
