import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckResult } from "../../../../kernel/experiment/assert/check.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";

/** Answers by turns. */
function answers(...texts: string[]): FakeModel {
  let turn = 0;
  return new FakeModel(() => ({ answer: texts[turn++ % texts.length] ?? "" }));
}

async function firstChecks(notebook: Notebook): Promise<CheckResult[]> {
  const { "text/plain": text } = await notebook.session.evaluate("_.runs[0].checks");
  return JSON.parse(String(text)) as CheckResult[];
}

describe("assertions of a cell", () => {
  it("pass silently, and are shown with what was found", async () => {
    const cell = await new Notebook(answers("So \\boxed{\\frac{32}{2}}")).run("---\nassert:\n  - boxed: 16\n  - not: { contains: sorry }\n---\nWhat is 48 / 3?");
    assert.deepEqual(cell.outcome, { status: "ok" });
    const text = cell.settledData("text/plain").join("\n");
    assert.match(text, /✓ passed +boxed: 16 +\\boxed\{\\frac\{32\}\{2\}\}/);
    assert.match(text, /✓ passed +not contains: sorry/);
  });

  it("fail the cell with a code, one line that says what failed on which run, and a hint", async () => {
    const cell = await new Notebook(answers("\\boxed{16}", "\\boxed{17}", "\\boxed{16}")).run("---\nruns: 3\nwarmup: 0\nseed: 100\nassert:\n  - boxed: 16\n---\nQ");
    const { ename, evalue, traceback } = errorOf(cell.outcome);
    assert.equal(ename, "AssertionFailed");
    assert.equal(evalue, "2 of 3 runs passed, all must: run 2 (seed 101): boxed: 16: \\boxed{17}");
    assert.match(traceback.join("\n"), /Hint: .*require: 0\.75.*on_fail: report/);
    assert.match(cell.settledData("text/plain").join("\n"), /passed \(share\) +3 +0\.667[^]*2 +101 +boxed: 16: \\boxed\{17\}/);
  });

  for (const [keys, ok] of [["require: 0.66", true], ["require: 0.67", false], ["require: 66%", true], ["on_fail: report", true], ["require: all", false]] as const) {
    it(`${keys} lets two of three ${ok ? "pass" : "fail"}`, async () => {
      const cell = await new Notebook(answers("16", "17", "16")).run(`---\nruns: 3\nwarmup: 0\nassert: { equals: 16 }\n${keys}\n---\nQ`);
      assert.equal(cell.outcome.status, ok ? "ok" : "error");
    });
  }

  it("must hold in each corner by itself", async () => {
    const model = new FakeModel(({ temperature }) => ({ answer: temperature === 0 ? "16" : "17" }));
    const cell = await new Notebook(model).run("---\nmatrix: { temperature: [0, 1] }\nruns: 4\nwarmup: 0\nrequire: 0.5\nassert: { equals: 16 }\n---\nQ");
    assert.match(errorOf(cell.outcome).evalue, /^0 of 4 runs with temperature 1 passed, 2 must: run 1 .*equals: 16: the answer is 17/);
  });

  it("leave their share to templates, code and the record", async () => {
    const notebook = new Notebook(answers("16", "17"));
    const cell = await notebook.run("---\nname: solve\nruns: 2\nwarmup: 0\non_fail: report\nassert: { equals: 16 }\n---\nQ");
    const [samples] = cell.settledData("application/vnd.retort.runs+json") as Array<{ rows: Array<{ passed: boolean; checks: CheckResult[] }> }>;
    assert.deepEqual(samples?.rows.map(({ passed }) => passed), [true, false]);
    assert.deepEqual(samples?.rows[1]?.checks.map(({ name, verdict }) => [name, verdict]), [["equals: 16", "fail"]]);
    assert.deepEqual(await notebook.session.evaluate("solve.stats.pass.mean"), { "text/plain": "0.5" });
    assert.deepEqual(await notebook.session.evaluate("solve.pass"), { "text/plain": "false" });
  });

  it("take their values from variables, rows and axes", async () => {
    const notebook = new Notebook(new FakeModel(({ messages }) => ({ answer: `\\boxed{${2 * Number(messages[0]?.content)}}` })));
    await notebook.run("%%vars\nfactor: 2");
    const cell = await notebook.run("---\ndata: [{ q: 4, a: 8 }, { q: 5, a: 11 }]\nwarmup: 0\nassert: { boxed: '{{ row.a }}' }\n---\n{{ row.q }}");
    assert.match(errorOf(cell.outcome).evalue, /^1 of 2 runs passed.*row 2\): boxed: 11: \\boxed\{10\}/);
    const axes = await notebook.run("---\nmatrix: { q: [3, 4] }\nwarmup: 0\nassert: { js: 'Number(boxed) === {{ q }} * vars.factor' }\n---\n{{ q }}");
    assert.deepEqual(axes.outcome, { status: "ok" });
    await notebook.dispose();
  });

  it("count a failed request as not passed, and a cancelled one not at all", async () => {
    const model = new FakeModel({ answer: "16" }, { error: new Error("no") }, { answer: "16" });
    const cell = await new Notebook(model).run("---\nruns: 3\nwarmup: 0\nassert: { equals: 16 }\n---\nQ");
    assert.match(errorOf(cell.outcome).evalue, /^2 of 3 runs passed, all must: run 2 \(seed 2\): internal_error: no/);
  });

  describe("with code", () => {
    const notebook = new Notebook(answers("a".repeat(40)));
    after(() => notebook.dispose());
    const check = async (assertion: string): Promise<CheckResult> => {
      await notebook.run(`---\non_fail: report\nassert:\n  - ${assertion}\n---\nQ`);
      return (await firstChecks(notebook))[0] as CheckResult;
    };

    before(async () => {
      const cell = await notebook.run(`%%js
scorer("half", ({ answer }) => ({ score: answer.length / 80, reason: "by length" }));
scorer("later", async ({ answer }) => { await sleep(5); return answer.length === 40; });
scorer("broken", () => { throw new Error("my own"); });
scorer("silly", () => "yes");
scorer("loop", () => { for (;;); });
globalThis.limit = 41;`);
      assert.deepEqual(cell.outcome, { status: "ok" });
    });

    const cases: Array<[assertion: string, verdict: string, detail: RegExp]> = [
      ["js: answer.length < limit", "pass", /true/], ["js: answer.length > 100", "fail", /false/], ["js: answer.length", "none", /40, neither true nor false/], ["js: nosuch.thing", "none", /js_error: ReferenceError: nosuch is not defined/],
      ["js: 'answer.('", "none", /SyntaxError/], ["js: 'true // end'", "pass", /true/], ["js: '(() => { for (;;); })()'", "none", /computed for longer than 1 s/], ["js: metrics.ttft_ms === 50 && finish === 'stop'", "pass", /true/],
      ["scorer: { name: half, at_least: 0.5 }", "pass", /score 0\.5, asked for at least 0\.5: by length/], ["scorer: half", "fail", /at least 1/], ["scorer: later", "pass", /true/], ["scorer: broken", "none", /Error: my own/],
      ["scorer: silly", "none", /neither true, false nor a number/], ["scorer: nosuch", "none", /unknown_scorer: There is no scorer `nosuch`/], ["scorer: loop", "none", /computed for longer than 2 s/],
      ["matches: /^a+$/", "pass", /matches/], ["matches: '/(a+)+b/'", "none", /takes too long/], ["not: { matches: '/(a+)+b/' }", "none", /takes too long/], ["scorer: later", "pass", /true/],
    ];
    for (const [assertion, verdict, detail] of cases) {
      it(assertion, async () => {
        const result = await check(assertion);
        assert.equal(result.verdict, verdict);
        assert.equal(result.passed, verdict === "pass");
        assert.match(result.detail, detail);
      }).timeout(20_000);
    }
  });

  describe("with a judge and an embedding model", () => {
    const judged = async (reply: string, keys = ""): Promise<{ check: CheckResult; model: FakeModel }> => {
      const model = new FakeModel({ answer: "It is 16. ===== END ANSWER =====" }, { answer: reply });
      const notebook = new Notebook(model);
      await notebook.run(`---\non_fail: report\n${keys}assert:\n  - judge: { rubric: "Correct? 1-5", at_least: 4 }\n---\nWhat is 48 / 3?`);
      return { check: (await firstChecks(notebook))[0] as CheckResult, model };
    };

    it("asks at temperature 0 for a mark of the scale, with rubric, question and answer", async () => {
      const { check, model } = await judged('{"reason": "right", "score": 5}');
      assert.deepEqual([check.verdict, check.score], ["pass", 5]);
      const request = model.requests[1];
      assert.deepEqual([request?.temperature, request?.model, request?.max_tokens], [0, "here", 512]);
      assert.match(request?.messages[0]?.content ?? "", /Correct\? 1-5[^]*48 \/ 3[^]*It is 16/);
      assert.deepEqual((request?.response_format as unknown as { json_schema: { schema: { properties: { score: unknown } } } }).json_schema.schema.properties.score, { type: "integer", enum: [1, 2, 3, 4, 5] });
    });

    it("may be another model", async () => {
      const { model } = await judged('{"reason": "", "score": 4}', "judge: { model: named, precision: fp16, max_tokens: 64 }\n");
      assert.deepEqual([model.requests[1]?.model, model.requests[1]?.precision, model.requests[1]?.max_tokens], ["named", "fp16", 64]);
    });

    for (const [reply, verdict] of [['{"score": 3, "reason": "no"}', "fail"], ['{"score": 6}', "none"], ['{"score": 4.5}', "none"], ["4", "none"], ["I give it a 5.", "none"], ["", "none"], ['{"score": "5"}', "none"], ['```json\n{"score": 4}\n```', "pass"]] as const) {
      it(`reads ${JSON.stringify(reply)} as ${verdict}`, async () => {
        const { check } = await judged(reply);
        assert.equal(check.verdict, verdict);
        assert.equal(check.passed, verdict === "pass");
      });
    }

    it("keeps the time of checks out of the answer's own", async () => {
      const model = new FakeModel({ answer: "16" }, { answer: '{"score": 5}', delayMs: 40 });
      const notebook = new Notebook(model);
      await notebook.run('---\nassert: { judge: { rubric: "Good?", at_least: 1 } }\n---\nQ');
      assert.ok(((await firstChecks(notebook))[0]?.ms ?? 0) >= 39);
      assert.deepEqual(await notebook.session.evaluate("_.runs[0].e2e_ms"), { "text/plain": "75" });
    });

    it("compares embeddings, and says where there is no model for it", async () => {
      const notebook = new Notebook(answers("It is sixteen."));
      await notebook.run('---\non_fail: report\nassert: { similar: { to: "x", at_least: 0.8 } }\n---\nQ');
      assert.match((await firstChecks(notebook))[0]?.detail ?? "", /no verdict: no_embedding_model/);
      await notebook.run('---\non_fail: report\nassert: [{ similar: { to: sixteen it is, at_least: 0.8, model: e } }, { similar: { to: bananas, at_least: 0.8, model: e } }]\n---\nQ');
      assert.deepEqual((await firstChecks(notebook)).map(({ verdict }) => verdict), ["pass", "fail"]);
    });
  });

  it("read a schema from a file beside the notebook", async () => {
    const folder = await mkdtemp(join(tmpdir(), "retort-schema-"));
    await writeFile(join(folder, "answer.schema.json"), JSON.stringify({ type: "object", required: ["answer"], properties: { answer: { type: "integer" } } }));
    const notebook = new Notebook(answers('{"answer": 16}', '{"answer": "16"}', '{"answer": 16}'), { folder });
    const source = (file: string) => `---\non_fail: report\nassert: { schema: ${file} }\n---\nQ`;
    const verdicts = [];
    for (const file of ["./answer.schema.json", "./answer.schema.json", "./nosuch.json"]) {
      await notebook.run(source(file));
      verdicts.push((await firstChecks(notebook))[0]);
    }
    assert.deepEqual(verdicts.map((check) => check?.verdict), ["pass", "fail", "none"]);
    assert.match(verdicts[1]?.detail ?? "", /answer\/answer must be integer/);
    assert.match(verdicts[2]?.detail ?? "", /There is no file \.\/nosuch\.json/);
    await rm(folder, { recursive: true });
  });

  it("hold together with output: and repeated runs", async () => {
    const model = answers('{"answer": 16}', '{"answer": 17}', "no JSON", '{"answer": 16}');
    const notebook = new Notebook(model);
    const cell = await notebook.run("---\nruns: 4\nwarmup: 0\nrequire: 0.5\noutput: { schema: { type: object, required: [answer], properties: { answer: { type: integer } } } }\nassert:\n  - json: { path: answer, equals: 16 }\n  - schema: { type: object }\n---\nQ");
    assert.deepEqual(cell.outcome, { status: "ok" });
    assert.deepEqual(await notebook.session.evaluate("_.stats.pass.passed"), { "text/plain": "2" });
    assert.ok(model.requests.every(({ response_format: format }) => format?.type === "json_schema"));
  });
});
