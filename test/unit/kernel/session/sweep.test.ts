import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { withoutPictures } from "../../../helpers/without-pictures.ts";

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "retort-sweep-")); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plain = (cell: { settledData(mime: string): unknown[] }) => cell.settledData("text/plain").join("\n");

describe("a matrix over several keys", () => {
  it("asks for every combination with paired seeds, and lays them out", async () => {
    const model = new FakeModel((request) => ({ answer: `${request.temperature} ${request.precision}` }));
    const cell = await new Notebook(model, { folder }).run("---\nmatrix: { temperature: [0, 0.5, 1], precision: [fp16, int8] }\nruns: 2\nseed: 3\nwarmup: 0\n---\nHi");
    assert.deepEqual(cell.outcome, { status: "ok" });
    assert.equal(model.requests.length, 12);
    const corners = new Map<string, number[]>();
    for (const { temperature, precision, seed } of model.requests) corners.set(`${temperature} ${precision}`, [...corners.get(`${temperature} ${precision}`) ?? [], seed ?? -1]);
    assert.deepEqual([...corners.values()], Array.from({ length: 6 }, () => [3, 4]));
    const text = plain(cell);
    assert.match(text, /temperature +precision fp16 +precision int8/);
    assert.match(text, /^0\.5 +40 \(40 to 40\) +40 \(40 to 40\)$/m);
    assert.match(text, /n = 2 for each setting, 12 runs in all\./);
  });

  it("sweeps variables of the template, with names for long ones", async () => {
    const model = new FakeModel();
    const notebook = new Notebook(model, { folder });
    await notebook.run("%%vars\nname: Ada");
    await notebook.run("---\nname: v\nwarmup: 0\nmatrix: { tone: { short: 'Be brief.', warm: 'Be kind.' }, n: [1, 2] }\n---\n{{ tone }} {{ n }} {{ name }}");
    assert.deepEqual(model.requests.map(({ messages }) => messages[0]?.content).sort(), ["Be brief. 1 Ada", "Be brief. 2 Ada", "Be kind. 1 Ada", "Be kind. 2 Ada"]);
    assert.equal((await notebook.session.evaluate("v.corners[3].tone"))["text/plain"], "warm");
  });

  it("sweeps whole prompts, which are templates of their own", async () => {
    const model = new FakeModel();
    await new Notebook(model, { folder }).run("---\nwarmup: 0\nmatrix: { prompt: { bare: '{{ row.q }}', polite: 'Please: {{ row.q }}' } }\ndata: [{ q: 'Why?' }]\n---\nsystem:\nBe brief.\nuser:\n{{ prompt }}");
    assert.deepEqual(model.requests.map(({ messages }) => messages.map(({ content }) => content)), [["Be brief.", "Why?"], ["Be brief.", "Please: Why?"]]);
  });

  const wrong: Array<[title: string, keys: string, body: string, code: RegExp, says: RegExp]> = [
    ["a variable that the prompt does not use", "matrix: { tone: [a, b] }", "{{ ton }}", /UnusedAxis|UnknownVariable/, /tone/],
    ["a misspelt key", "matrix: { temprature: [0, 1] }", "Hi", /UnusedAxis/, /Did you mean `temperature`/],
    ["prompts that are not put in", "matrix: { prompt: { a: x, b: y } }", "Hi", /UnusedAxis/, /\{\{ prompt \}\}/],
    ["a variable in a prompt that is not known", "matrix: { prompt: { a: '{{ qestion }}', b: y } }", "{{ prompt }}", /UnknownVariable/, /qestion/],
    ["a key that is set twice", "matrix: { temperature: [0, 1], top_k: [1] }\ntop_k: 3", "Hi", /Conflict/, /top_k/],
    ["an axis in the report that is none", "matrix: { top_k: [1, 2] }\nreport: { rows: temperature }", "Hi", /UnknownValue/, /temperature/],
    ["resume without save", "resume: on", "Hi", /NeedsKey/, /save/],
  ];
  for (const [title, keys, body, code, says] of wrong) {
    it(`${title}: never reaches the model`, async () => {
      const model = new FakeModel();
      const { ename, traceback } = errorOf((await new Notebook(model, { folder }).run(`---\n${keys}\n---\n${body}`)).outcome);
      assert.match(ename, code);
      assert.match(traceback.join("\n"), says);
      assert.equal(model.requests.length, 0);
    });
  }
});

