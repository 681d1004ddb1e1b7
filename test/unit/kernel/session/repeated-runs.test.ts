import assert from "node:assert/strict";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";
import { withoutPictures } from "../../../helpers/without-pictures.ts";

describe("repeated runs", () => {
  it("give a statistics table, a chart, the first answer; seeds count up and no cache answers", async () => {
    const model = new FakeModel({ answer: ["warm"] }, { answer: ["first"] }, { answer: ["second"], ttftMs: 70 }, { answer: ["third"], ttftMs: 60 });
    const notebook = new Notebook(model);
    const cell = await notebook.run("---\nname: solve\nruns: 3\nseed: 100\n---\nOne two three.");
    assert.deepEqual(cell.outcome, { status: "ok" });
    assert.deepEqual(model.requests.map(({ seed }) => seed), [undefined, 100, 101, 102]);
    assert.ok(model.requests.every((request) => request.cache_prompt === false));
    assert.equal(cell.text("stdout"), "", "several answers are not streamed into each other");
    const html = String(cell.settledData("text/html")[0]);
    assert.match(html, /time to first token/);
    assert.match(html, /3 of 3 runs finished/);
    assert.equal(cell.settledData("image/svg+xml").length, 1);
    assert.ok(cell.settledData("text/markdown").includes("first"));
    assert.deepEqual((await notebook.session.evaluate("solve.stats.ttft_ms.mean"))["text/plain"], "60");
    assert.deepEqual((await notebook.session.evaluate("solve.stats.tok_s.median"))["text/plain"], "40");
  });

  it("carry their samples in the table's bundle", async () => {
    const cell = await new Notebook(new FakeModel({ answer: "a" })).run("---\nruns: 3\nseed: 5\n---\nHi");
    const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ total: number; left_out: number; rows: Array<Record<string, unknown>> }>;
    assert.equal(samples?.total, 3);
    assert.equal(samples.left_out, 0);
    assert.deepEqual(samples.rows.map(({ seed, run, status, ttft_ms, cache }) => ({ seed, run, status, ttft_ms, cache }))[2], { seed: 7, run: 2, status: "ok", ttft_ms: 50, cache: "cold" });
  });

  it("fault 52: every output has plain text beside whatever a viewer may not know", async () => {
    const notebook = new Notebook(new FakeModel({ answer: '{"a": 1}' }));
    for (const source of ["Hi", "---\noutput: json\n---\nHi", "---\nruns: 2\n---\nHi", "---\nmatrix: { top_k: [1, 2] }\n---\nHi"]) {
      const cell = await notebook.run(source);
      assert.ok(cell.settled.length >= 2);
      for (const event of cell.settled) assert.equal(typeof (event.type === "display" ? event.data["text/plain"] : undefined), "string");
    }
  });

  it("cut the samples at 64 KB and say how many are left out", async () => {
    const cell = await new Notebook(new FakeModel({ answer: "x".repeat(20_000) })).run("---\nruns: 10\nwarmup: 0\n---\nHi");
    const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ left_out: number; rows: unknown[] }>;
    assert.deepEqual([samples?.rows.length, samples?.left_out], [3, 7]);
  });

  it("compare precisions: paired seeds, A B B A, a row for each", async () => {
    const model = new FakeModel((request) => ({ answer: request.precision ?? "" }));
    const notebook = new Notebook(model);
    const cell = await notebook.run("---\nname: pair\nmatrix: { precision: [fp16, int8] }\nruns: 2\nwarmup: 0\nseed: 7\n---\nHi");
    assert.deepEqual(model.requests.map(({ precision, seed }) => [precision, seed]), [["fp16", 7], ["int8", 7], ["int8", 8], ["fp16", 8]]);
    assert.deepEqual(notebook.access.calls, ["load here fp16", "load here int8"]);
    const html = String(cell.settledData("text/html")[0]);
    assert.match(html, /precision fp16/);
    assert.match(html, /precision int8/);
    assert.deepEqual((await notebook.session.evaluate("pair.corners[1].stats.ttft_ms.n"))["text/plain"], "2");
  });

  it("never lose the others to one that fails", async () => {
    const died = new RetortError({ code: "engine_died", message: "The engine ended." });
    const cell = await new Notebook(new FakeModel({ answer: "a" }, { error: died }, { answer: "c" })).run("---\nruns: 3\nwarmup: 0\n---\nHi");
    assert.deepEqual(cell.outcome, { status: "ok" });
    const text = cell.settledData("text/plain").join("\n");
    assert.match(text, /2 of 3 runs finished, 1 failed/);
    assert.match(text, /engine_died: The engine ended\./);
  });

  it("fault 50: end with the error when all fail, and ask no more than once for what cannot be", async () => {
    const refused = new RetortError({ code: "context_overflow", message: "Too long.", status: 400 });
    const model = new FakeModel({ error: refused });
    const cell = await new Notebook(model).run("---\nruns: 5\nwarmup: 0\n---\nHi");
    assert.equal(errorOf(cell.outcome).ename, "ContextOverflow");
    assert.equal(model.requests.length, 1);
    assert.ok(!withoutPictures(cell.events).includes("NaN"));
  });

  it("fault 50: show runs without a first token as not available", async () => {
    const cell = await new Notebook(new FakeModel({ answer: "", ttftMs: null })).run("---\nruns: 2\nwarmup: 0\n---\nHi");
    assert.equal(cell.outcome.status, "ok");
    assert.ok(!/NaN|undefined|Infinity/.test(cell.settledData("text/plain").join("\n")));
  });

  it("fault 48: between runs an interrupt keeps the finished ones, marked partial", async () => {
    const context = new RecordingContext();
    const model = new FakeModel({ answer: "one" }, () => ({ answer: "two" }), () => {
      context.controller.abort();
      return { hang: true };
    });
    const notebook = new Notebook(model);
    const cell = await notebook.run("---\nname: solve\nruns: 5\nwarmup: 0\n---\nHi", context);
    assert.equal(errorOf(cell.outcome).ename, "KeyboardInterrupt");
    assert.match(cell.settledData("text/plain").join("\n"), /2 of 5 runs finished.*1 cancelled[^]*Partial/);
    assert.deepEqual(await notebook.session.evaluate("solve.partial"), { "text/plain": "true" });
    assert.deepEqual(await notebook.session.evaluate("solve.stats.ttft_ms.n"), { "text/plain": "2" });
  });
});

