import assert from "node:assert/strict";
import fc from "fast-check";
import type { ScoreResponse } from "../../../../../../runtime/api/types.ts";
import { precisionPage } from "../../../../../../kernel/display/precision-page.ts";
import { comparePrecisions, isRight } from "../../../../../../kernel/experiment/compare/precision/compare-precisions.ts";
import { distanceOf } from "../../../../../../kernel/experiment/compare/precision/distance.ts";
import { cosine, firstDifference, likeness } from "../../../../../../kernel/experiment/compare/precision/likeness.ts";
import type { PrecisionMeasurement, SideMemory } from "../../../../../../kernel/experiment/compare/precision/measurement.ts";
import { DEFAULT_PROMPTS } from "../../../../../../kernel/experiment/compare/precision/questions.ts";
import { assertFinite, close } from "../../../../../helpers/statistics-reference.ts";

describe("likeness of answers", () => {
  it("has the band of one side beside the two sides", () => {
    const [x, y, z] = [[1, 0], [0, 1], [Math.SQRT1_2, Math.SQRT1_2]];
    const { sameSeed, otherSeeds, selfBand } = likeness([[x, y]], [[x, z]]);
    close(sameSeed.mean, (1 + Math.SQRT1_2) / 2, 1e-12, "same seed");
    close(otherSeeds.mean, Math.SQRT1_2 / 2, 1e-12, "other seeds");
    assert.deepEqual([selfBand.n, selfBand.mean], [1, 0]);
  });
  it("says nothing of answers without text, and of one round only", () => {
    const { sameSeed, otherSeeds, selfBand } = likeness([[null]], [[[1, 0]]]);
    assert.deepEqual([sameSeed.n, otherSeeds.mean, selfBand.mean], [0, null, null]);
  });
  it("is a number for any vectors", () => {
    const vector = fc.array(fc.double({ noNaN: true }), { maxLength: 4 });
    fc.assert(fc.property(vector, vector, (a, b) => assertFinite(cosine(a, b))), { numRuns: 60 });
  });
  const differences: Array<[number[], number[], number | null]> = [[[1, 2], [1, 2], null], [[1, 2], [1, 3], 1], [[1], [1, 2], 1], [[], [], null], [[], [4], 0], [[5], [4], 0]];
  for (const [a, b, expected] of differences) it(`${a} and ${b} part at ${expected}`, () => assert.equal(firstDifference(a, b), expected));
});

const scored = (logprobs: number[], divergence?: Partial<NonNullable<ScoreResponse["divergence"]>>): ScoreResponse => ({
  model: "m", tokens: [1, 2, 3], perplexity: 1, positions: logprobs.map((logprob) => ({ token: 1, text: "x", logprob, top1: 1 })),
  ...(divergence === undefined ? {} : { divergence: { a: "fp16", b: "int8", positions: 4, klMean: 0.02, klMax: 0.05, kl: [0.01, 0.02, 0, 0.05], top1Agreement: 0.75, perplexityA: 4, perplexityB: 5, ...divergence } }),
});

describe("distance of two precisions", () => {
  it("has intervals over the positions", () => {
    const distance = distanceOf(scored([-1, -2, -1.5, -1], {}), scored([-1.1, -2.2, -1.5, -1.3])) ?? assert.fail();
    assert.deepEqual([distance.positions, distance.kl.max, distance.top1.share, distance.perplexity.ratio], [4, 0.05, 0.75, 1.25]);
    assert.ok((distance.kl.interval?.low ?? 1) <= 0.02 && (distance.kl.interval?.high ?? 0) >= 0.02);
    assert.ok((distance.perplexity.interval?.low ?? 0) > 1);
    assert.equal(distance.top1.interval?.method, "Wilson");
  });
  it("is not there without a divergence, positions or finite numbers", () => {
    for (const ofA of [scored([-1]), scored([-1], { positions: 0 }), scored([-1], { klMean: Number.NaN }), scored([-1], { perplexityA: 0 })]) assert.equal(distanceOf(ofA, scored([-1])), null);
  });
});

const side = (precision: "fp16" | "int8", weights: number): SideMemory => ({
  loaded: {
    model: "m", precision, quant: precision === "fp16" ? "F16" : "Q8_0", file_sha256: "ab", backend: "cpu", device: "a processor", threads: 2, context: 1024, slots: 4, gpu_layers: 0,
    memory: { weights, kv_cache: 1e7, compute: 1e6 }, load_ms: 1, active: 0, queued: 0,
  },
  loadMs: 1500, peak: weights + 1.1e7, devicePeak: null,
});

