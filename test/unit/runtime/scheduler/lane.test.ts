import assert from "node:assert/strict";

import fc from "fast-check";

import { Lane, LaneMoved, type LaneRequest, type SlotGrant } from "../../../../runtime/scheduler/lane.ts";
import type { Priority } from "../../../../runtime/scheduler/request-queue.ts";

describe("Lane", () => {
  const request = (over: Partial<LaneRequest> = {}): LaneRequest => ({
    priority: "chat", tokens: Uint32Array.of(1), signal: new AbortController().signal, movable: true, ...over,
  });

  it("grants up to its slots at once and queues the rest by priority", async () => {
    const lane = new Lane(1, 10);
    const first = await lane.acquire(request());
    const order: string[] = [];
    const wait = (priority: Priority): Promise<void> => lane.acquire(request({ priority })).then((grant) => { order.push(priority); grant.release(); });
    const waiting = [wait("background"), wait("notebook"), wait("chat"), wait("completion")];
    assert.deepEqual([lane.active, lane.queued], [1, 4]);
    first.release();
    await Promise.all(waiting);
    assert.deepEqual(order, ["completion", "chat", "notebook", "background"]);
    assert.deepEqual([lane.active, lane.queued], [0, 0]);
  });

  it("refuses at once when the queue is full, with a time to come back", async () => {
    const lane = new Lane(1, 1);
    await lane.acquire(request());
    void lane.acquire(request());
    await assert.rejects(lane.acquire(request()), { code: "queue_full", status: 429, retryAfter: 2 });
  });

  it("refuses one too many while the others are still being prepared, and counts none twice", async () => {
    const lane = new Lane(1, 1);
    const places = [lane.reserve(), lane.reserve()];
    assert.throws(() => lane.reserve(), { code: "queue_full", status: 429 });
    const grant = await lane.acquire(request());
    places[0]?.();
    places[0]?.();
    const waiting = lane.acquire(request());
    assert.throws(() => lane.reserve(), { code: "queue_full" });
    grant.release();
    (await waiting).release();
    places[1]?.();
    for (const place of [lane.reserve(), lane.reserve()]) place();
  });

  it("takes a request that goes on beyond its capacity, before and after its prompt is ready, also while its precision is switched", async () => {
    const lane = new Lane(1, 1);
    const holds = await lane.acquire(request());
    const places = [lane.reserve()];
    const full = lane.acquire(request({ movable: false }));
    assert.throws(() => lane.reserve(), { code: "queue_full" });
    places.push(lane.reserve(true));
    const goesOn = lane.acquire(request({ movable: false, isAccepted: true }));
    for (const place of places) place();
    lane.moveQueued();
    assert.equal(lane.queued, 2);
    await assert.rejects(lane.acquire(request()), { code: "queue_full" });
    holds.release();
    (await full).release();
    (await goesOn).release();
    assert.equal(lane.inUse, false);
  });

  it("shows its slots: who holds them, and what is in them", async () => {
    const lane = new Lane(2, 1);
    const grant = await lane.acquire(request({ priority: "notebook", tokens: Uint32Array.of(1, 2, 3) }));
    grant.grew(2);
    assert.deepEqual(lane.slots(), [{ slot: 0, priority: "notebook", tokens: 5 }, { slot: 1, priority: null, tokens: 0 }]);
    grant.release(Uint32Array.of(1, 2, 3, 4));
    assert.deepEqual(lane.slots()[0], { slot: 0, priority: null, tokens: 4 });
  });

  it("says when nobody uses it any more, each time", async () => {
    let idle = 0;
    const lane = new Lane(1, 1, () => { idle++; });
    for (let round = 1; round <= 2; round++) {
      lane.enter();
      const grant = await lane.acquire(request());
      lane.leave();
      assert.deepEqual([idle, lane.inUse], [round - 1, true]);
      grant.release();
      assert.deepEqual([idle, lane.inUse], [round, false]);
    }
  });

  it("clients of one priority take turns", async () => {
    const lane = new Lane(1, 10);
    const first = await lane.acquire(request());
    const order: string[] = [];
    const wait = (client: string): Promise<void> => lane.acquire(request({ client })).then((grant) => { order.push(client); grant.release(); });
    const waiting = ["a", "a", "a", "b"].map(wait);
    first.release();
    await Promise.all(waiting);
    assert.deepEqual(order, ["a", "b", "a", "a"]);
  });

  it("fault 16: cancelling a queued request touches neither the running one nor the others", async () => {
    const lane = new Lane(1, 10);
    const running = new AbortController();
    const queued = new AbortController();
    const first = await lane.acquire(request({ signal: running.signal }));
    const second = lane.acquire(request({ signal: queued.signal }));
    const third = lane.acquire(request());
    queued.abort();
    await assert.rejects(second, { code: "cancelled" });
    assert.equal(running.signal.aborted, false);
    assert.deepEqual([lane.active, lane.queued], [1, 1]);
    first.release();
    (await third).release();
    assert.equal(lane.active, 0);
  });

  it("refuses a request that was cancelled before it came", async () => {
    await assert.rejects(new Lane(1, 1).acquire(request({ signal: AbortSignal.abort() })), { code: "cancelled" });
  });

  it("an abort after the grant changes nothing here: the holder gives the slot back", async () => {
    const lane = new Lane(1, 1);
    const abort = new AbortController();
    const grant = await lane.acquire(request({ signal: abort.signal }));
    abort.abort();
    assert.equal(lane.active, 1);
    grant.release();
    assert.equal(lane.active, 0);
  });

  it("a switch sends only those away that do not mind the precision", async () => {
    const lane = new Lane(1, 10);
    const first = await lane.acquire(request());
    const bound = lane.acquire(request({ movable: false }));
    const movable = lane.acquire(request());
    lane.moveQueued();
    await assert.rejects(movable, LaneMoved);
    first.release();
    (await bound).release();
  });

  it("is unused only when nobody uses it, waits for it or holds a slot", async () => {
    const lane = new Lane(1, 10);
    await lane.unused();
    lane.enter();
    const first = await lane.acquire(request());
    const queued = lane.acquire(request());
    let unused = false;
    const done = lane.unused().then(() => { unused = true; });
    lane.leave();
    first.release();
    await Promise.resolve();
    assert.equal(unused, false);
    (await queued).release();
    await done;
  });

  it("is unused also when the last one waiting gives up", async () => {
    const lane = new Lane(0, 10);
    const abort = new AbortController();
    const queued = lane.acquire(request({ signal: abort.signal }));
    const unused = lane.unused();
    abort.abort();
    await assert.rejects(queued, { code: "cancelled" });
    await unused;
  });

  it("fault 39: whatever the order of requests, cancels and releases, every slot comes back and nobody is forgotten", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("acquire" as const), priority: fc.constantFrom<Priority>("completion", "notebook") }),
      fc.record({ kind: fc.constant("release" as const) }),
      fc.record({ kind: fc.constant("cancel" as const), which: fc.nat() }),
    );
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 40 }), async (slots, steps) => {
      const lane = new Lane(slots, 5);
      const held: SlotGrant[] = [];
      const aborts: AbortController[] = [];
      let settled = 0;
      let asked = 0;
      for (const one of steps) {
        if (one.kind === "acquire") {
          const abort = new AbortController();
          aborts.push(abort);
          asked++;
          lane.acquire(request({ priority: one.priority, signal: abort.signal })).then((grant) => { held.push(grant); settled++; }, () => { settled++; });
        } else if (one.kind === "release") held.shift()?.release();
        else aborts[one.which % Math.max(1, aborts.length)]?.abort();
        await Promise.resolve();
        await Promise.resolve();
        assert.equal(lane.active, held.length);
        assert.ok(held.length <= slots && new Set(held.map(({ slot }) => slot)).size === held.length);
      }
      while (settled < asked || held.length > 0) {
        held.shift()?.release();
        await Promise.resolve();
      }
      assert.deepEqual([lane.active, lane.queued], [0, 0]);
    }));
  });

  describe("completion", () => {
    const text = (length: number, last = 0): Uint32Array => Uint32Array.from({ length }, (_, i) => (i === length - 1 ? last : i + 1));

    it("waits for the slot of the key before, which is stopping, rather than evaluate everything in a free one", async () => {
      const lane = new Lane(2, 10);
      const stop = new AbortController();
      const before = await lane.acquire(request({ priority: "completion", tokens: text(100), signal: stop.signal }));
      stop.abort();
      const next = lane.acquire(request({ priority: "completion", tokens: text(100, 7) }));
      assert.deepEqual([lane.active, lane.queued], [1, 1]);
      before.release(text(100));
      assert.equal((await next).slot, before.slot);
    });

    it("does not wait for a slot that holds little of it, nor for one that goes on working", async () => {
      const lane = new Lane(3, 10);
      const stop = new AbortController();
      const other = await lane.acquire(request({ priority: "chat", tokens: text(10), signal: stop.signal }));
      stop.abort();
      const first = await lane.acquire(request({ priority: "completion", tokens: text(100) }));
      const second = await lane.acquire(request({ priority: "completion", tokens: text(100, 7) }));
      assert.equal(new Set([other.slot, first.slot, second.slot]).size, 3);
    });

    it("takes over the slot of background work that evaluates its text", async () => {
      const lane = new Lane(2, 10);
      const warm = await lane.acquire(request({ priority: "background", tokens: text(100) }));
      const next = lane.acquire(request({ priority: "completion", tokens: text(100, 7) }));
      assert.equal(warm.preempted.aborted, true);
      warm.release(text(50));
      assert.equal((await next).slot, warm.slot);
    });

    it("leaves other background work alone while a slot is free, and stops it where none is", async () => {
      const lane = new Lane(2, 10);
      const title = await lane.acquire(request({ priority: "background", tokens: Uint32Array.of(9, 9, 9) }));
      const first = await lane.acquire(request({ priority: "completion", tokens: text(100) }));
      assert.equal(title.preempted.aborted, false);
      const second = lane.acquire(request({ priority: "completion", tokens: text(100, 7) }));
      assert.equal(title.preempted.aborted, true);
      title.release();
      assert.notEqual((await second).slot, first.slot);
    });

    it("finds its slot free though notebook runs wait", async () => {
      const lane = new Lane(2, 10);
      const key = await lane.acquire(request({ priority: "completion", tokens: text(100) }));
      key.release(text(100));
      const notebook = await lane.acquire(request({ priority: "notebook", tokens: Uint32Array.of(9) }));
      assert.notEqual(notebook.slot, key.slot);
      const queued = lane.acquire(request({ priority: "notebook", tokens: Uint32Array.of(8) }));
      assert.deepEqual([lane.active, lane.queued], [1, 1]);
      const next = await lane.acquire(request({ priority: "completion", tokens: text(100, 7) }));
      assert.equal(next.slot, key.slot);
      next.release(text(100));
      assert.deepEqual([lane.active, lane.queued], [1, 1], "the kept slot is not for the notebook");
      notebook.release();
      assert.equal((await queued).slot, notebook.slot);
    });
  });
});
