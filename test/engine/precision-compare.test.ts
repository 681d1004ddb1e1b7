import assert from "node:assert/strict";
import { JsRunner } from "../../kernel/experiment/js/js-runner.ts";
import type { comparePrecisions } from "../../kernel/experiment/compare/precision/compare-precisions.ts";
import type { Distance } from "../../kernel/experiment/compare/precision/distance.ts";
import type { Likeness } from "../../kernel/experiment/compare/precision/likeness.ts";
import { NotebookSession } from "../../kernel/session/notebook-session.ts";
import { RuntimeAccess } from "../../kernel/session/runtime-access.ts";
import { RealRuntime } from "../helpers/real-runtime.ts";
import { RecordingContext } from "../helpers/recording-context.ts";
import { assertFinite } from "../helpers/statistics-reference.ts";

const CELL = `%%compare
name: versus
precision: [fp16, int8]
model: smollm2-135m
prompts: ["Name three colours of the rainbow, and say which of them you like best."]
runs: 2
max_tokens: 6
concurrency: 2
score_tokens: 12`;

describe("FP16 against INT8 with real weights", function () {
  this.timeout(400_000);
  let real: RealRuntime;
  let session: NotebookSession;
  const context = new RecordingContext();
  before(async () => {
    real = await RealRuntime.start();
    session = new NotebookSession({
      access: new RuntimeAccess(async () => real.client), js: new JsRunner({ folder: process.cwd() }), version: "0", model: undefined, folders: { notebook: process.cwd(), state: process.cwd() },
    });
    assert.deepEqual(await session.execute(CELL, context), { status: "ok" });
  });
  after(async () => {
    await session.shutdown();
    await real.dispose();
  });

  const value = async (path: string) => JSON.parse((await session.evaluate(`versus.${path} | tojson`))["text/plain"] as string) as unknown;

  it("prints the table with nothing missing that this machine can tell", () => {
    const text = context.settledData("text/plain").join("\n");
    for (const row of [/peak memory of the process +[\d.]+ MB +[\d.]+ MB +-\d/, /time to first token \(ms\) +[\d.]+ +[\d.]+ /, /decode \(tok\/s\) +[\d.]+ +[\d.]+ /, /requests per minute, 2 at once +[\d.]+ +[\d.]+ /, /similarity to answers of FP16, other seeds +-?[\d.]+ +-?[\d.]+/, /Worked example/]) {
      assert.match(text, row);
    }
    assert.doesNotMatch(text.replace(/graphics device.*/, ""), /not available|NaN|Infinity|Partial/);
    assert.ok(JSON.stringify(context.settled).length < 30_000);
  });

  it("finds INT8 smaller, and near", async () => {
    const { weights_bytes: weights, peak_bytes: peak } = await value("memory") as ReturnType<typeof comparePrecisions>["plain"] & Record<string, { a: number; b: number }>;
    assert.ok(weights !== undefined && peak !== undefined && weights.b < 0.7 * weights.a && peak.b < peak.a && peak.a > weights.a * 0.9, JSON.stringify([weights, peak]));
    const distance = await value("distance") as Distance;
    assertFinite(distance);
    assert.equal(distance.positions, 11);
    assert.ok(distance.kl.mean > 0 && distance.kl.mean < 0.1 && distance.top1.share > 0.7 && Math.abs(distance.perplexity.ratio - 1) < 0.2, JSON.stringify(distance));
  });

  it("has a likeness for every pair of answers, and the band beside it", async () => {
    const likeness = await value("likeness") as Likeness;
    assert.deepEqual([likeness.sameSeed.n, likeness.otherSeeds.n, likeness.selfBand.n], [2, 2, 1]);
    for (const { min, max } of Object.values(likeness)) assert.ok(min >= -1 && max <= 1.0001);
  });

  it("leaves both precisions in memory and the engine alive", async () => {
    const { loaded } = await real.client.status();
    assert.deepEqual(loaded.map(({ precision }) => precision).sort(), ["fp16", "int8"]);
    assert.ok((await real.ask("Hi")).answer.length > 0);
  });
});
