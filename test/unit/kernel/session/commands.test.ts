import assert from "node:assert/strict";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";

describe("% commands", () => {
  const setUp = () => {
    const model = new FakeModel({ answer: "Yes." });
    return { model, notebook: new Notebook(model) };
  };

  it("%echo prints without a model, on either stream", async () => {
    const { notebook } = setUp();
    const cell = await notebook.run("%echo hello  world\n%echo --stderr oh");
    assert.equal(cell.text("stdout"), "hello  world\n");
    assert.equal(cell.text("stderr"), "oh\n");
    assert.equal(notebook.access.connects, 0);
  });

  it("%help answers through the pager: all, a key, a command", async () => {
    const { notebook } = setUp();
    const pages = [];
    for (const source of ["%help", "%help temperature", "%help precision"]) pages.push(String((await notebook.run(source)).settledData("text/plain")[0]));
    assert.match(pages[0] ?? "", /%%vars[^]*top_p[^]*%status/);
    assert.match(pages[1] ?? "", /0 to 2/);
    assert.match(pages[2] ?? "", /Q8_0[^]*%precision \[fp16/);
  });

  it("every command explains itself with -h", async () => {
    const { notebook } = setUp();
    for (const name of ["help", "status", "models", "load", "unload", "precision", "defaults", "trace", "export", "reset", "echo", "param"]) {
      const cell = await notebook.run(`%${name} -h`);
      assert.deepEqual(cell.outcome, { status: "ok" });
      assert.match(cell.text("stdout"), new RegExp(`^%${name}`));
    }
    assert.equal(notebook.access.connects, 0);
  });

  it("%status and %unload start nothing", async () => {
    const { notebook } = setUp();
    assert.match((await notebook.run("%status")).text("stdout"), /Not connected/);
    assert.match((await notebook.run("%unload")).text("stdout"), /Not connected/);
    assert.equal(notebook.access.connects, 0);
  });

  it("%load, %status, %unload", async () => {
    const { notebook, model } = setUp();
    assert.match((await notebook.run("%load here fp16")).text("stdout"), /^Loaded: here fp16 \(Q8_0\) on cpu/);
    assert.match((await notebook.run("%status")).text("stdout"), /Loaded: here fp16/);
    await notebook.run("Hi");
    assert.equal(model.requests[0]?.model, "here");
    assert.match((await notebook.run("%unload")).text("stdout"), /Unloaded: here/);
    assert.match((await notebook.run("%status")).text("stdout"), /No model is loaded/);
  });

  it("%models lists what is installed, and later cells know the names", async () => {
    const { notebook } = setUp();
    const [table] = (await notebook.run("%models")).settledData("text/plain");
    assert.match(String(table), /here[^]*int8 \(Q8_0/);
    assert.equal((await notebook.run("---\nmodel: deepseek-r1-1.5b\n---\nHi")).outcome.status, "ok", "what can be pulled is known too");
    assert.equal(errorOf((await notebook.run("---\nmodel: hre\n---\nHi")).outcome).ename, "UnknownModel");
  });

  it("%precision switches now and for the cells that follow", async () => {
    const { notebook, model } = setUp();
    assert.match((await notebook.run("%precision")).text("stdout"), /the active one/);
    await notebook.run("%precision fp16");
    await notebook.run("Hi");
    await notebook.run("---\nprecision: int8\n---\nHi");
    assert.equal(notebook.access.calls[0], "precision here fp16");
    assert.deepEqual(model.requests.map(({ precision }) => precision), ["fp16", "int8"]);
    assert.match((await notebook.run("%precision")).text("stdout"), /^precision: fp16/);
  });

  it("%defaults sets, shows and forgets", async () => {
    const { notebook } = setUp();
    assert.equal((await notebook.run("%defaults temperature=0.2 stop=[a,b]")).text("stdout"), 'temperature: 0.2\nstop: ["a","b"]\n');
    assert.equal((await notebook.run("%defaults --clear")).text("stdout"), "No defaults are set.\n");
    assert.equal((await notebook.run("%defaults temperature=9")).outcome.status, "error");
  });

  it("%param sets a variable", async () => {
    const { notebook, model } = setUp();
    await notebook.run("%param n = [1, 2]\n%echo mixed with another command");
    await notebook.run("{{ n[1] }}");
    assert.equal(model.requests[0]?.messages[0]?.content, "2");
  });

  it("%trace last shows the prompt as sent, settings with sources, timing", async () => {
    const { notebook } = setUp();
    assert.match((await notebook.run("%trace last")).text("stdout"), /No prompt has run/);
    await notebook.run("%%vars\nname_of: Ada");
    await notebook.run("---\ntop_k: 3\n---\nHello {{ name_of }}");
    const text = (await notebook.run("%trace last")).text("stdout");
    assert.match(text, /^user:\nHello Ada\n\nSettings:\n/);
    assert.match(text, / {2}temperature: 0\.7 \(profile\)\n {2}top_k: 3 \(cell\)/);
    assert.match(text, /prompt_sha256: (cd){32}\n\nTTFT 50 ms/);
  });

  it("%export text gives every cell that ran, fenced so that its own fences stay inside", async () => {
    const { notebook } = setUp();
    await notebook.run("Explain:\n```js\n1\n```");
    assert.equal((await notebook.run("%export text")).text("stdout"), "<!-- retort 1 -->\n\n````retort\nExplain:\n```js\n1\n```\n````\n\n```retort\n%export text\n```\n");
  });

  it("%reset forgets names and defaults", async () => {
    const { notebook } = setUp();
    await notebook.run("%%vars\na: 1");
    await notebook.run("%defaults top_k=3");
    await notebook.run("%reset");
    assert.equal(errorOf((await notebook.run("{{ a }}")).outcome).ename, "UnknownVariable");
    assert.equal((await notebook.run("%defaults")).text("stdout"), "No defaults are set.\n");
  });

  it("an unknown command runs nothing, not even the ones before it", async () => {
    const { notebook } = setUp();
    const cell = await notebook.run("%echo first\n%statsu");
    assert.match(errorOf(cell.outcome).evalue, /%status/);
    assert.deepEqual(cell.events, []);
  });
});
