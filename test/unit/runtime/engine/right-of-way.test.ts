import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { RightOfWay } from "../../../../runtime/engine/right-of-way.ts";

const COMPLETION = 5;
const CHAT = 4;
const NOTEBOOK = 2;

describe("RightOfWay", () => {
  const never = new AbortController().signal;

  it("lets a notebook run stand still while a completion runs, and says how long", async () => {
    const way = new RightOfWay();
    let end: () => void = () => undefined;
    const completion = way.running(COMPLETION, () => new Promise<void>((resolve) => { end = resolve; }));
    const pass = way.pass(NOTEBOOK, never);
    assert.equal(await Promise.race([pass, sleep(30, "waits")]), "waits");
    end();
    await completion;
    assert.ok(Number(await pass) > 0);
    assert.equal(await way.pass(NOTEBOOK, never), 0);
  });

  it("holds up neither chat nor completion, and nobody for work of less importance", async () => {
    const way = new RightOfWay();
    await way.running(COMPLETION, async () => {
      assert.deepEqual([await way.pass(CHAT, never), await way.pass(COMPLETION, never)], [0, 0]);
    });
    await way.running(NOTEBOOK, async () => assert.equal(await way.pass(NOTEBOOK, never), 0));
  });

  it("starves nobody, ends with an abort, and goes on after a completion that failed", async () => {
    const way = new RightOfWay(20);
    const failing = way.running(COMPLETION, async () => {
      assert.ok((await way.pass(NOTEBOOK, never)) >= 15, "goes on after the longest wait");
      const stop = new AbortController();
      const waiting = new RightOfWay(10_000);
      await waiting.running(COMPLETION, async () => {
        const pass = waiting.pass(NOTEBOOK, stop.signal);
        stop.abort();
        await pass;
      });
      throw new Error("failed");
    });
    await assert.rejects(failing, /failed/);
    assert.equal(await way.pass(NOTEBOOK, never), 0);
  });
});
