import assert from "node:assert/strict";
import type { LoadFigures } from "../../../bench/serving/measures.ts";
import { roundOrder, type Sample, streamRows } from "../../../bench/serving/streams.ts";

const STREAMS = [1, 4, 12];

const figures = (tokensPerS: number): LoadFigures => ({ requests: 12, requestsPerS: tokensPerS / 10, tokensPerS, tpot: Array<number>(12).fill(12_000 / tokensPerS), ttft: [] });

/** tok/s by precision and streams; the peer has 100 everywhere. */
const RATES: Record<string, number> = { "int8 1": 100, "int8 4": 120, "int8 12": 80, "fp16 1": 60, "fp16 4": 150, "fp16 12": 200 };

function samples(): Sample[] {
  return roundOrder(STREAMS, 0).map((one) => ({ ...one, round: 0, error: null, figures: figures(one.side === "peer" ? 100 : RATES[`${one.precision} ${one.streams}`] ?? 0) }));
}

describe("the order of a round", () => {
  it("loads each server with everything, one directly after the other", () => {
    const order = roundOrder(STREAMS, 0);
    assert.equal(order.length, 12);
    for (let i = 0; i < order.length; i += 2) {
      const [a, b] = [order[i], order[i + 1]];
      assert.deepEqual([a?.precision, a?.streams], [b?.precision, b?.streams]);
      assert.notEqual(a?.side, b?.side);
    }
  });

  it("lets the other one begin in the next round", () => {
    const first = (round: number): string[] => roundOrder(STREAMS, round).filter((_, i) => i % 2 === 0).map(({ side }) => side);
    assert.deepEqual(first(1), first(0).map((side) => (side === "ours" ? "peer" : "ours")));
  });
});

describe("rows of many streams", () => {
  const row = (text: string) => {
    const found = streamRows(samples(), STREAMS, "cpu").filter(({ what }) => what.includes(text));
    assert.equal(found.length, 1, text);
    return found[0];
  };

  it("hold the rate against llama-server's with the goal for that many streams", () => {
    assert.deepEqual([row("llama-server, int8, 1 stream")?.met, row("llama-server, int8, 12 streams")?.met], [true, false]);
    assert.equal(row("llama-server, int8, 12 streams")?.value, 0.8);
    assert.equal(row("llama-server, int8, 12 streams")?.goal, ">= 0.85 x");
  });

  it("hold four streams against one, with the goal of the precision", () => {
    assert.deepEqual([row("4 streams / 1 stream, int8")?.met, row("4 streams / 1 stream, fp16")?.met], [false, true]);
    assert.equal(row("4 streams / 1 stream, fp16")?.shown, "2.50 x");
  });

  it("name the faster precision for each number of streams", () => {
    assert.equal(row("faster precision, 1 stream")?.shown, "INT8, 1.67 x");
    assert.equal(row("faster precision, 12 streams")?.shown, "FP16, 2.50 x");
  });

  it("compare nothing where something failed", () => {
    const [first, ...rest] = samples();
    assert.ok(first !== undefined);
    assert.throws(() => streamRows([{ ...first, error: "status 500" }, ...rest], STREAMS, "cpu"), /1 streams, int8, .*status 500/);
  });
});
