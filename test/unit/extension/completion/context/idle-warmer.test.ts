import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import type { FillRequest } from "../../../../../extension/completion/completion-engine.ts";
import { IdleWarmer, type IdleWarmerOptions } from "../../../../../extension/completion/context/idle-warmer.ts";

const REQUEST: FillRequest = { prefix: "a\n", typed: "", suffix: "", chunks: [], maxTokens: 0, stop: [], temperature: 0 };
const IDLE_MS = 20;
const LONG_MS = 120;

describe("IdleWarmer", () => {
  let warmed: AbortSignal[];
  const warmer = (over: Partial<IdleWarmerOptions> = {}): IdleWarmer => new IdleWarmer({
    allowed: () => true,
    prepare: () => Promise.resolve(REQUEST),
    warm: (_request, signal) => { warmed.push(signal); return Promise.resolve(); },
    onFailure: (error) => assert.fail(String(error)),
    idleMs: IDLE_MS,
    ...over,
  });
  beforeEach(() => { warmed = []; });

  it("warms once after a pause, not while somebody types", async () => {
    const idle = warmer({ idleMs: LONG_MS });
    for (let key = 0; key < 5; key++) {
      idle.stir();
      await sleep(5);
    }
    assert.equal(warmed.length, 0);
    await sleep(2 * LONG_MS);
    assert.equal(warmed.length, 1);
    idle.dispose();
  });

  it("stops what runs with the next key", async () => {
    let ended: (() => void) | undefined;
    const idle = warmer({
      warm: (_request, signal) => new Promise((resolve, reject) => {
        warmed.push(signal);
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        ended = resolve;
      }),
    });
    idle.stir();
    await sleep(LONG_MS);
    assert.equal(warmed[0]?.aborted, false);
    idle.stir();
    assert.equal(warmed[0]?.aborted, true);
    idle.dispose();
    ended?.();
  });

  it("asks the engine for nothing when it is not allowed to, nor when it is forbidden while the context is gathered", async () => {
    const never = warmer({ allowed: () => false, prepare: () => assert.fail("asked") });
    never.stir();
    let on = true;
    const snoozed = warmer({ allowed: () => on, prepare: () => { on = false; return Promise.resolve(REQUEST); } });
    snoozed.stir();
    await sleep(LONG_MS);
    assert.equal(warmed.length, 0);
    never.dispose();
    snoozed.dispose();
  });

  it("does nothing where there is nothing to prepare, and nothing after it was disposed", async () => {
    const empty = warmer({ prepare: () => Promise.resolve(null) });
    empty.stir();
    const gone = warmer();
    gone.stir();
    gone.dispose();
    gone.stir();
    await sleep(LONG_MS);
    assert.equal(warmed.length, 0);
    empty.dispose();
  });

  it("tells of a failure, but not of its own abort", async () => {
    const failures: unknown[] = [];
    const idle = warmer({ prepare: () => Promise.reject(new Error("broken")), onFailure: (error) => failures.push(error) });
    idle.stir();
    await sleep(LONG_MS);
    assert.equal(failures.length, 1);
    idle.dispose();
  });
});
