import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { RunQueue, type QueuedCell, type RunEnd } from "../../../../extension/notebook/run-queue.ts";

const said: string[] = [];

class FakeRun implements QueuedCell {
  readonly name: string;
  readonly #end: RunEnd;

  constructor(name: string, end: RunEnd = "next") {
    this.name = name;
    this.#end = end;
  }

  async run(): Promise<RunEnd> {
    said.push(`${this.name}+`);
    await sleep(0);
    said.push(`${this.name}-`);
    return this.#end;
  }

  skip(failed: boolean): void {
    said.push(`${this.name}${failed ? "!" : "~"}`);
  }
}

describe("run queue", () => {
  beforeEach(() => void said.splice(0));

  it("runs one cell after the other, also those of a later request", async () => {
    const queue = new RunQueue<FakeRun>();
    const first = queue.add([new FakeRun("a"), new FakeRun("b")]);
    const second = queue.add([new FakeRun("c")]);
    await Promise.all([first, second]);
    assert.deepEqual(said, ["a+", "a-", "b+", "b-", "c+", "c-"]);
  });

  it("ends with a failed cell, and is usable again", async () => {
    const queue = new RunQueue<FakeRun>();
    await queue.add([new FakeRun("a", "stop"), new FakeRun("b")]);
    await queue.add([new FakeRun("c")]);
    assert.deepEqual(said, ["a+", "a-", "b~", "c+", "c-"]);
  });

  it("75: marks what waits behind a dead kernel as failed", async () => {
    await new RunQueue<FakeRun>().add([new FakeRun("a", "fail"), new FakeRun("b"), new FakeRun("c")]);
    assert.deepEqual(said, ["a+", "a-", "b!", "c!"]);
  });

  it("49: gives up one waiting cell, and leaves the running one alone", async () => {
    const queue = new RunQueue<FakeRun>();
    const [a, b, c] = [new FakeRun("a"), new FakeRun("b"), new FakeRun("c")];
    const done = queue.add([a, b, c]);
    queue.remove(a);
    queue.remove(b);
    queue.remove(b);
    await done;
    assert.deepEqual(said, ["a+", "b~", "a-", "c+", "c-"]);
  });

  it("49: works again after the editor has refused to run a cell", async () => {
    const queue = new RunQueue<QueuedCell>();
    const broken: QueuedCell = { run: () => Promise.reject(new Error("removed")), skip: () => undefined };
    await assert.rejects(queue.add([broken, new FakeRun("a")]), /removed/);
    await queue.add([new FakeRun("b")]);
    assert.deepEqual(said, ["a!", "b+", "b-"]);
  });

  it("runs or skips every cell once, whatever happens", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.constantFrom<RunEnd>("next", "stop", "fail"))), async (requests) => {
      said.splice(0);
      const queue = new RunQueue<FakeRun>();
      const cells = requests.map((ends, i) => ends.map((end, k) => new FakeRun(`${i}.${k}`, end)));
      await Promise.all(cells.map((some) => queue.add(some)));
      const ends = said.filter((word) => !word.endsWith("+")).map((word) => word.slice(0, -1));
      assert.deepEqual([...ends].sort(), cells.flat().map(({ name }) => name).sort());
      assert.equal(queue.running, null);
    }), { numRuns: 30 });
  });
});
