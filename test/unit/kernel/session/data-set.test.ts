import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RetortError } from "../../../../runtime/errors.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

const echo = () => new FakeModel((request) => ({ answer: `<${request.messages[0]?.content}>` }));
let folder: string;
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
const linesOf = (name: string) => readFileSync(join(folder, name), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>);
const questions = (count: number) => Array.from({ length: count }, (_, n) => JSON.stringify({ q: `question ${n}` })).join("\n");
const cell = (keys: string) => `---\nname: set\nwarmup: 0\n${keys}\n---\n{{ row.q }}`;

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "retort-data-")); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a data set", () => {
  it("asks once for each row and shows what came of it", async () => {
    file("q.csv", "q,a\nWhy?,1\nHow?,2\n");
    const model = echo();
    const notebook = new Notebook(model, { folder });
    const ran = await notebook.run(cell("data: ./q.csv"));
    assert.deepEqual(ran.outcome, { status: "ok" });
    assert.deepEqual(model.requests.map(({ messages, seed }) => [messages[0]?.content, seed]), [["Why?", 1], ["How?", 1]]);
    assert.deepEqual((await notebook.session.evaluate("set.runs[1].row.a"))["text/plain"], "2");
    assert.match(ran.settledData("text/plain").join("\n"), /<How\?>/);
    const record = ran.settled.flatMap((event) => (event.type === "display" && event.metadata["retort"] !== undefined ? [event.metadata["retort"]] : []))[0] as { data: unknown };
    assert.match(JSON.stringify(record.data), /^\{"file":"\.\/q\.csv","sha256":"[0-9a-f]{64}","total":2,"rows":2,"asked":2\}$/);
  });

  it("takes rows that stand in the cell, and all keys that choose among them", async () => {
    const model = echo();
    await new Notebook(model, { folder }).run(cell("data: [{ q: a, n: 1 }, { q: b, n: 2 }, { q: c, n: 3 }]\nwhere: { n: { at_least: 2 } }\nlimit: 1"));
    assert.deepEqual(model.requests.map(({ messages }) => messages[0]?.content), ["b"]);
  });

  it("one bad row and one without the field never lose the others", async () => {
    file("q.jsonl", '{"q":"a"}\n{"q":\n{"p":"c"}\n{"q":"d"}\n');
    const model = echo();
    const notebook = new Notebook(model, { folder });
    const ran = await notebook.run(cell("data: q.jsonl\nsave: out.jsonl"));
    assert.deepEqual(ran.outcome, { status: "ok" });
    assert.deepEqual(linesOf("out.jsonl").map(({ status, row_line, answer, error }) => [status, row_line, answer, (error as { code: string } | null)?.code]), [
      ["ok", 1, "<a>", undefined], ["failed", 2, "", "bad_row"], ["failed", 3, "", "unknown_variable"], ["ok", 4, "<d>", undefined],
    ]);
    const text = ran.settledData("text/plain").join("\n");
    assert.match(text, /Line 2 of the data cannot be used/);
    assert.match(text, /Line 3 of the data: `row\.q` is not known/);
  });

  const refused: Array<[title: string, keys: string, code: RegExp]> = [
    ["a file that is not there", "data: none.csv", /DataMissing/], ["a folder", "data: sub.csv", /DataUnreadable/], ["a file that is not UTF-8", "data: latin.csv", /DataUnreadable/],
    ["a column that no row has", "data: q.csv\nwhere: { spilt: a }", /UnknownColumn/], ["no row that fits", "data: q.csv\nwhere: { q: z }", /NoRows/],
    ["an empty file", "data: empty.csv", /BadData/], ["a field that no row has", "data: other.csv", /UnknownVariable/],
  ];
  for (const [title, keys, code] of refused) {
    it(`${title} never reaches the model`, async () => {
      file("q.csv", "q\na\n");
      file("other.csv", "p\na\n");
      file("empty.csv", "");
      writeFileSync(join(folder, "latin.csv"), Buffer.from([0x71, 0x0a, 0xe9, 0x0a]));
      mkdirSync(join(folder, "sub.csv"));
      const notebook = new Notebook(echo(), { folder });
      assert.match(errorOf((await notebook.run(cell(keys))).outcome).ename, code);
      assert.equal(notebook.access.connects, 0);
    });
  }

  it("without rows, or a field of them, says so before it runs", async () => {
    const notebook = new Notebook(echo(), { folder });
    assert.equal(errorOf((await notebook.run("{{ row.q }}")).outcome).ename, "UnknownVariable");
    assert.match(errorOf((await notebook.run(cell("data: [{ q: a }]").replace("row.q", "row.p"))).outcome).evalue, /`row\.p` is not known/);
  });

  for (const [title, change, says] of [
    ["changes", () => file("q.csv", "q\nother\n"), /q\.csv has changed while the cell ran/],
    ["vanishes", () => rmSync(join(folder, "q.csv")), /q\.csv has vanished while the cell ran/],
  ] as const) {
    it(`a file that ${title} half-way: the rows as they were, and a remark`, async () => {
      file("q.csv", "q\na\nb\n");
      const model = new FakeModel((request) => { change(); return { answer: `<${request.messages[0]?.content}>` }; });
      const ran = await new Notebook(model, { folder }).run(cell("data: q.csv"));
      assert.deepEqual(model.requests.map(({ messages }) => messages[0]?.content), ["a", "b"]);
      assert.match(String(ran.settledData("text/plain").at(-1)), says);
    });
  }

  it("inspect shows the prompt of the first row", async () => {
    file("q.csv", "q\nWhy?\n");
    const reply = await new Notebook(echo(), { folder }).session.inspect(cell("data: q.csv"), 0, 1);
    assert.match(String(reply.data["text/plain"]), /Why\?/);
  });
});

