import assert from "node:assert/strict";
import { parseCell } from "../../../../kernel/cells/parse.ts";
import type { SettingsCell } from "../../../../kernel/cells/cell.ts";
import { validateCell } from "../../../../kernel/cells/validate.ts";
import { runBenchCell } from "../../../../kernel/session/bench/bench-cell.ts";
import type { BenchRequestedBy } from "../../../../kernel/session/bench/bench-runner.ts";
import type { Model } from "../../../../kernel/experiment/model.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeAccess } from "../../../helpers/fake-access.ts";
import { FakeModel, type ScriptedReply } from "../../../helpers/fake-model.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";
import { withoutPictures } from "../../../helpers/without-pictures.ts";

const scope = { values: {}, stale: [], models: [] };
const RUNS = "application/vnd.retort.runs+json";

async function bench(source: string, model: Model = new FakeModel({ answer: ["a", "b", "c"], promptTokens: 40 }), context = new RecordingContext(), models: Partial<BenchRequestedBy> = {}) {
  const parsed = parseCell(source);
  assert.deepEqual(validateCell(parsed, scope).filter(({ severity }) => severity === "error"), []);
  const access = new FakeAccess(model);
  const ran = await runBenchCell(parsed.cell as SettingsCell, {
    access, models: { notebookModel: undefined, environmentModel: undefined, ...models }, scope, version: "1", notes: [], measureBandwidth: async () => 10e9,
  }, context);
  return { ...ran, context, access, html: context.settledData("text/html").join("\n"), text: context.settledData("text/plain").join("\n") };
}

const rowsOf = (context: RecordingContext) => (context.settledData(RUNS)[0] as { rows: Array<Record<string, unknown>> }).rows;

