import assert from "node:assert/strict";
import fc from "fast-check";
import { FLUSH_INTERVAL_MS, FLUSH_SIZE, StreamCoalescer, type StreamName, type Timers } from "../../../../kernel/jupyter/stream-coalescer.ts";

/** A clock that moves when told to. */
class FakeClock implements Timers {
  now = 0;
  #timers: Array<{ at: number; action: () => void }> = [];

  set(action: () => void, ms: number): NodeJS.Timeout {
    const timer = { at: this.now + ms, action };
    this.#timers.push(timer);
    return timer as unknown as NodeJS.Timeout;
  }

  clear(timer: NodeJS.Timeout): void {
    this.#timers = this.#timers.filter((known) => (known as unknown) !== timer);
  }

  get pending(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    this.now += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.now);
    this.#timers = this.#timers.filter((timer) => timer.at > this.now);
    due.forEach((timer) => timer.action());
  }
}

function setUp() {
  const clock = new FakeClock();
  const sent: Array<[StreamName, string]> = [];
  return { clock, sent, coalescer: new StreamCoalescer((name, text) => sent.push([name, text]), clock) };
}

describe("stream coalescer", () => {
  it("sends the first token at once and the next ones together", () => {
    const { clock, sent, coalescer } = setUp();
    coalescer.write("stdout", "a");
    assert.deepEqual(sent, [["stdout", "a"]]);
    coalescer.write("stdout", "b");
    coalescer.write("stdout", "c");
    clock.advance(FLUSH_INTERVAL_MS - 1);
    assert.equal(sent.length, 1);
    clock.advance(1);
    assert.deepEqual(sent[1], ["stdout", "bc"]);
  });

  it("a token after a pause goes out at once again, and no timer runs while nothing is written", () => {
    const { clock, sent, coalescer } = setUp();
    coalescer.write("stdout", "a");
    clock.advance(FLUSH_INTERVAL_MS);
    assert.equal(clock.pending, 0);
    coalescer.write("stdout", "b");
    assert.deepEqual(sent.at(-1), ["stdout", "b"]);
  });

  it("keeps the order of stdout and stderr", () => {
    const { sent, coalescer } = setUp();
    coalescer.write("stdout", "a");
    coalescer.write("stdout", "b");
    coalescer.write("stderr", "c");
    coalescer.write("stdout", "d");
    coalescer.end();
    assert.deepEqual(sent, [["stdout", "a"], ["stdout", "b"], ["stderr", "c"], ["stdout", "d"]]);
  });

  it("does not hold more than its size, and ends without a timer", () => {
    const { clock, sent, coalescer } = setUp();
    coalescer.write("stdout", "a");
    coalescer.write("stdout", "x".repeat(FLUSH_SIZE));
    assert.equal(sent.length, 2);
    coalescer.write("stdout", "z");
    coalescer.end();
    assert.deepEqual(sent[2], ["stdout", "z"]);
    assert.equal(clock.pending, 0);
  });

  it("loses and reorders nothing, whatever is written when", () => {
    const step = fc.record({ name: fc.constantFrom<StreamName>("stdout", "stderr"), text: fc.string(), wait: fc.nat(60) });
    fc.assert(fc.property(fc.array(step), (steps) => {
      const { clock, sent, coalescer } = setUp();
      for (const { name, text, wait } of steps) {
        coalescer.write(name, text);
        clock.advance(wait);
      }
      coalescer.end();
      const flat = (pieces: Array<[StreamName, string]>) => pieces.flatMap(([name, text]) => [...text].map((letter) => `${name}:${letter}`));
      assert.deepEqual(flat(sent), flat(steps.map(({ name, text }) => [name, text])));
    }));
  });
});
