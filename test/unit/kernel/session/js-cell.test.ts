import assert from "node:assert/strict";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

describe("%%js cells", () => {
  const model = new FakeModel((request) => ({ answer: `${request.messages.at(-1)?.content}: \\boxed{16}` }));
  let notebook: Notebook;
  before(() => { notebook = new Notebook(model); });
  after(() => notebook.dispose());
  const js = (code: string, context?: RecordingContext) => notebook.run(`%%js\n${code}`, context);

  const results = [
    { code: "6 * 7", plain: "42" },
    { code: "await Promise.resolve('done')", plain: "'done'" },
    { code: "({ a: [1, { b: 2 }] })", plain: "{ a: [ 1, { b: 2 } ] }" },
    { code: "const path = await import('node:path'); path.basename('/a/b')", plain: "'b'" },
    { code: "require('node:path').basename('/a/b')", plain: "'b'" },
    { code: "'import(x)' // import(y)", plain: "'import(x)'" },
    { code: "interface Box { size: number }\nconst double = <T extends Box>(box: T): number => (box as Box).size * 2; double({ size: 21 }) satisfies number", plain: "42" },
    { code: "const later: string = await Promise.resolve<string>('types'); later!", plain: "'types'" },
  ];
  for (const { code, plain } of results) {
    it(`value of ${code}`, async () => {
      const cell = await js(code);
      assert.deepEqual(cell.outcome, { status: "ok" });
      assert.deepEqual(cell.events, [{ type: "result", data: { "text/plain": plain } }]);
    });
  }

  it("run once, also when what they run throws a SyntaxError", async () => {
    const cell = await js("globalThis.tries = (globalThis.tries ?? 0) + 1; JSON.parse('{')");
    assert.equal(errorOf(cell.outcome).ename, "SyntaxError");
    assert.deepEqual((await js("tries")).settledData("text/plain"), ["1"]);
  });

  it("name what is more than a type, and keep the engine's message for what is no language", async () => {
    const [shade, typo] = [errorOf((await js("enum Shade { dark }")).outcome), errorOf((await js("const = 1")).outcome)];
    assert.match(shade.traceback.join("\n"), /enum is not supported[^]*Hint: Types are left out/);
    assert.match(typo.evalue, /Unexpected token '='/);
  });

  it("keep their names, which may be declared again", async () => {
    await js("const kept = 1; function twice(x) { return 2 * x; }");
    await js("const kept = 5;");
    assert.deepEqual((await js("twice(kept)")).settledData("text/plain"), ["10"]);
  });

  it("print to stdout and stderr, with no result for undefined", async () => {
    const cell = await js("console.log('out', 1); console.error('err');");
    assert.equal(cell.text("stdout"), "out 1\n");
    assert.equal(cell.text("stderr"), "err\n");
    assert.equal(cell.events.some(({ type }) => type === "result"), false);
  });

  it("display bundles of every kind, and clear", async () => {
    const cell = await js(`
      clear();
      for (const type of ["text/html", "text/markdown", "text/latex", "image/svg+xml", "application/json", "application/javascript"]) display({ [type]: type === "application/json" ? { a: 1 } : "x" });
      display({ "image/png": new Uint8Array([1, 2, 3]) });
      html("<b>b</b>"); markdown("**b**"); svg("<svg/>");`);
    const types = cell.settled.flatMap((event) => (event.type === "display" ? [Object.keys(event.data)[0]] : []));
    assert.deepEqual(types, ["text/html", "text/markdown", "text/latex", "image/svg+xml", "application/json", "application/javascript", "image/png", "text/html", "text/markdown", "image/svg+xml"]);
    assert.deepEqual(cell.settledData("image/png"), ["AQID"]);
    assert.deepEqual(cell.events[0], { type: "clear", wait: false });
  });

  it("show tables and charts", async () => {
    const cell = await js("table([{ a: 1 }, { a: 2 }]); await chart({ data: { values: [{ x: 1, y: 2 }] }, mark: 'point', encoding: { x: { field: 'x' }, y: { field: 'y' } } });");
    assert.deepEqual(cell.outcome, { status: "ok" });
    assert.match(String(cell.settledData("text/html")[0]), /<table/);
    assert.equal(cell.settledData("image/svg+xml").length, 1);
  });

  it("share variables and results with prompt cells, both ways", async () => {
    await notebook.run("%%vars\ntone: friendly");
    await notebook.run("---\nname: solve\n---\nOne");
    assert.deepEqual((await js("vars.count = 3; tone + solve.boxed + _.answer.length")).settledData("text/plain"), ["'friendly1615'"]);
    await notebook.run("{{ count }} {{ tone }}");
    assert.equal(model.requests.at(-1)?.messages[0]?.content, "3 friendly");
  });

  it("ask the model, and run named cells again with other settings", async () => {
    await notebook.run("---\nname: again\ntemperature: 0.9\n---\nTwo");
    assert.deepEqual((await js("(await ask('Three', { temperature: 0 })).answer")).settledData("text/plain"), ["'Three: \\\\boxed{16}'"]);
    assert.equal(model.requests.at(-1)?.temperature, 0);
    assert.deepEqual((await js("(await run('again', { runs: 2, warmup: 0 })).runs.map((r) => r.boxed)")).settledData("text/plain"), ["[ '16', '16' ]"]);
    assert.equal(model.requests.at(-1)?.temperature, 0.9);
  });

  it("ask the user", async () => {
    const cell = await js("await input('Name? ')", new RecordingContext(["Ada"]));
    assert.deepEqual(cell.prompts, ["Name? "]);
    assert.deepEqual(cell.settledData("text/plain"), ["'Ada'"]);
  });

  const failures = [
    { title: "a thrown error names its line", code: "\nthrow new TypeError('boo')", ename: "TypeError", traceback: /cell-\d+\.js:3:/ },
    { title: "a syntax error", code: "let = 1 1", ename: "SyntaxError", traceback: /./ },
    { title: "a static import, with a hint", code: "import fs from 'node:fs'", ename: "SyntaxError", traceback: /await import/ },
    { title: "a rejected promise", code: "await Promise.reject(new RangeError('r'))", ename: "RangeError", traceback: /./ },
    { title: "a thrown text", code: "throw 'plain'", ename: "Error", traceback: /plain/ },
    { title: "an unknown setting", code: "await ask('x', { temprature: 1 })", ename: "RetortError", traceback: /temperature/ },
    { title: "an unknown cell", code: "await run('nobody')", ename: "RetortError", traceback: /nobody/ },
    { title: "vars that hold a function", code: "vars.f = () => 1", ename: "DataCloneError", traceback: /./ },
  ];
  for (const { title, code, ename, traceback } of failures) {
    it(`fail with one error: ${title}`, async () => {
      const cell = await js(code);
      const outcome = errorOf(cell.outcome);
      assert.equal(outcome.ename, ename);
      assert.match(outcome.traceback.join("\n"), traceback);
      assert.deepEqual(cell.events, []);
    });
  }

  it("late output and late errors go to the cell that caused them, and end nothing", async () => {
    const first = await js("const state = 'alive'; setTimeout(() => { console.log('late'); throw new Error('late error'); }, 10); undefined");
    const second = await js("await sleep(60)");
    assert.equal(first.text("stdout"), "late\n");
    assert.match(first.text("stderr"), /^Error: late error/);
    assert.deepEqual(second.events, []);
    assert.deepEqual((await js("state")).settledData("text/plain"), ["'alive'"]);
  });

  it("fault 48: an interrupt of code that waits keeps its names", async () => {
    const context = new RecordingContext();
    setTimeout(() => context.controller.abort(), 30);
    const cell = await js("let before = 7; await sleep(60_000)", context);
    assert.equal(errorOf(cell.outcome).ename, "KeyboardInterrupt");
    assert.deepEqual((await js("before")).settledData("text/plain"), ["7"]);
  });

  it("fault 48: an interrupt of a loop ends its worker, says so, and the next cell works", async () => {
    await js("var lost = 1");
    const context = new RecordingContext();
    setTimeout(() => context.controller.abort(), 30);
    const outcome = errorOf((await js("for (;;);", context)).outcome);
    assert.equal(outcome.ename, "KeyboardInterrupt");
    assert.match(outcome.evalue, /names that %%js cells had defined are gone/);
    assert.deepEqual((await js("typeof lost")).settledData("text/plain"), ["'undefined'"]);
    assert.deepEqual((await js("tone")).settledData("text/plain"), ["'friendly'"], "variables of the notebook are kept");
  });

  it("that end their own thread are reported", async () => {
    assert.equal(errorOf((await js("process.exit(3)")).outcome).ename, "JsWorkerEnded");
    assert.deepEqual((await js("1")).settledData("text/plain"), ["1"]);
  });
});