describe("report", () => {
  const source = "---\nwarmup: 0\nruns: 9\nmatrix: { top_k: [1, 2], precision: [fp16, int8] }\nreport: { rows: top_k, columns: precision, show: [tok_s, ttft_ms] }\n---\nHi";

  it("has one table for each metric, in HTML and in text", async () => {
    const cell = await new Notebook(new FakeModel(), { folder }).run(source);
    const text = plain(cell);
    assert.match(text, /^decode \(tok\/s\)\ntop_k +precision fp16 +precision int8\n/);
    assert.match(text, /^time to first token \(ms\)$/m);
    assert.equal(String(cell.settledData("text/html")[0]).match(/<table/g)?.length, 2);
  });

  it("shows outliers with and without", async () => {
    let n = 0;
    const cell = await new Notebook(new FakeModel((request) => ({ ttftMs: request.top_k === 1 && request.precision === "fp16" && ++n === 5 ? 900 : 50 + n % 3 })), { folder }).run(source);
    assert.match(plain(cell), /without 1 outlier/);
  });

  it("fault 80: failures and missing values are dashes, never NaN", async () => {
    const died = new RetortError({ code: "engine_died", message: "gone" });
    const cell = await new Notebook(new FakeModel((request) => (request.precision === "fp16" ? { error: died } : { ttftMs: null })), { folder }).run(source);
    assert.deepEqual(cell.outcome, { status: "ok" });
    const text = plain(cell);
    assert.match(text, /^1 +– +40 \(40 to 40\)$/m);
    assert.match(text, /n = 0 to 9 for each setting, 36 runs in all, 18 failed/);
    assert.ok(!/NaN|Infinity|undefined/.test(withoutPictures(cell.settled)));
  });

  it("fault 80: all of them failing is the error of the cell", async () => {
    const died = new RetortError({ code: "engine_died", message: "The engine ended." });
    const cell = await new Notebook(new FakeModel({ error: died }), { folder }).run(source);
    assert.equal(errorOf(cell.outcome).ename, "EngineDied");
    assert.ok(!/NaN|Infinity/.test(withoutPictures(cell.settled)));
  });
});

describe("the size of an output", () => {
  const bytesOf = (cell: { settled: unknown[] }) => Buffer.byteLength(JSON.stringify(cell.settled));
  /** What a small model says in 250 tokens. */
  const answer = "The sky is red at sunset because the light takes a longer way. ".repeat(16);

  it("one answer: at most 30 KB", async () => {
    assert.ok(bytesOf(await new Notebook(new FakeModel({ answer }), { folder }).run("Why?")) <= 30 * 1024);
  });

  it("a sweep of 40: at most 150 KB", async () => {
    let n = 0;
    const model = new FakeModel(() => ({ answer, ttftMs: 40 + (n++ * 7) % 23 }));
    const cell = await new Notebook(model, { folder }).run("---\nmatrix: { temperature: [0, 0.3, 0.6, 0.9], precision: [fp16, int8] }\nruns: 5\nseed: 100\n---\nWhy?");
    assert.equal(model.requests.length, 48);
    assert.ok(bytesOf(cell) <= 150 * 1024, `${bytesOf(cell)} bytes`);
  });

  it("samples that do not fit go to a file beside the notebook, whole", async () => {
    const notebook = new Notebook(new FakeModel({ answer }), { folder });
    const source = "---\nname: many\nruns: 199\nconfirm: off\n---\nWhy?";
    const cell = await notebook.run(source);
    assert.ok(bytesOf(cell) <= 150 * 1024, `${bytesOf(cell)} bytes`);
    const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ sidecar: string; left_out: number; total: number }>;
    assert.match(samples?.sidecar ?? "", /^retort-runs\/many-[0-9a-f]{12}\.jsonl$/);
    assert.ok((samples?.left_out ?? 0) > 0);
    const path = join(folder, samples?.sidecar ?? "");
    assert.equal(readFileSync(path, "utf8").trimEnd().split("\n").length, 199);
    assert.match(plain(cell), /All 199 answers: retort-runs\//);
    await notebook.run(source);
    assert.ok(existsSync(path), "the samples of an earlier output stay");
  });
});

describe("progress", () => {
  it("is one table that fills in, at most four times a second, and then a fresh one", async () => {
    const model = new FakeModel({ answer: ["a"], delayMs: 8 });
    const cell = await new Notebook(model, { folder }).run("---\nmatrix: { top_k: [1, 2, 3] }\nruns: 60\nwarmup: 0\n---\nHi");
    const shown = cell.events.filter((event) => event.type === "display" && event.displayId !== undefined);
    const updates = cell.events.filter((event) => event.type === "update");
    assert.equal(shown.length, 1);
    assert.ok(updates.length >= 1);
    const last = updates.at(-1);
    assert.ok(last?.type === "update" && shown[0]?.type === "display" && last.displayId === shown[0].displayId);
    assert.match(String(last.data["text/plain"]), /^setting +done[^]*\n\d+ of 180 requests, about \d+ s left$/);
    assert.match(String(last.data["text/html"]), /<table/);
    assert.deepEqual(cell.events.slice(cell.events.lastIndexOf(last) + 1).map(({ type }) => type)[0], "clear");
    assert.ok(cell.settled.length >= 2);
  });
});
