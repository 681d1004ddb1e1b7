import assert from "node:assert/strict";
import { type LineTarget, ResultsFile } from "../../../../kernel/session/results-file.ts";

const NOTHING = { answers: new Map(), lines: 0, unreadable: 0 };

/** A disk with room for so many characters; a write that does not fit leaves a part, as real ones do. */
class SmallDisk implements LineTarget {
  text = "";
  room: number;
  closed = false;

  constructor(room: number) {
    this.room = room;
  }

  async write(text: string): Promise<void> {
    await Promise.resolve();
    const fitting = text.slice(0, this.room);
    this.text += fitting;
    this.room -= fitting.length;
    if (fitting.length < text.length) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const whole = (text: string) => text.split("\n").filter((line) => line.endsWith("}"));

describe("a results file on a disk that fills", () => {
  it("keeps what does not fit, says why, and writes it when there is room again", async () => {
    const disk = new SmallDisk(14);
    const file = new ResultsFile("/r", disk, NOTHING, false);
    for (const n of [1, 2, 3]) await file.append(`{"n":${n}}`);
    assert.deepEqual([file.unwritten, file.problem], [2, "the disk is full"]);
    disk.room = 100;
    await file.close();
    assert.deepEqual([file.unwritten, file.problem, disk.closed], [0, null, true]);
    assert.deepEqual(whole(disk.text), ['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  it("still has the lines when there never is", async () => {
    const file = new ResultsFile("/r", new SmallDisk(0), NOTHING, false);
    await file.append("{}");
    await file.close();
    assert.deepEqual([file.unwritten, file.problem], [1, "the disk is full"]);
  });

  it("loses no line that comes while another is being written", async () => {
    const disk = new SmallDisk(10_000);
    const file = new ResultsFile("/r", disk, NOTHING, false);
    const writing: Array<Promise<void>> = [];
    for (let n = 0; n < 20; n++) {
      writing.push(file.append(`{"n":${n}}`));
      await Promise.resolve();
    }
    await Promise.all(writing);
    await file.close();
    assert.deepEqual(whole(disk.text), Array.from({ length: 20 }, (_, n) => `{"n":${n}}`));
  });

  it("writes lines in their order, however many come at once", async () => {
    const disk = new SmallDisk(10_000);
    const file = new ResultsFile("/r", disk, NOTHING, true);
    await Promise.all(Array.from({ length: 20 }, (_, n) => file.append(`{"n":${n}}`)));
    await file.close();
    assert.equal(disk.text, `\n${Array.from({ length: 20 }, (_, n) => `{"n":${n}}\n`).join("")}`);
  });
});