describe("the time limit of %%js cells", () => {
  const model = new FakeModel({ answer: "a", delayMs: 700 });
  const notebook = new Notebook(model, { timeLimitMs: 500 });
  after(() => notebook.dispose());

  it("ends a loop, with a hint", async () => {
    const outcome = errorOf((await notebook.run("%%js\nwhile (true);")).outcome);
    assert.equal(outcome.ename, "JsTimeout");
    assert.match(outcome.traceback.join("\n"), /Run the cells that define them again/);
  });

  it("does not count the wait for a model", async () => {
    assert.deepEqual((await notebook.run("%%js\n(await ask('x')).answer")).settledData("text/plain"), ["'a'"]);
  });
});

describe("fault 51: a %%js cell that prints without end", () => {
  const notebook = new Notebook(new FakeModel(), { timeLimitMs: 20_000 });
  after(() => notebook.dispose());

  it("is cut at 10 million characters, says so, and can still be interrupted", async () => {
    const context = new RecordingContext();
    const cut = new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        const last = context.events.at(-1);
        if (last?.type !== "stream" || !last.text.includes("the rest is left out")) return;
        clearInterval(poll);
        resolve();
      }, 10);
    });
    const running = notebook.run("%%js\nfor (;;) console.log('x'.repeat(100_000));", context);
    await cut;
    context.controller.abort();
    const cell = await running;
    assert.equal(errorOf(cell.outcome).ename, "KeyboardInterrupt");
    const printed = cell.text("stdout").length;
    assert.ok(printed > 9_900_000 && printed < 10_001_000, `${printed}`);
  });
});
