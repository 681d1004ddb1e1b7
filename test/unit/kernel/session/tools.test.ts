import assert from "node:assert/strict";
import type { Model } from "../../../../kernel/experiment/model.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

const DEFINE = `%%js
tool("calculator", { expression: "string" }, ({ expression }) => {
  if (!/^[-+*/(). 0-9]+$/.test(expression)) throw new Error("not arithmetic");
  return Function("return " + expression)();
}, "Works out arithmetic.");
tool("slow", {}, async () => { await sleep(60_000); });
tool("loop", {}, () => { for (;;); });
tool("odd", {}, () => () => 1);
tool("printer", { text: "string?" }, ({ text = "nothing" }) => { console.log("printed " + text); return { text }; });
let counted = 0;
tool("count", {}, () => ++counted);`;

const cell = (keys: string) => `---\n${keys}\n---\nWhat is 48 / 3?`;

describe("tools of a cell", () => {
  // One notebook for all: a worker takes a second to start. Each test brings its own model.
  let current: Model = new FakeModel();
  const shared = new Notebook({ ask: (...request) => current.ask(...request) }, { interruptGraceMs: 5000 });
  after(() => shared.dispose());
  const open = async (model: FakeModel, notebook = shared): Promise<Notebook> => {
    current = model;
    assert.deepEqual((await notebook.run(DEFINE)).outcome, { status: "ok" });
    return notebook;
  };

  it("are called until the model answers; each step is shown and recorded", async () => {
    const model = new FakeModel({ calls: [{ name: "calculator", arguments: { expression: "48/3" } }] }, { answer: "It is 16." });
    const notebook = await open(model);
    const context = await notebook.run(cell("name: solve\ntools: [calculator]\ntool_choice: required\nassert: { js: \"steps[0].result === '16'\" }"));
    assert.deepEqual(context.outcome, { status: "ok" });
    const [first, second] = model.requests;
    assert.deepEqual(first?.tools, [{ type: "function", function: { name: "calculator", description: "Works out arithmetic.", parameters: { type: "object", properties: { expression: { type: "string" } }, required: ["expression"], additionalProperties: false } } }]);
    assert.deepEqual([first?.tool_choice, second?.tool_choice], ["required", "auto"]);
    assert.deepEqual(second?.messages.slice(1), [
      { role: "assistant", content: "", tool_calls: [{ id: "call-0", type: "function", function: { name: "calculator", arguments: '{"expression":"48/3"}' } }] },
      { role: "tool", content: "16", tool_call_id: "call-0" },
    ]);
    assert.match(context.text("stdout"), /calculator\(\{"expression":"48\/3"\}\) → 16/);
    assert.deepEqual(context.settledData("text/markdown")[0], "It is 16.");
    assert.match(context.settledData("text/plain").join("\n"), /1 +calculator +\{"expression":"48\/3"\} +16/);
    const steps = JSON.parse(String((await notebook.session.evaluate("solve.runs[0].steps"))["text/plain"])) as Array<Record<string, unknown>>;
    assert.deepEqual(steps.map(({ ms: _ms, ...step }) => step), [{ step: 1, tool: "calculator", arguments: { expression: "48/3" }, result: "16", ok: true }]);
  });

  it("count the tokens of all replies, and their own time in the whole only", async () => {
    const notebook = await open(new FakeModel({ calls: [{ name: "count", arguments: {} }], answer: "x" }, { answer: ["a", "b"] }));
    await notebook.run(cell("tools: [count]"));
    const value = async (path: string) => Number((await notebook.session.evaluate(`_.runs[0].${path}`))["text/plain"]);
    assert.deepEqual([await value("prompt_tokens"), await value("answer_tokens"), await value("ttft_ms")], [20, 3, 50]);
  });

  const failures: Array<[title: string, call: { name: string; arguments: unknown }, result: RegExp]> = [
    ["throws", { name: "calculator", arguments: { expression: "process.exit()" } }, /^Error: Error: not arithmetic$/],
    ["gets arguments that do not fit", { name: "calculator", arguments: { expression: 5 } }, /^Error: the arguments do not fit: arguments\/expression must be string\.$/],
    ["gets arguments that it does not know", { name: "calculator", arguments: { expression: "1", other: 1 } }, /must NOT have additional properties/],
    ["gets broken JSON", { name: "calculator", arguments: "{oops" }, /^Error: the arguments are not valid JSON\.$/],
    ["is not there", { name: "nosuch", arguments: {} }, /^Error: there is no tool nosuch\. Known: calculator, loop, odd\.$/],
    ["computes for too long", { name: "loop", arguments: {} }, /^Error: The code computed for longer than 2 s/],
    ["gives what cannot be sent", { name: "odd", arguments: {} }, /^Error: .*could not be cloned/],
  ];
  for (const [title, call, result] of failures) {
    it(`a tool that ${title} gives its error to the model, and the cell goes on`, async () => {
      const model = new FakeModel({ calls: [call] }, { answer: "Sorry." });
      const context = await (await open(model)).run(cell("tools: [calculator, loop, odd]"));
      assert.deepEqual(context.outcome, { status: "ok" });
      assert.match(model.requests[1]?.messages.at(-1)?.content ?? "", result);
      assert.match(context.text("stdout"), /→ Error: /);
    });
  }

  it("a tool that waits too long ends with an error, and the names of %%js cells stay", async () => {
    const model = new FakeModel({ calls: [{ name: "slow", arguments: {} }, { name: "count", arguments: {} }] }, { answer: "Done." });
    const notebook = await open(model, new Notebook(model, { timeLimitMs: 3000 }));
    await notebook.run(cell("tools: [slow, count]"));
    await notebook.dispose();
    assert.deepEqual(model.requests[1]?.messages.slice(2).map(({ content }) => content), ["Error: The code took longer than 1.5 s.", "1"]);
  });

  it("show what they print", async () => {
    const context = await (await open(new FakeModel({ calls: [{ name: "printer", arguments: {} }] }, { answer: "Done." }))).run(cell("tools: [printer]"));
    assert.match(context.text("stdout"), /printed nothing\n[^]*printer\(\{\}\) → \{"text":"nothing"\}/);
  });

  it("a model that never answers is stopped after eight steps", async () => {
    const model = new FakeModel({ calls: [{ name: "count", arguments: {} }] });
    const context = await (await open(model)).run(cell("tools: [count]"));
    assert.equal(errorOf(context.outcome).ename, "TooManyToolSteps");
    assert.equal(model.requests.length, 9);
  });

  it("an interrupt ends a tool that waits", async () => {
    const notebook = await open(new FakeModel({ calls: [{ name: "slow", arguments: {} }] }));
    const context = new RecordingContext();
    setTimeout(() => context.controller.abort(), 150);
    assert.equal(errorOf((await notebook.run(cell("tools: [slow]"), context)).outcome).ename, "KeyboardInterrupt");
    assert.deepEqual((await notebook.run("%%js\ncounted")).settledData("text/plain"), ["0"]);
  });

  it("asks for the answer in its form last, with output:", async () => {
    const model = new FakeModel({ calls: [{ name: "count", arguments: {} }] }, { answer: "It is one." }, { answer: '{"n": 1}' });
    const context = await (await open(model)).run(cell("tools: [count]\noutput: { schema: { type: object, required: [n], properties: { n: { type: integer } } } }"));
    assert.deepEqual(context.outcome, { status: "ok" });
    assert.deepEqual(model.requests.map(({ tool_choice: choice, response_format: format }) => [choice, format?.type]), [["auto", undefined], ["auto", undefined], ["none", "json_schema"]]);
    assert.deepEqual(context.settledData("application/json"), [{ n: 1 }]);
  });

  it("are not offered to warm-ups", async () => {
    const model = new FakeModel({ answer: "16" });
    await (await open(model)).run(cell("tools: [count]\nruns: 2"));
    assert.deepEqual(model.requests.map(({ tools }) => tools?.length), [undefined, 1, 1]);
  });

  it("that nobody has defined stop the cell before the model is asked", async () => {
    const model = new FakeModel();
    const error = errorOf((await (await open(model)).run(cell("tools: [calculater]"))).outcome);
    assert.equal(error.ename, "UnknownTool");
    assert.match(error.traceback.join("\n"), /Did you mean `calculator`\?[^]*Hint: Define it in a %%js cell above/);
    assert.equal(model.requests.length, 0);
  });

  for (const [code, message] of [
    ["tool('no name', {}, () => 1)", /no name for a tool/], ["tool('a', 'string', () => 1)", /second argument/], ["tool('a', { x: 'text' }, () => 1)", /`x` is `text`; a field is one of string/], ["tool('a', {})", /needs a function/], ["scorer('a')", /needs a function/], ["scorer()", /needs a name/],
  ] as const) {
    it(`refuses ${code}`, async () => {
      assert.match(errorOf((await shared.run(`%%js\n${code}`)).outcome).evalue, message);
    });
  }
});
