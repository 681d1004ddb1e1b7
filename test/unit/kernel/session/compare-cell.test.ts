import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuntimeApi } from "../../../../kernel/session/model-access.ts";
import { runPrecisionCell } from "../../../../kernel/session/precision-cell.ts";
import type { ModelRequest } from "../../../../kernel/experiment/model.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel, type ScriptedReply } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";
import { assertFinite } from "../../../helpers/statistics-reference.ts";

/** FP16 waits longer for its first token; both have some noise that the seed decides. */
const bySide = ({ precision, seed = 0 }: ModelRequest): ScriptedReply => ({ answer: ["1", "6"], ttftMs: (precision === "fp16" ? 140 : 100) + (seed % 5) });
const SWEEP = "---\nname: load\nmatrix: { precision: [fp16, int8] }\nruns: 8\nseed: 3\n---\nHow much is 4 x 4?";
const RUNS = "application/vnd.retort.runs+json";

const text = (context: RecordingContext) => context.settledData("text/plain").join("\n");

describe("%%compare cells", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "retort-compare-"));
  const setUp = (...script: ConstructorParameters<typeof FakeModel>) => new Notebook(new FakeModel(...(script.length === 0 ? [bySide] : script)), { folder });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("compare two corners of a result, paired by repeat, and leave a result", async () => {
    const notebook = setUp();
    await notebook.run(SWEEP);
    const context = await notebook.run("%%compare\nname: versus\na: load where precision = fp16\nb: load where precision = int8\nshow: [ttft_ms, tok_s]");
    assert.deepEqual(context.outcome, { status: "ok" });
    assert.match(text(context), /time to first token \(ms\) +\d+ +\d+ +-40 .* 8 +< 0\.001 +better/);
    assert.match(text(context), /decode \(tok\/s\) +40 +40 +0 .*no difference shown/);
    assert.match(text(context), /8 pairs, by run\./);
    assert.equal((await notebook.session.evaluate("versus.figures.ttft_ms.verdict"))["text/plain"], "better");
    const figures = JSON.parse((await notebook.session.evaluate("versus.figures | json"))["text/plain"] as string) as unknown;
    assertFinite(figures);
  });

  it("compare with an earlier run in a saved notebook, and with a file of results", async () => {
    const notebook = setUp();
    const saved = await notebook.run(SWEEP);
    const outputs = saved.settled.flatMap((event) => (event.type === "display" ? [{ output_type: "display_data", data: event.data, metadata: event.metadata }] : []));
    writeFileSync(join(folder, "old.ipynb"), JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", outputs }] }));
    const rows = Array.from({ length: 8 }, (_, run) => JSON.stringify({ precision: "int8", run, seed: run, status: "ok", ttft_ms: 300 + run }));
    writeFileSync(join(folder, "x.jsonl"), `${rows.join("\n")}\n{"half`);
    const context = await notebook.run("%%compare\na: old.ipynb#load where precision = int8\nb: ./x.jsonl\nshow: ttft_ms");
    assert.match(text(context), /time to first token .* 8 .* worse/);
    assert.match(text(context), /different seeds/);
    assert.match(text(context), /B: 1 lines could not be read/);
  });

  const refused: Array<[source: string, ename: string, says: RegExp]> = [
    ["a: load where precision = q4\nb: load", "NoRows", /None of the 16 runs fits/],
    ["a: load where nothing = 1\nb: load", "NoRows", /None of the 16 runs fits/],
    ["a: load\nb: ./missing.jsonl", "FileUnreadable", /missing\.jsonl cannot be read \(ENOENT\)/],
    ["a: load\nb: ./broken.ipynb#load", "NotebookUnreadable", /not valid JSON/],
    ["a: load\nb: ./empty.ipynb#load", "NoResult", /no result of several runs called `load`/],
    ["a: load\nb: tone", "NoResult", /`tone` is no result of runs/],
  ];
  it("refuse what is not there, each with its reason", async () => {
    const notebook = setUp();
    writeFileSync(join(folder, "broken.ipynb"), "{");
    writeFileSync(join(folder, "empty.ipynb"), '{"nbformat":4,"cells":[]}');
    await notebook.run("%%vars\ntone: kind");
    await notebook.run(SWEEP);
    for (const [source, ename, says] of refused) {
      const error = errorOf((await notebook.run(`%%compare\n${source}`)).outcome);
      assert.equal(error.ename, ename, `${source}: ${error.evalue}`);
      assert.match(error.evalue, says);
    }
  });

  it("fault 80: all runs of one side failed, and a figure that nobody has", async () => {
    const notebook = setUp((request) => (request.precision === "int8" ? { error: new RetortError({ code: "engine_died", message: "Gone.", status: 503 }) } : bySide(request)));
    await notebook.run(SWEEP);
    const context = await notebook.run("%%compare\na: load where precision = fp16\nb: load where precision = int8\nshow: [ttft_ms, pass, nothing]");
    assert.deepEqual(context.outcome, { status: "ok" });
    assert.match(text(context), /time to first token \(ms\) +1\d\d +– .* not available/);
    assert.match(text(context), /Not finished, and in no mean: 0 runs of A, 8 of B/);
    assert.doesNotMatch(text(context), /NaN|Infinity/);
  });
});

