import assert from "node:assert/strict";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf, Notebook } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

describe("NotebookSession", () => {
  const setUp = () => {
    const model = new FakeModel({ answer: "Yes." });
    return { model, notebook: new Notebook(model) };
  };

  it("says what it is", () => {
    const info = setUp().notebook.session.info();
    assert.deepEqual([info.language.name, info.language.file_extension, info.language.codemirror_mode], ["retort", ".retort.md", "markdown"]);
  });

  for (const source of ["", "  \n\t\n", "# only a comment"]) {
    it(`fault 45: ${JSON.stringify(source)} is fine and asks nobody`, async () => {
      const { notebook, model } = setUp();
      assert.deepEqual((await notebook.run(source)).outcome, { status: "ok" });
      assert.equal(model.requests.length, 0);
    });
  }

  it("evaluates expressions over names, strictly", async () => {
    const { notebook } = setUp();
    await notebook.run("%%vars\nn: [1, 2]");
    assert.deepEqual(await notebook.session.evaluate("n[1]"), { "text/plain": "2" });
    await assert.rejects(notebook.session.evaluate("m"), { code: "unknown_variable" });
  });

  it("completes keys and names, explains them, and knows an unfinished cell", async () => {
    const { session } = setUp().notebook;
    assert.deepEqual((await session.complete("---\ntemper", 10)).matches, ["temperature: "]);
    assert.ok((await session.complete("---\nmodel: smol", 15)).matches.includes("smollm2-135m"));
    assert.match(String((await session.inspect("---\ntemperature: 1\n---\nHi", 6)).data["text/plain"]), /0 to 2/);
    assert.equal((await session.isComplete("---\ntemperature: 1")).status, "incomplete");
    assert.equal((await session.isComplete("Hi")).status, "complete");
  });

  it("inspects a prompt as it would be sent, with its tokens once a runtime is connected and has the model", async () => {
    const { notebook, model } = setUp();
    await notebook.run("%%vars\nwho: you");
    const inspect = async () => (await notebook.session.inspect("How are {{ who }}?", 1)).data["text/plain"];
    assert.equal(await inspect(), "user:\nHow are you?");
    assert.equal(notebook.access.connects, 0);
    await notebook.run("Hi");
    assert.equal(await inspect(), "user:\nHow are you?\n\n3 tokens, without what the chat template adds.");
    assert.equal(model.requests.length, 1);
    assert.equal((await notebook.session.inspect("{{ nobody }}", 11)).found, false);
    const { data } = await notebook.session.inspect("---\nseed: 1\n---\nHow are {{ who }}?", 5, 1);
    assert.deepEqual(data["application/vnd.retort.prompt+json"], { messages: [{ role: "user", content: "How are you?" }], model: null, tokens: 3 }, "with detail, everywhere in the cell");
  });

  it("reports memory only where it is connected", async () => {
    const { notebook } = setUp();
    assert.deepEqual(await notebook.session.usage(), {});
    await notebook.run("Hi");
    assert.deepEqual(Object.keys(await notebook.session.usage()), ["retort"]);
  });

  it("fault 49: the same cell twice at once gives each its own output", async () => {
    const notebook = new Notebook(new FakeModel({ answer: ["a", "b"], delayMs: 5 }, { answer: ["c", "d"], delayMs: 5 }));
    const [first, second] = await Promise.all([notebook.run("---\nname: same\n---\nHi"), notebook.run("---\nname: same\n---\nHi")]);
    assert.deepEqual([first.text("stdout"), second.text("stdout")], ["ab", "cd"]);
    assert.deepEqual(first.settledData("text/markdown"), ["ab"]);
    assert.deepEqual(second.settledData("text/markdown"), ["cd"]);
  });

  it("shows the loading of a model only when it takes long, at most four times a second", async () => {
    const notebook = new Notebook(new FakeModel({ answer: "a" }));
    notebook.access.loadMs = 30;
    const quick = await notebook.run("Hi");
    assert.equal(quick.events.some((event) => event.type === "display" && event.displayId !== undefined), false);
  });

  it("shows the progress of runs in one place, and replaces it once", async () => {
    const notebook = new Notebook(new FakeModel({ answer: "a", delayMs: 60 }));
    const began = performance.now();
    const cell = await notebook.run("---\nruns: 16\nwarmup: 0\n---\nHi");
    const shown = cell.events.filter((event) => event.type === "display" && event.displayId !== undefined);
    const updates = cell.events.filter(({ type }) => type === "update");
    assert.equal(shown.length, 1);
    const most = Math.floor((4 * (performance.now() - began)) / 1000);
    assert.ok(updates.length >= 1 && updates.length <= most, `${updates.length} updates, at most ${most} are wanted`);
    assert.equal(cell.events.filter(({ type }) => type === "clear").length, 1);
    assert.ok(!JSON.stringify(cell.settled).includes(" of 16 requests"));
  });

  it("an interrupt of a command ends the cell", async () => {
    const context = new RecordingContext();
    context.controller.abort();
    assert.equal(errorOf((await setUp().notebook.run("%echo a", context)).outcome).ename, "KeyboardInterrupt");
  });

  it("judges the cells that are settings only before they run", async () => {
    const { notebook } = setUp();
    for (const kind of ["bench", "compare", "chart"]) assert.match(errorOf((await notebook.run(`%%${kind}\nnothing: 1`)).outcome).evalue, /no key `nothing`/);
  });
});