describe("fault 47: how many runs", () => {
  for (const runs of ["0", "-1", "1e9", "1.5", "many"]) {
    it(`runs: ${runs} never reaches the model`, async () => {
      const model = new FakeModel();
      assert.equal((await new Notebook(model).run(`---\nruns: ${runs}\n---\nHi`)).outcome.status, "error");
      assert.equal(model.requests.length, 0);
    });
  }

  const many = "---\nruns: 300\nwarmup: 0\n---\nHi";
  const answers = [
    { title: "goes on after yes", answer: ["y"], asked: 300 },
    { title: "stops after no, with what there is", answer: ["no"], asked: 1 },
  ];
  for (const { title, answer, asked } of answers) {
    it(`many answers: tells the count and the time, and ${title}`, async () => {
      const model = new FakeModel({ answer: "a" });
      const cell = await new Notebook(model).run(many, new RecordingContext(answer));
      assert.deepEqual(cell.prompts, ["299 more answers would take about 23 s. Go on? [y/N] "]);
      assert.equal(model.requests.length, asked);
      assert.deepEqual(cell.outcome, { status: "ok" });
    });
  }

  it("many answers where nobody can be asked: keeps the first, and names what to do", async () => {
    const model = new FakeModel({ answer: "a" });
    const notebook = new Notebook(model);
    const { ename, evalue, traceback } = errorOf((await notebook.run(many)).outcome);
    assert.deepEqual([ename, evalue], ["NeedsConfirmation", "299 more answers would take about 23 s, and this front end cannot ask whether to go on."]);
    assert.match(traceback.join("\n"), /Hint: .*`confirm: off`/);
    assert.equal(model.requests.length, 1);
    assert.deepEqual((await notebook.session.evaluate("_.runs.size"))["text/plain"], "1");
  });

  for (const allowed of ["---\nruns: 300\nwarmup: 0\nconfirm: off\n---\nHi", many]) {
    it(`many answers with \`confirm: off\` ${allowed === many ? "for the notebook" : "in the cell"}: goes on`, async () => {
      const model = new FakeModel({ answer: "a" });
      const notebook = new Notebook(model);
      if (allowed === many) await notebook.run("%defaults confirm=off");
      assert.equal((await notebook.run(allowed)).outcome.status, "ok");
      assert.equal(model.requests.length, 300);
    });
  }
});
