import assert from "node:assert/strict";
import { FakeModel, type ScriptedReply } from "../../../helpers/fake-model.ts";
import { Notebook } from "../../../helpers/notebook.ts";
import type { RecordingContext } from "../../../helpers/recording-context.ts";

const KB = 1024;
const ANSWER_LIMIT = 30 * KB;
const STATISTICS_LIMIT = 40 * KB;
const SWEEP_LIMIT = 150 * KB;
const ANSWER_CHARACTERS = 1800;
const WORDS = "Janet's ducks lay sixteen eggs a day, she eats three for breakfast and bakes muffins with four, so nine are left to sell for two dollars each.".split(" ");

/** A text of words that no other answer has in this order. */
function longAnswer(which: number): string {
  const words: string[] = [];
  for (let length = 0, at = which; length < ANSWER_CHARACTERS; length += (words.at(-1) ?? "").length + 1) words.push(WORDS[(at = (at * 31 + which + 7) % 1009) % WORDS.length] ?? "");
  return words.join(" ").slice(0, ANSWER_CHARACTERS);
}

/** Answers of different texts and times, so that nothing is small because it repeats. */
function talkative(): FakeModel {
  let asked = 0;
  return new FakeModel((): ScriptedReply => {
    const which = asked++;
    return { answer: longAnswer(which).match(/.{1,40}/gs) ?? [], ttftMs: 50 + ((which * 7919) % 2300) / 100, promptTokens: 128 };
  });
}

/** Bytes that a saved notebook holds of a cell, as nbformat writes it. */
function savedBytes(cell: RecordingContext): number {
  return cell.settled.reduce((sum, event) => sum + (event.type === "display" ? Buffer.byteLength(JSON.stringify({ output_type: "display_data", data: event.data, metadata: event.metadata }, null, 1)) : 0), 0);
}

async function run(keys: string): Promise<RecordingContext> {
  const notebook = new Notebook(talkative());
  try {
    const cell = await notebook.run(`---\n${keys}\n---\nHow many eggs does Janet sell?`);
    assert.deepEqual(cell.outcome, { status: "ok" });
    return cell;
  } finally {
    await notebook.dispose();
  }
}

describe("the size of what a cell leaves in a notebook", function () {
  this.timeout(60_000);

  it("an answer of 1,800 characters", async () => {
    const cell = await run("seed: 1");
    assert.ok(String(cell.settledData("text/markdown")[0]).includes(longAnswer(0).slice(0, 200)));
    assert.ok(savedBytes(cell) <= ANSWER_LIMIT, `${savedBytes(cell)} bytes`);
  });

  it("statistics of four runs with their chart", async () => {
    const cell = await run("runs: 4\nwarmup: 0\nassert: { contains: eggs }\non_fail: report");
    assert.equal(cell.settledData("image/svg+xml").length, 1);
    assert.equal(cell.settledData("image/png").length, 1);
    assert.ok(savedBytes(cell) <= STATISTICS_LIMIT, `${savedBytes(cell)} bytes`);
  });

  for (const [what, keys, corners] of [
    ["one setting", "runs: 40", 1],
    ["four settings of ten runs", "matrix: { temperature: [0, 0.5, 1, 1.5] }\nruns: 10", 4],
    ["eight settings of five runs", "matrix: { temperature: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4] }\nruns: 5", 8],
    ["forty settings", "matrix: { temperature: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4], top_k: [1, 10, 20, 40, 60] }", 40],
  ] as const) {
    it(`a sweep of 40 answers of 1,800 characters each: ${what}`, async () => {
      const cell = await run(`${keys}\nconfirm: off\nwarmup: 0`);
      const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ total: number; rows: Array<{ answer: string }>; left_out: number; sidecar: string | null; tables: unknown[] }>;
      // What a reader needs is there: every answer in the file beside the notebook, some whole ones here, and the figures.
      assert.deepEqual([samples?.total, samples?.rows[0]?.answer.length], [40, ANSWER_CHARACTERS]);
      assert.ok(Number(samples?.left_out) > 0 && typeof samples?.sidecar === "string");
      assert.ok(samples.tables.length > 0);
      if (corners > 8) assert.match(String(cell.settledData("text/plain").join("\n")), /first answer/);
      assert.ok(savedBytes(cell) <= SWEEP_LIMIT, `${savedBytes(cell)} bytes`);
      if (process.env.RETORT_SIZES !== undefined) console.log(what, savedBytes(cell));
    });
  }
});
