import assert from "node:assert/strict";

import { lookDelay, type Look, RuntimeWatch } from "../../../../extension/models/runtime-watch.ts";
import { status } from "./facts.ts";

class FakeTimer {
  readonly waits: number[] = [];
  run: (() => void) | null = null;
  time = 0;
  now(): number {
    return this.time;
  }
  set(run: () => void, ms: number): number {
    this.waits.push(ms);
    this.run = run;
    return this.waits.length;
  }
  clear(): void {
    this.run = null;
  }
  /** Lets the time pass that is waited for. */
  async pass(): Promise<void> {
    const run = this.run;
    this.run = null;
    this.time += this.waits.at(-1) ?? 0;
    run?.();
    await settle();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("looks at the runtime", () => {
  let timer: FakeTimer;
  let look: Look | null;
  let asked: number;
  let seen: Array<Look | null>;
  let watch: RuntimeWatch;
  beforeEach(() => {
    timer = new FakeTimer();
    look = { status: status(), memory: null };
    [asked, seen] = [0, []];
    watch = new RuntimeWatch(() => { asked++; return Promise.resolve(look); }, (one) => seen.push(one), timer);
  });

  it("does nothing until it is active, and nothing afterwards", async () => {
    watch.wake();
    await settle();
    assert.equal(asked, 0);
    watch.active = true;
    await settle();
    assert.equal(asked, 1);
    watch.active = false;
    assert.equal(timer.run, null, "no timer is left");
    watch.wake();
    await timer.pass();
    assert.equal(asked, 1);
  });

  it("backs off while nothing happens, up to half a minute", async () => {
    watch.active = true;
    await settle();
    for (let step = 0; step < 6; step++) await timer.pass();
    assert.deepEqual(timer.waits, [3000, 6000, 12_000, 24_000, 30_000, 30_000, 30_000]);
  });

  it("looks each second while something moves", async () => {
    look = { status: status({ active: 1 }), memory: null };
    watch.active = true;
    await settle();
    await timer.pass();
    look = { status: status(), memory: null };
    await timer.pass();
    assert.deepEqual(timer.waits, [1000, 1000, 3000]);
    for (const moving of [{ queued: 1 }, { loading: [{ model: "m", precision: "int8" as const, share: 0 }] }]) assert.equal(lookDelay({ status: status(moving), memory: null }, 5), 1000);
  });

  it("looks at once when woken, and forgets how long it was quiet", async () => {
    watch.active = true;
    await settle();
    await timer.pass();
    timer.time += 2000;
    watch.wake();
    await settle();
    assert.deepEqual([asked, timer.waits], [3, [3000, 6000, 3000]]);
  });

  it("looks once a second however often it is woken", async () => {
    watch.active = true;
    await settle();
    timer.time += 400;
    for (let time = 0; time < 20; time++) watch.wake();
    await settle();
    assert.deepEqual([asked, timer.waits], [1, [3000, 600]]);
    await timer.pass();
    assert.equal(asked, 2);
  });

  it("a wake during a look leads to another look", async () => {
    let answer: (look: Look | null) => void = () => undefined;
    watch = new RuntimeWatch(() => { asked++; return new Promise((resolve) => { answer = resolve; }); }, (one) => seen.push(one), timer);
    watch.active = true;
    watch.wake();
    answer(look);
    await settle();
    assert.deepEqual([asked, timer.waits, seen.length], [1, [1000], 1]);
    await timer.pass();
    assert.equal(asked, 2);
  });

  it("an answer that comes after the end counts for nothing", async () => {
    watch.active = true;
    watch.dispose();
    await settle();
    assert.deepEqual([seen, timer.waits], [[], []]);
  });
});
