import assert from "node:assert/strict";
import { withMemory, type MemoryLooks } from "../../../../kernel/experiment/memory-peak.ts";

/** Looks that give these one after the other (a null: the back end does not tell; an error: the look fails), and a clock of their own. */
function looksOf(...seen: Array<number | null | Error>): MemoryLooks<number> & { taken: number; waits: number[]; onLook: (at: number) => void } {
  let time = 0;
  return {
    taken: 0,
    waits: [],
    onLook: () => undefined,
    async read() {
      const at = Math.min(this.taken++, seen.length - 1);
      time += 30;
      this.onLook(this.taken);
      const found = seen[at] ?? null;
      if (found instanceof Error) throw found;
      return found;
    },
    larger: Math.max,
    now: () => time,
    async wait(ms) {
      this.waits.push(ms);
      time += ms;
      await new Promise(setImmediate);
    },
  };
}

/** Work that ends with look number `at`. */
function workUntil(looks: ReturnType<typeof looksOf>, at: number, error?: Error): () => Promise<string> {
  return () => new Promise((resolve, reject) => {
    looks.onLook = (taken) => {
      if (taken === at) error === undefined ? resolve("done") : reject(error);
    };
  });
}

/** `read` and `wait` use `this`. */
const bound = (looks: ReturnType<typeof looksOf>): MemoryLooks<number> => ({ ...looks, read: () => looks.read(), wait: (ms, signal) => looks.wait(ms, signal) });

describe("withMemory", () => {
  it("sees the peak within the work, looking eleven times a second", async () => {
    const looks = looksOf(5, 7, 40, 9, 6);
    const { value, memory } = await withMemory(bound(looks), workUntil(looks, 4));
    assert.equal(value, "done");
    assert.deepEqual([memory.before, memory.peak, memory.after], [5, 40, 6]);
    assert.ok(looks.waits.every((ms) => ms === 60), looks.waits.join());
  });

  it("counts the looks before and after, too", async () => {
    const looks = looksOf(3, 3, 8);
    assert.deepEqual((await withMemory(bound(looks), async () => 1)).memory.before, 3);
    const later = looksOf(3, 3, 3, 8);
    assert.equal((await withMemory(bound(later), workUntil(later, 3))).memory.peak, 8);
  });

  it("does not look where the back end does not tell", async () => {
    const looks = looksOf(null);
    assert.deepEqual((await withMemory(bound(looks), async () => 1)).memory, { before: null, peak: null, after: null });
    assert.equal(looks.taken, 2);
  });

  it("a look that fails ends the looking, not the work", async () => {
    const looks = looksOf(5, 9, new Error("gone"), 6);
    const work = async (): Promise<string> => {
      while (looks.taken < 3) await new Promise(setImmediate);
      return "done";
    };
    const { value, memory } = await withMemory(bound(looks), work);
    assert.deepEqual([value, memory.peak, looks.taken], ["done", 9, 4]);
  });

  it("rejects as the work does, with nothing left running", async () => {
    const looks = looksOf(5);
    await assert.rejects(withMemory(bound(looks), workUntil(looks, 3, new Error("no"))), /no/);
    const { taken } = looks;
    await new Promise(setImmediate);
    assert.equal(looks.taken, taken);
  });
});