describe("save and resume", () => {
  it("writes every answer when it is there, whole in itself", async () => {
    file("q.jsonl", questions(3));
    const seen: number[] = [];
    const model = new FakeModel(() => { seen.push(readFileSync(join(folder, "results/out.jsonl"), "utf8").split("\n").length - 1); return { answer: "A" }; });
    await new Notebook(model, { folder }).run(cell("data: q.jsonl\nsave: results/out.jsonl\nmatrix: { top_k: [1, 2] }\nseed: 9"));
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
    const [line] = linesOf("results/out.jsonl");
    const { request_sha256: hash, timings, provenance, usage, ...rest } = line as Record<string, unknown>;
    assert.match(String(hash), /^[0-9a-f]{64}$/);
    assert.ok(timings !== undefined && provenance !== undefined && usage !== undefined);
    assert.deepEqual([rest["row"], rest["row_line"], rest["corner"], rest["run"], rest["seed"], rest["status"], rest["answer"]], [{ q: "question 0" }, 1, { top_k: 1 }, 0, 9, "ok", "A"]);
  });

  it("never overwrites: names both ways out", async () => {
    file("out.jsonl", "mine\n");
    const notebook = new Notebook(echo(), { folder });
    const { ename, traceback } = errorOf((await notebook.run(cell("data: [{ q: a }]\nsave: out.jsonl"))).outcome);
    assert.equal(ename, "SaveExists");
    assert.match(traceback.join("\n"), /`resume: on`.*another name/);
    assert.equal(readFileSync(join(folder, "out.jsonl"), "utf8"), "mine\n");
    assert.equal(notebook.access.connects, 0);
  });

  it("stop at row 60 of 100, then resume runs exactly 40", async () => {
    file("q.jsonl", questions(100));
    const context = new RecordingContext();
    let asked = 0;
    const first = new FakeModel((request) => {
      if (++asked === 61) setImmediate(() => context.controller.abort());
      return asked === 61 ? { answer: "half", hang: true } : { answer: `<${request.messages[0]?.content}>` };
    });
    const stopped = await new Notebook(first, { folder }).run(cell("data: q.jsonl\nsave: out.jsonl"), context);
    assert.equal(errorOf(stopped.outcome).ename, "KeyboardInterrupt");
    assert.match(stopped.settledData("text/plain").join("\n"), /Partial/);
    assert.equal(linesOf("out.jsonl").length, 60);
    const second = echo();
    const notebook = new Notebook(second, { folder });
    const resumed = await notebook.run(cell("data: q.jsonl\nsave: out.jsonl\nresume: on"));
    assert.deepEqual(resumed.outcome, { status: "ok" });
    assert.equal(second.requests.length, 40);
    assert.deepEqual((await notebook.session.evaluate("set.runs.size"))["text/plain"], "100");
    assert.deepEqual(new Set(linesOf("out.jsonl").map(({ row_line: line }) => line)).size, 100);
    assert.match(resumed.settledData("text/plain").join("\n"), /60 of 100 answers were taken from out\.jsonl/);
    const third = echo();
    const whole = new Notebook(third, { folder });
    await whole.run(cell("data: q.jsonl\nsave: out.jsonl\nresume: on"));
    assert.equal(third.requests.length, 0);
    assert.deepEqual(whole.access.calls, [], "nothing to ask, nothing to load");
    assert.equal((await whole.session.evaluate("set.runs[7].answer"))["text/plain"], "<question 7>");
  });

  it("goes on behind a half-written last line, and leaves it as it is", async () => {
    file("q.jsonl", questions(3));
    await new Notebook(echo(), { folder }).run(cell("data: q.jsonl\nlimit: 2\nsave: out.jsonl\nmatrix: { top_k: [1] }"));
    const before = readFileSync(join(folder, "out.jsonl"), "utf8");
    appendFileSync(join(folder, "out.jsonl"), '{"top_k":1,"ans');
    const model = echo();
    const ran = await new Notebook(model, { folder }).run(cell("data: q.jsonl\nsave: out.jsonl\nmatrix: { top_k: [1] }\nresume: on"));
    assert.equal(model.requests.length, 1);
    const after = readFileSync(join(folder, "out.jsonl"), "utf8");
    assert.ok(after.startsWith(`${before}{"top_k":1,"ans\n{`));
    assert.equal(after.split("\n").length, 5);
    assert.match(ran.settledData("text/plain").join("\n"), /1 line of out\.jsonl could not be read, and was left as found/);
  });

  it("asks again for what failed", async () => {
    file("q.jsonl", questions(3));
    const died = new RetortError({ code: "engine_died", message: "gone" });
    await new Notebook(new FakeModel({ answer: "a" }, { error: died }, { answer: "c" }), { folder }).run(cell("data: q.jsonl\nsave: out.jsonl"));
    const model = echo();
    await new Notebook(model, { folder }).run(cell("data: q.jsonl\nsave: out.jsonl\nresume: on"));
    assert.deepEqual(model.requests.map(({ messages }) => messages[0]?.content), ["question 1"]);
  });

  it("a file of another experiment is refused before any request", async () => {
    file("q.jsonl", questions(3));
    await new Notebook(echo(), { folder }).run(cell("data: q.jsonl\nsave: out.jsonl"));
    const before = readFileSync(join(folder, "out.jsonl"), "utf8");
    const model = echo();
    const { ename, traceback } = errorOf((await new Notebook(model, { folder }).run(cell("data: q.jsonl\nsave: out.jsonl\nresume: on\ntemperature: 0.1"))).outcome);
    assert.equal(ename, "ResumeMismatch");
    assert.match(traceback.join("\n"), /another name/);
    assert.equal(readFileSync(join(folder, "out.jsonl"), "utf8"), before);
    assert.equal(model.requests.length, 0);
  });

  it("two rows that ask the very same are two answers", async () => {
    const rows = "data: [{ q: a }, { q: a }]\nsave: out.jsonl";
    await new Notebook(new FakeModel({ answer: "1" }, { answer: "2" }), { folder }).run(cell(rows));
    const notebook = new Notebook(echo(), { folder });
    await notebook.run(cell(`${rows}\nresume: on`));
    assert.equal((await notebook.session.evaluate("set.runs | map: 'answer' | join: ' '"))["text/plain"], "1 2");
  });

  it("fault 49: two cells cannot write one file", async () => {
    let answer = (): void => undefined;
    const model = new FakeModel({ answer: "a", after: new Promise((resolve) => (answer = resolve)) });
    const notebook = new Notebook(model, { folder });
    const source = cell("data: [{ q: a }]\nsave: out.jsonl");
    const one = notebook.run(source);
    while (model.requests.length === 0) await sleep(1);
    assert.equal(errorOf((await notebook.run(source)).outcome).ename, "SaveBusy");
    answer();
    assert.equal((await one).outcome.status, "ok");
  });

  it("a folder that cannot be written is known before the first request", async () => {
    file("blocked", "");
    const model = echo();
    const { ename, evalue } = errorOf((await new Notebook(model, { folder }).run(cell("data: [{ q: a }]\nsave: blocked/out.jsonl"))).outcome);
    assert.deepEqual([ename, model.requests.length], ["SaveFailed", 0]);
    assert.ok(!evalue.includes(folder));
  });
});
