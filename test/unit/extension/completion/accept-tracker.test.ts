import assert from "node:assert/strict";

import { AcceptTracker, RETAINED_AFTER_MS } from "../../../../extension/completion/accept-tracker.ts";
import { Statistics } from "../../../../extension/completion/statistics.ts";
import { VirtualClock } from "../../../helpers/virtual-clock.ts";

const URI = "file:///a.py";

function scene(): { tracker: AcceptTracker; statistics: Statistics; clock: VirtualClock; insert: (at: number, text: string, removed?: number) => void; close: () => void } {
  const clock = new VirtualClock();
  const statistics = new Statistics();
  let text: string | null = "x = \n";
  const tracker = new AcceptTracker(statistics, clock, () => text);
  const insert = (offset: number, inserted: string, removed = 0): void => {
    text = (text ?? "").slice(0, offset) + inserted + (text ?? "").slice(offset + removed);
    tracker.changed(URI, [{ offset, removed, inserted: inserted.length, text: inserted }]);
  };
  return { tracker, statistics, clock, insert, close: () => { text = null; } };
}

describe("accept tracker", () => {
  const offered = { uri: URI, offset: 4, text: "compute(a, b)" };

  it("counts a whole accept, and what is left of it a minute later", async () => {
    const { tracker, statistics, clock, insert } = scene();
    tracker.offered(offered);
    insert(4, offered.text);
    tracker.accepted(offered);
    insert(0, "# new line\n");
    insert(4 + 11 + 8, "other", 1);
    await clock.advance(RETAINED_AFTER_MS - 1);
    assert.equal(statistics.summary().measuredCharacters, 0);
    await clock.advance(1);
    const { accepted, acceptedPartly, acceptedCharacters, measuredCharacters, retainedCharacters } = statistics.summary();
    assert.deepEqual([accepted, acceptedPartly, acceptedCharacters, measuredCharacters, retainedCharacters], [1, 0, 12, 12, 11]);
  });

  it("takes the insertion of some of it for a partial accept", () => {
    const { tracker, statistics, insert } = scene();
    tracker.offered(offered);
    insert(4, "compute");
    assert.deepEqual([statistics.summary().accepted, statistics.summary().acceptedPartly, statistics.summary().acceptedCharacters], [0, 1, 7]);
  });

  const typed: readonly [string, number, string][] = [["one key", 4, "c"], ["something else", 4, "other"], ["elsewhere", 0, "compute"]];
  for (const [name, offset, text] of typed) {
    it(`takes ${name} for typing`, () => {
      const { tracker, statistics, insert } = scene();
      tracker.offered(offered);
      insert(offset, text);
      assert.equal(statistics.summary().acceptedPartly, 0);
    });
  }

  it("takes a closed bracket pair for typing", () => {
    const { tracker, statistics, insert } = scene();
    tracker.offered({ ...offered, text: "() => x" });
    insert(4, "()");
    assert.equal(statistics.summary().acceptedPartly, 0);
  });

  it("knows that even one character was accepted by our own command", () => {
    const { tracker, statistics, insert } = scene();
    tracker.offered(offered);
    tracker.expectPart();
    insert(4, "c");
    assert.equal(statistics.summary().acceptedPartly, 1);
  });

  it("measures nothing in a document that is closed, or after its end", async () => {
    const one = scene();
    one.tracker.accepted(offered);
    one.close();
    await one.clock.advance(RETAINED_AFTER_MS);
    assert.equal(one.statistics.summary().measuredCharacters, 0);
    const other = scene();
    other.tracker.accepted(offered);
    other.tracker.dispose();
    await other.clock.advance(RETAINED_AFTER_MS);
    assert.equal(other.statistics.summary().measuredCharacters, 0);
  });
});
