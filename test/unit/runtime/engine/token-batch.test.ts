import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { TokenEvent } from "../../../../runtime/engine/engine.ts";
import { TokenBatch } from "../../../../runtime/engine/token-batch.ts";

const event = (token: number): TokenEvent => ({ token, text: "", at: 0 });

describe("TokenBatch", () => {
  it("sends the first token at once, the next ones together, all of them in order", async () => {
    const sent: number[][] = [];
    const batch = new TokenBatch((events) => sent.push(events.map(({ token }) => token)), 10);
    batch.push(event(1));
    assert.deepEqual(sent, [[1]]);
    batch.push(event(2));
    batch.push(event(3));
    while (sent.length < 2) await sleep(2);
    assert.deepEqual(sent, [[1], [2, 3]]);
    batch.push(event(4));
    batch.end();
    assert.deepEqual(sent, [[1], [2, 3], [4]]);
    batch.end();
    assert.equal(sent.length, 3);
  });

  it("sends each token by itself where no interval is wanted", () => {
    const sent: number[] = [];
    const batch = new TokenBatch((events) => sent.push(events.length), 0);
    for (let token = 0; token < 5; token++) batch.push(event(token));
    assert.deepEqual(sent, [1, 1, 1, 1, 1]);
  });

  it("a slow generation is never held back", async () => {
    const sent: number[] = [];
    const batch = new TokenBatch((events) => sent.push(events.length), 3);
    batch.push(event(1));
    await sleep(20);
    batch.push(event(2));
    assert.deepEqual(sent, [1, 1]);
    batch.end();
  });
});