describe("%%bench cells", function () {
  this.timeout(30_000);

  it("measure every corner: warm-ups with other prompts, cache off, greedy, as long as asked", async () => {
    const model = new FakeModel({ answer: ["a", "b"], promptTokens: 40 });
    const { outcome, name, value, context } = await bench("%%bench\nname: load\nprompt_tokens: 64\nmax_tokens: 20\nmatrix: { precision: [fp16, int8], concurrency: [1, 2] }\nruns: 2\nchart: off", model);
    assert.deepEqual([outcome, name], [{ status: "ok" }, "load"]);
    const measured = model.requests.filter(({ max_tokens }) => max_tokens === 20);
    assert.equal(measured.length, 2 * (2 + 4));
    assert.ok(measured.every((request) => request.temperature === 0 && request.cache_prompt === false && request.ignore_eos === true));
    const prompts = model.requests.filter(({ max_tokens }) => max_tokens !== 1).map(({ messages }) => messages[0]?.content);
    assert.equal(new Set(prompts).size, prompts.length, "no prompt twice");
    assert.equal(rowsOf(context).length, 12);
    assert.deepEqual((value.corners as Array<Record<string, unknown>>).map(({ precision, concurrency }) => [precision, concurrency]), [["fp16", 1], ["fp16", 2], ["int8", 1], ["int8", 2]]);
  });

  it("measure the model and precision of the notebook where they name none, and say how long prompts were", async () => {
    const model = new FakeModel({ answer: ["a"], promptTokens: 40 });
    const { text } = await bench("%%bench\nrequests: 1\nprompt_tokens: 64", model, undefined, { notebookModel: "mine", notebookPrecision: "fp16" });
    assert.deepEqual([model.requests.at(-1)?.model, model.requests.at(-1)?.precision], ["mine", "fp16"]);
    assert.match(text, /prompts had 40 tokens where 64 were asked for/);
  });

  it("show a table and, over a matrix, a chart; the named result has figures for both", async () => {
    const { html, text, context } = await bench("%%bench\nmatrix: { concurrency: [1, 2] }\nruns: 2\nslo: { ttft_ms: 800 }");
    assert.match(html, /throughput \(tok\/s\)/);
    assert.match(html, /goodput\/min/);
    assert.match(text, /concurrency 2 +4 /);
    assert.match(text, /Prompt cache: cold/);
    assert.match(text, /Line chart of throughput \(tok\/s\) over concurrency/);
    assert.equal(context.settledData("image/svg+xml").length, 1);
    assert.ok(!withoutPictures(context.events).includes("NaN"));
  });

  it("keep what was measured when they are interrupted, marked as partial", async () => {
    const context = new RecordingContext();
    let measured = 0;
    const model = new FakeModel((request): ScriptedReply => {
      if (request.max_tokens === 64 && ++measured === 3) setTimeout(() => context.controller.abort(), 5);
      return measured >= 3 ? { hang: true } : { answer: ["a"], promptTokens: 40 };
    });
    const { outcome, value, text } = await bench("%%bench\nrequests: 10\nchart: off", model, context);
    assert.equal(outcome.status === "error" && outcome.ename, "KeyboardInterrupt");
    assert.equal(value.partial, true);
    assert.equal((value.runs as unknown[]).length, 3);
    assert.match(text, /2 of 10/);
    assert.match(text, /Partial/);
  });

  it("count failed requests by what happened, never in the figures", async () => {
    let n = 0;
    const model = new FakeModel((request): ScriptedReply => (request.max_tokens === 64 && ++n === 2 ? { error: new RetortError({ code: "engine_died", message: "It died.", status: 502 }) } : { answer: ["a"], promptTokens: 40 }));
    const { outcome, text } = await bench("%%bench\nrequests: 3", model);
    assert.equal(outcome.status, "ok");
    assert.match(text, /2 of 3/);
    assert.match(text, /1 engine/);
  });

  it("end with the error when every request fails", async () => {
    const model = new FakeModel({ error: new RetortError({ code: "context_overflow", message: "Too long.", status: 400 }) });
    const { outcome } = await bench("%%bench\nmatrix: { prompt_tokens: [64, 128] }", model);
    assert.equal(outcome.status === "error" && outcome.ename, "ContextOverflow");
  });

  it("do not lose the corners that can be measured to one that cannot", async () => {
    const model = new FakeModel((request): ScriptedReply => (request.precision === "fp16" ? { error: new RetortError({ code: "no_memory", message: "It does not fit.", status: 507 }) } : { answer: ["a"], promptTokens: 40 }));
    const { outcome, text } = await bench("%%bench\nmatrix: { precision: [fp16, int8] }", model);
    assert.equal(outcome.status, "ok");
    assert.match(text, /precision fp16: not measured: no_memory/);
  });

  it("ask before very many requests, and stop at a no", async () => {
    const { outcome, context, value } = await bench("%%bench\nrequests: 500", undefined, new RecordingContext(["n"]));
    assert.match(context.prompts[0] ?? "", /500 requests would take about \d+ min/);
    assert.deepEqual([outcome.status, (value.runs as unknown[]).length], ["ok", 0]);
  });

  it("refuse limits and keys that do not go together, at their place", () => {
    const codes = (source: string) => validateCell(parseCell(source), scope).filter(({ severity }) => severity === "error").map(({ code }) => code);
    assert.deepEqual(codes("%%bench\nrate: 2\nconcurrency: 4"), ["conflict"]);
    assert.deepEqual(codes("%%bench\nburstiness: 2"), ["conflict"]);
    assert.deepEqual(codes("%%bench\nruns: 2\nduration: 3"), ["conflict"]);
    assert.deepEqual(codes("%%bench\nrate: 1\nruns: 3"), ["conflict"]);
    assert.deepEqual(codes("%%bench\nconcurrency: 2\nmatrix: { concurrency: [1] }"), ["conflict"]);
    assert.deepEqual(codes("%%bench\nmatrix: { concurency: [1] }"), ["unknown_key"]);
    assert.deepEqual(codes("%%bench\nmatrix: { concurrency: [1, 1] }"), ["duplicate_value"]);
    assert.deepEqual(codes("%%bench\nconcurrency: 0"), ["out_of_range"]);
    assert.deepEqual(codes("%%bench\nruns: 1000000000"), ["out_of_range"]);
    assert.deepEqual(codes("%%bench\nmatrix: { concurrency: [200, 256] }\nruns: 1000"), ["too_many_runs"]);
    assert.deepEqual(codes("%%bench\nslo: { ttft: 5 }"), ["unknown_key"]);
    assert.deepEqual(codes("%%bench\nslo: { ttft_ms: 0 }"), ["out_of_range"]);
    assert.deepEqual(codes("%%bench\nchart: { y: 5 }"), ["unknown_value"]);
    assert.deepEqual(codes("%%bench\nisl: 5"), ["unknown_key"]);
    assert.deepEqual(codes("%%bench"), []);
  });
});