function measurement(over: Partial<PrecisionMeasurement> = {}): PrecisionMeasurement {
  const rows = (["fp16", "int8"] as const).flatMap((precision, side) => [0, 1, 2].flatMap((run) => [
    ...[1, 2].map((prompt) => ({ kind: "single", precision, prompt, run, seed: run, status: "ok", answer: "a", prompt_tokens: 127 + prompt, ttft_ms: 142 - 44 * side + run, decode_tok_s: 89 + 43 * side + run })),
    { kind: "batch", precision, run, seed: run, status: "ok", req_min: 210 + 130 * side + run },
  ]));
  return {
    plan: { model: "m", precisions: ["fp16", "int8"], prompts: ["p", "q"], runs: 3, warmup: 1, maxTokens: 256, temperature: 0.6, topP: undefined, seed: 1, concurrency: 4, text: "t", scoreTokens: 256 },
    memory: [side("fp16", 9.8e9), side("int8", 2.6e9)], alternating: true, rows,
    distance: { ok: true, value: distanceOf(scored([-1, -2, -1.5, -1], {}), scored([-1.1, -2.2, -1.5, -1.3])) ?? assert.fail() },
    greedy: { ok: true, value: [[{ text: "x y", tokens: [1, 2], boxed: null }, { text: "x z", tokens: [1, 3], boxed: null }], [{ text: "f(3) = \\boxed{16}", tokens: [1], boxed: "16" }, { text: "<b>17</b>", tokens: [1], boxed: null }]] },
    likeness: { ok: true, value: likeness([[[1, 0], [0, 1]]], [[[1, 0], [0, 1]]]) },
    remarks: ["made from 4 bits"], partial: false, ...over,
  };
}

describe("the page of two precisions", () => {
  const page = (over: Partial<PrecisionMeasurement> = {}) => precisionPage(comparePrecisions(measurement(over))).map(({ data }) => String(data["text/plain"]));

  it("has the rows of the table that this project grew from, with the change", () => {
    const [speed = ""] = page();
    for (const row of [
      /peak memory of the process +9\.8\d? GB +2\.6\d? GB +-73\.\d %/, /time to first token \(ms\) +143 +99 +-30\.\d %/, /decode \(tok\/s\) +90 +133 +\+4\d\.\d %.*better/,
      /requests per minute, 4 at once +211 +341 +\+6\d\.\d %.*too few pairs/, /graphics device +not available +not available/, /2 prompts x 3 rounds.*temperature 0\.600.*128 to 129 tokens/, /A B B A/, /Note: made from 4 bits/,
    ]) assert.match(speed, row);
  });

  it("says how far the answers are from each other", () => {
    const [, quality = ""] = page();
    for (const row of [/KL divergence, mean .* 0\.020/, /same most likely token +75 %/, /perplexity, INT8 \/ FP16 +1\.25/, /same answer at temperature 0 +1 of 2/, /first difference .* 1 +1 to 1/, /the band\) +0/]) assert.match(quality, row);
  });

  it("shows the worked example for both, inert", () => {
    const [, , worked = ""] = page();
    assert.match(worked, /FP16 +right +16 /);
    assert.match(worked, /INT8 +wrong +– /);
    assert.doesNotMatch(String(precisionPage(comparePrecisions(measurement()))[2]?.data["text/html"]), /<b>/);
  });

  it("says what is not available, and why", () => {
    const error = { code: "no_memory", message: "Both do not fit.", hint: "Close something." };
    const text = page({ memory: [null, null], rows: [], distance: { ok: false, error }, greedy: null, likeness: { ok: false, error }, partial: true, alternating: false }).join("\n");
    for (const part of [/time to first token \(ms\) +not available +not available/, /Probabilities: not available\. Both do not fit\. Close something\./, /Partial/, /one after the other/, /Answers at temperature 0: not available/]) assert.match(text, part);
    assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  });

  it("counts measurements that failed", () => assert.match(page({ rows: [{ kind: "single", precision: "fp16", prompt: 1, run: 0, status: "failed", error: "engine_died" }] })[0] ?? "", /1 of 1 measurements failed.*engine_died/));

  it("leaves a result for other cells", () => {
    const { plain } = comparePrecisions(measurement());
    assertFinite(plain);
    assert.deepEqual((plain.memory as { weights_bytes: unknown }).weights_bytes, { a: 9.8e9, b: 2.6e9 });
  });
});

describe("the questions and the worked example", () => {
  it("are four texts of about 128 tokens", () => {
    for (const prompt of DEFAULT_PROMPTS) assert.ok(prompt.length > 440 && prompt.length < 680, `${prompt.length} characters`);
  });
  const answers: Array<[text: string, boxed: string | null, right: boolean]> = [["", " 16 ", true], ["", "17", false], ["so f(3) = 16.", null, true], ["so f(3) = 160", null, false], ["16 is what I begin with, and then there is a lot more to say about it", null, false]];
  for (const [text, boxed, right] of answers) it(`${text}${boxed ?? ""} is ${right ? "right" : "wrong"}`, () => assert.equal(isRight({ text, boxed, tokens: [] }), right));
});
