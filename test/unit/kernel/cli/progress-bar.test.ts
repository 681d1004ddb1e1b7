import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { formatBytes, formatSeconds, formatTable } from "../../../../kernel/cli/format.ts";
import { ProgressBar, progressText } from "../../../../kernel/cli/progress-bar.ts";
import type { Progress } from "../../../../runtime/models/model.ts";

const at = (done: number, step = "download"): Progress => ({ step, done, total: 1_000_000, unit: "bytes" });

describe("ProgressBar", () => {
  /** Feeds (time, progress) pairs to a bar and returns what it wrote. */
  function draw(terminal: object, updates: Array<[number, Progress]>): { text: string; bar: ProgressBar; read(): string } {
    let text = "";
    let now = 0;
    const out = Object.assign(new Writable({ write: (chunk, _encoding, next) => ((text += String(chunk)), next()) }), terminal);
    const bar = new ProgressBar(out, "m", () => now);
    for (const [time, progress] of updates) {
      now = time;
      bar.update(progress);
    }
    return { text, bar, read: () => text };
  }

  it("redraws one line on a terminal, at most ten times a second, cut to its width", () => {
    const { text, bar, read } = draw({ isTTY: true, columns: 40 }, [[0, at(0)], [50, at(10)], [1000, at(500_000)]]);
    const lines = text.split("\r\u001b[K").slice(1);
    assert.equal(lines.length, 2);
    assert.ok(lines.every((line) => line.length <= 39 && !line.includes("\n")));
    bar.clear();
    assert.ok(read().endsWith("\r\u001b[K"));
  });

  it("elsewhere: nothing in the first two seconds, then a line every five", () => {
    const { text } = draw({}, [[0, at(0)], [1900, at(1)], [2500, at(250_000)], [4000, at(400_000)], [7600, at(760_000)]]);
    assert.deepEqual(text.split("\n").map((line) => /(\d+) %/.exec(line)?.[1]), ["25", "76", undefined]);
  });

  it("takes the rate and the time left from this step and this run, not from what was there before", () => {
    assert.equal(progressText("m", at(500_000), 1000, 100_000), `m: download [${"#".repeat(12)}${".".repeat(12)}] 50 %  500 kB of 1.00 MB  100 kB/s  5 s left`);
    assert.match(progressText("m", at(1_000_000), 1000, 100_000), /100 %/);
  });

  it("does without a total, and without progress", () => {
    assert.equal(progressText("m", { step: "wait", done: 0, total: null, unit: "bytes" }, 10, 0), "m: wait");
    assert.equal(progressText("m", { step: "download", done: 2000, total: null, unit: "bytes" }, 1000, 2000), "m: download  2.00 kB  2.00 kB/s");
    assert.match(progressText("m", { step: "x", done: 0, total: 0, unit: "tensors" }, 0, 0), /100 %  0 tensors of 0 tensors$/);
  });
});

describe("format", () => {
  it("sizes", () => assert.deepEqual([0, 999, 1000, 98_362_432, 270_885_952, 3.56e9].map(formatBytes), ["0 B", "999 B", "1.00 kB", "98.4 MB", "271 MB", "3.56 GB"]));
  it("times", () => assert.deepEqual([0.4, 59, 60, 200, 3900].map(formatSeconds), ["0 s", "59 s", "1 min 00 s", "3 min 20 s", "1 h 05 min"]));
  it("tables", () => assert.equal(formatTable([["A", "N"], ["bb", "1"], ["c", "22"]], [1]), "A    N\nbb   1\nc   22\n"));
});