const PRECISIONS = "%%compare\nname: page\nprecision: [fp16, int8]\nprompts: [one two three, four five]\nruns: 4\nmax_tokens: 8\nconcurrency: 2";

describe("%%compare precision", function () {
  this.timeout(30_000);

  it("loads each side alone, takes turns, and prints a page with what is not available named", async () => {
    const model = new FakeModel(bySide);
    const notebook = new Notebook(model, { model: "here" });
    const context = await notebook.run(PRECISIONS);
    assert.deepEqual(context.outcome, { status: "ok" });
    const [speed = "", quality = "", worked = ""] = context.settledData("text/plain").map(String);
    assert.match(speed, /time to first token \(ms\) +14\d +10\d +-2\d\.\d %.*better/);
    assert.match(speed, /requests per minute, 2 at once/);
    assert.match(quality, /same answer at temperature 0 +3 of 3/);
    assert.match(quality, /Probabilities: not available\. .*no probabilities/);
    assert.match(worked, /FP16 +right/);
    assert.deepEqual(notebook.access.calls.filter((call) => call.startsWith("load")).slice(2, 4), ["load here fp16", "load here int8"]);
    const timed = model.requests.filter(({ max_tokens, temperature }) => max_tokens === 8 && temperature === 0.6).map(({ precision }) => precision);
    assert.ok(timed.join(" ").includes("fp16 int8 int8 fp16"), "A B B A");
    const { rows } = context.settledData(RUNS)[0] as { rows: Array<Record<string, unknown>> };
    assert.equal(rows.length, 2 * (2 * 4 + 4));
    assert.ok(JSON.stringify(context.settled).length < 60_000);
    const again = await notebook.run("%%compare\na: page where precision = fp16 and kind = single\nb: page where precision = int8 and kind = single\nshow: ttft_ms");
    assert.match(String(again.settledData("text/plain")[0]), /better[^]*8 pairs, by kind, prompt, run/);
  });

  it("fault 48: an interrupt keeps what was measured, marked as partial", async () => {
    const context = new RecordingContext();
    const model = new FakeModel((request) => {
      if (request.temperature === 0.6 && request.seed === 3 && request.precision === "int8") queueMicrotask(() => context.controller.abort());
      return { ...bySide(request), delayMs: 1 };
    });
    const { outcome } = await new Notebook(model, { model: "here" }).run(PRECISIONS, context);
    assert.equal(errorOf(outcome).ename, "KeyboardInterrupt");
    assert.match(String(context.settledData("text/plain")[0]), /Partial: interrupted/);
  });

  it("fault 47: a long one asks first, and stops where nobody can be asked", async () => {
    const long = "%%compare\nprecision: [fp16, int8]\nruns: 30\nmax_tokens: 8";
    const asked = new RecordingContext(["n"]);
    const model = new FakeModel(bySide);
    assert.deepEqual((await new Notebook(model, { model: "here" }).run(long, asked)).outcome, { status: "ok" });
    assert.match(asked.prompts[0] ?? "", /478 more answers would take about 1 min\. Go on\?/);
    assert.match(text(asked), /Partial/);
    const alone = errorOf((await new Notebook(new FakeModel(bySide), { model: "here" }).run(long)).outcome);
    assert.equal(alone.ename, "NeedsConfirmation");
    assert.ok(model.requests.length < 20);
  });

  it("is refused against another server, with what to do instead", async () => {
    const access = { current: null, connect: async () => ({ model: new FakeModel(), runtime: { local: false } as RuntimeApi }), dispose: () => undefined };
    await assert.rejects(runPrecisionCell({ precision: ["fp16", "int8"] }, { access, model: undefined, version: "1" }, new RecordingContext()), { code: "needs_local_runtime" });
  });

  it("one failed request is a remark, not the end", async () => {
    let asked = 0;
    const model = new FakeModel((request) => (++asked === 9 ? { error: new RetortError({ code: "engine_died", message: "Gone.", status: 503 }) } : bySide(request)));
    const context = await new Notebook(model, { model: "here" }).run(PRECISIONS);
    assert.deepEqual(context.outcome, { status: "ok" });
    assert.match(String(context.settledData("text/plain")[0]), /1 of 24 measurements failed.*engine_died/);
  });
});
