import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { closeAll, kernelPids, NotebookDriver } from "./notebook-driver.ts";
import { until } from "./until.ts";

/** Starting a runtime and answering with a small model, on busy cores. */
const SLOW_MS = 180_000;
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const LONG_ANSWER = "---\nmodel: smollm2-135m\nmax_tokens: 2000\nrepeat_penalty: 1\n---\nTell a very long story about a mountain.";
const HANGING = "%%js\nconsole.log('begun')\nawait sleep(60_000)";

describe("notebook", function () {
  this.timeout(SLOW_MS);
  afterEach(async () => {
    await closeAll();
    await until("a closed notebook leaves no kernel", () => kernelPids().length === 0);
  });

  it("runs cells in order, with their numbers and times", async () => {
    const book = await NotebookDriver.open(["%%js\nconsole.log('one')", "%%vars\nx: 7", "%%js\nvars.x * 6"]);
    await book.run(0, 3);
    assert.equal(book.text(0), "one\n");
    assert.equal(book.text(2), "42");
    assert.deepEqual([0, 1, 2].map((i) => book.cell(i).executionSummary?.executionOrder), [1, 2, 3]);
    assert.deepEqual([0, 1, 2].map((i) => book.success(i)), [true, true, true]);
    const { startTime = 0, endTime = 0 } = book.cell(0).executionSummary?.timing ?? {};
    assert.ok(endTime >= startTime && startTime > Date.now() - SLOW_MS, "the times are of now");
  });

  it("shows a model's answer while it comes", async () => {
    const book = await NotebookDriver.open(["---\nmodel: smollm2-135m\ntemperature: 0\nmax_tokens: 60\n---\nCount from one to twenty."]);
    const texts = new Set<string>();
    const watch = vscode.workspace.onDidChangeNotebookDocument(() => void texts.add(book.text(0)));
    await book.run(0);
    watch.dispose();
    assert.equal(book.success(0), true, JSON.stringify(book.error(0)));
    assert.ok(texts.size > 4, `the answer came in ${texts.size} steps`);
    assert.match(book.text(0), /tok\/s/);
  });

  it("shows an error with its hint, and does not run what waits behind it", async () => {
    const book = await NotebookDriver.open(["Say {{ nothing_known }}.", "%%js\n1"]);
    await book.run(0, 2);
    assert.equal(book.success(0), false);
    assert.equal(book.error(0)?.name, "UnknownVariable");
    assert.match(book.error(0)?.stack ?? "", /line 1: Say/);
    assert.deepEqual([book.success(1), book.cell(1).outputs.length], [undefined, 0]);
  });

  it("goes on behind a cell that is meant to fail", async () => {
    const book = await NotebookDriver.open(["%%js\nthrow new Error('meant')", "%%js\n2"]);
    const edit = new vscode.WorkspaceEdit();
    edit.set(book.notebook.uri, [vscode.NotebookEdit.updateCellMetadata(0, { ...book.cell(0).metadata, metadata: { tags: ["raises-exception"] } })]);
    await vscode.workspace.applyEdit(edit);
    await book.run(0, 2);
    assert.deepEqual([book.success(0), book.success(1)], [false, true]);
  });

  it("interrupts a cell in decode, keeps what had come and leaves the kernel usable", async () => {
    const book = await NotebookDriver.open([LONG_ANSWER, "%%js\n'waiting'", "%%js\n1 + 1"]);
    const done = book.run(0, 2);
    await until("the answer comes", () => isStream(book.cell(0)) && book.text(0).length > 40, SLOW_MS);
    const stopped = performance.now();
    await book.stop(0);
    await done;
    console.log(`      interrupt to end: ${(performance.now() - stopped).toFixed(0)} ms`);
    assert.equal(book.success(0), false);
    assert.equal(book.error(0)?.name, "KeyboardInterrupt");
    assert.match(book.text(0), /[Pp]artial/);
    assert.equal(book.cell(1).outputs.length, 0, "the queue has ended, too");
    await book.run(2);
    assert.equal(book.text(2), "2");
  });

  it("takes one waiting cell out of the queue", async () => {
    const book = await NotebookDriver.open(["%%js\nconsole.log('begun'); await sleep(1500); 1", "%%js\n2", "%%js\n3"]);
    const done = book.run(0, 3);
    await until("the first runs", () => book.text(0).includes("begun"));
    await book.stop(1);
    await done;
    assert.deepEqual([book.text(0), book.text(1), book.text(2)], ["begun\n1", "", "3"]);
  });

  it("49: the same cell twice at once runs once; a deleted cell is stopped; a restart ends the running one", async () => {
    const book = await NotebookDriver.open(["%%js\nawait sleep(700); console.log('ran')", HANGING, "%%js\n3"]);
    await Promise.all([book.run(0), book.run(0)]);
    assert.equal(book.text(0), "ran\n");
    assert.equal(book.cell(0).executionSummary?.executionOrder, 1);

    const running = book.run(1, 3);
    await until("the second cell runs", () => book.text(1).includes("begun"));
    const edit = new vscode.WorkspaceEdit();
    edit.set(book.notebook.uri, [vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(1, 2))]);
    await vscode.workspace.applyEdit(edit);
    await running;
    assert.equal(book.text(1), "3");

    const replaced = new vscode.WorkspaceEdit();
    replaced.set(book.notebook.uri, [vscode.NotebookEdit.insertCells(2, [new vscode.NotebookCellData(vscode.NotebookCellKind.Code, HANGING, "retort")])]);
    await vscode.workspace.applyEdit(replaced);
    const before = kernelPids();
    const again = book.run(2);
    await until("the new cell runs", () => book.text(2).includes("begun"));
    await vscode.commands.executeCommand("retort.restartKernel");
    await again;
    assert.deepEqual([book.success(2), book.error(2)?.name], [false, "kernel_restarted"]);
    assert.deepEqual(kernelPids().filter((pid) => before.includes(pid)), [], "a new process");
    await book.run(0);
    assert.equal(book.cell(0).executionSummary?.executionOrder, 1, "the count begins anew");
  });

  it("clears outputs, with and without a word from the cell", async () => {
    const book = await NotebookDriver.open(["%%js\nconsole.log('old'); await sleep(300); clear(); console.log('new')"]);
    await book.run(0);
    assert.equal(book.text(0), "new\n");
    await book.run(0);
    assert.equal(book.cell(0).outputs.length, 1);
  });

  it("goes on showing text when the user clears the outputs of a running cell", async () => {
    const book = await NotebookDriver.open(["%%js\nfor (let i = 0; i < 40; i++) { console.log('line', i); await sleep(60) }"]);
    const done = book.run(0);
    await until("text comes", () => book.text(0).includes("line 3"));
    await vscode.commands.executeCommand("notebook.clearAllCellsOutputs");
    await done;
    assert.match(book.text(0), /line 39\n$/);
    assert.ok(!book.text(0).includes("line 0\n"), "what was cleared stays away");
  });

  it("shows the progress of several runs in place, then the table", async () => {
    const book = await NotebookDriver.open(["---\nmodel: smollm2-135m\nmax_tokens: 24\nruns: 4\n---\nName a colour."]);
    const seen: string[] = [];
    const watch = vscode.workspace.onDidChangeNotebookDocument(() => {
      const text = book.text(0);
      if (text !== seen.at(-1)) seen.push(text);
    });
    await book.run(0);
    watch.dispose();
    const steps = seen.filter((text) => /^(smollm2-135m: |Loading |setting +done)/.test(text));
    assert.ok(steps.length >= 2, `updates of one display: ${JSON.stringify(seen.map((text) => text.slice(0, 40)))}`);
    assert.match(book.text(0), /4 of 4 runs finished/);
    await vscode.commands.executeCommand("retort.insertResultTable", book.cell(0));
    assert.equal(book.cell(1).kind, vscode.NotebookCellKind.Markup);
    assert.match(book.cell(1).document.getText(), /^\| metric \| n \|/);
  });

  it("1,000 small stream messages all arrive, in order", async () => {
    const book = await NotebookDriver.open(["%%js\nfor (let i = 0; i < 1000; i++) { (i % 50 === 49 ? console.error : console.log)(`m${i}`); if (i % 20 === 0) await sleep(1) }"]);
    await book.run(0);
    assert.deepEqual(book.text(0).trim().split("\n"), Array.from({ length: 1000 }, (_, i) => `m${i}`));
  });

  it("51: output that is far too long is cut, and the rest of the notebook works", async () => {
    const book = await NotebookDriver.open(["%%js\nfor (let i = 0; i < 40; i++) console.log('x'.repeat(99_999) + '\\n'.repeat(9))", "%%js\n2"]);
    await book.run(0, 2);
    assert.match(book.text(0).slice(-80), /is not shown: it is too long/);
    assert.ok(book.text(0).length < 2_000_100);
    assert.equal(book.text(1), "2");
  });

  it("74: one line of a megabyte, script and command links arrive as they are, as text", async () => {
    const book = await NotebookDriver.open(["%%js\nconsole.log('<script>1</script>[a](command:x)' + 'y'.repeat(1_000_000))"]);
    await book.run(0);
    assert.equal(book.text(0).length, "<script>1</script>[a](command:x)\n".length + 1_000_000);
    assert.deepEqual(book.cell(0).outputs.map(({ items }) => items.map(({ mime }) => mime)), [["application/vnd.code.notebook.stdout"]]);
  });

  it("52: saves a valid file, with images as base64, that says all it needs to run again", async () => {
    const book = await NotebookDriver.open([`%%js\ndisplay({ 'image/png': '${PNG}', 'text/plain': 'a dot' }, { width: 1 })\nconsole.log('a\\nb');\n({ a: 1 })`, "%%js\nthrow new TypeError('no')"]);
    await book.run(0, 2);
    const image = book.cell(0).outputs.flatMap(({ items }) => items).find(({ mime }) => mime === "image/png");
    assert.deepEqual([...(image?.data.slice(0, 4) ?? [])], [0x89, 0x50, 0x4e, 0x47], "the editor has bytes");
    const file = await book.saved();
    assert.deepEqual([file.nbformat, file.nbformat_minor], [4, 5]);
    assert.deepEqual((file.metadata["kernelspec"] as { name: string }).name, "retort");
    const [first, second] = file.cells as Array<{ id: string; execution_count: number; outputs: Array<Record<string, unknown>>; cell_type: string }>;
    assert.deepEqual([first?.cell_type, first?.execution_count, typeof first?.id], ["code", 1, "string"]);
    const [display, stream, result] = first?.outputs ?? [];
    assert.deepEqual(Object.keys(display ?? {}).sort(), ["data", "metadata", "output_type"]);
    assert.equal((display?.["data"] as Record<string, string>)["image/png"]?.trim(), PNG);
    assert.deepEqual(stream, { name: "stdout", output_type: "stream", text: ["a\n", "b\n"] });
    assert.deepEqual([result?.["output_type"], result?.["execution_count"]], ["execute_result", 1]);
    const [error] = second?.outputs ?? [];
    assert.deepEqual([error?.["output_type"], error?.["ename"], error?.["evalue"]], ["error", "TypeError", "no"]);
    assert.ok(Array.isArray(error?.["traceback"]));
  });

  it("shows an image that a cell made of bytes", async () => {
    const book = await NotebookDriver.open([`%%js\ndisplay({ 'image/png': Uint8Array.from(atob('${PNG}'), (c) => c.charCodeAt(0)) })`]);
    await book.run(0);
    const [item] = book.cell(0).outputs.flatMap(({ items }) => items);
    assert.equal(item?.mime, "image/png", JSON.stringify(book.error(0)));
    assert.equal(Buffer.from(item.data).toString("base64"), PNG);
  });

  it("gives a cell what it prints after its end, and leaves its number and time as they were", async () => {
    const book = await NotebookDriver.open(["%%js\nsetTimeout(() => console.log('late'), 900); console.log('early')", "%%js\nawait sleep(2500); 2"]);
    await book.run(0);
    const before = book.cell(0).executionSummary;
    await book.run(1);
    assert.equal(book.text(0), "early\nlate\n");
    assert.equal(book.text(1), "2");
    assert.deepEqual(book.cell(0).executionSummary, before);
  });

  it("makes a new notebook that runs at once", async () => {
    await vscode.commands.executeCommand("retort.newNotebook");
    const notebook = vscode.window.activeNotebookEditor?.notebook;
    assert.ok(notebook?.isUntitled);
    const { metadata } = notebook.metadata as { metadata: Record<string, { name?: string; format?: number }> };
    assert.deepEqual([metadata["kernelspec"]?.name, metadata["language_info"]?.name, metadata["retort"]?.format], ["retort", "retort", 1]);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), "%%js\n6 * 7");
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [{ start: 0, end: 1 }], document: notebook.uri });
    assert.equal(new NotebookDriver(notebook).text(0), "42");
  });

  it("keeps kernel and variables when a new notebook is saved for the first time", async () => {
    await vscode.commands.executeCommand("retort.newNotebook");
    const editor = vscode.window.activeNotebookEditor;
    assert.ok(editor);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.notebook.cellAt(0).document.uri, new vscode.Position(0, 0), "%%js\nvars.count = (vars.count ?? 0) + 1");
    await vscode.workspace.applyEdit(edit);
    await new NotebookDriver(editor.notebook).run(0);
    const [pid] = kernelPids();
    void vscode.commands.executeCommand("workbench.action.files.save");
    const saved = await until("the notebook has a file", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      return notebook?.isUntitled === false && notebook;
    });
    const book = new NotebookDriver(saved);
    await until("the kernel of the file is chosen", async () => {
      await book.run(0);
      return book.success(0);
    });
    assert.deepEqual(kernelPids(), [pid]);
    assert.ok(Number(book.text(0)) > 1, "the variable was kept");
    assert.match(saved.uri.fsPath, /\.ipynb$/);
  });

  it("71: two notebooks have two kernels; a closed one has none", async () => {
    const one = await NotebookDriver.open(["%%js\nvars.who = 11", "%%js\nvars.who"]);
    await one.run(0);
    const two = await NotebookDriver.open(["%%js\nString(vars.who)", HANGING]);
    await two.run(0);
    assert.equal(two.text(0), "'undefined'");
    const pids = kernelPids();
    assert.equal(pids.length, 2);
    const hanging = two.run(1);
    await until("the cell runs", () => two.text(1).includes("begun"));
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await until("one kernel is gone", () => kernelPids().length === 1);
    await hanging;
    await one.run(1);
    assert.equal(one.text(1), "11");
    await closeAll();
    await until("both kernels are gone", () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
  });

  it("75: a killed kernel ends its cells as failed, and the next run has a new one", async () => {
    const book = await NotebookDriver.open([HANGING, "%%js\n2", "%%js\n3"]);
    const done = book.run(0, 2);
    await until("the cell runs", () => book.text(0).includes("begun"));
    const [pid = 0] = kernelPids();
    process.kill(pid, "SIGKILL");
    await done;
    assert.equal(book.success(0), false);
    await until("what waited counts as failed", () => book.success(1) === false, 5000);
    assert.equal(book.error(0)?.name, "kernel_died");
    assert.match(book.error(0)?.message ?? "", /signal SIGKILL.*Restart the kernel/);
    await book.run(2);
    assert.equal(book.text(2), "3");
    assert.ok(!kernelPids().includes(pid));
  });

  it("asks the cell's questions; to put the question away is to stop the cell", async () => {
    const book = await NotebookDriver.open(["%%js\n`got:${await input('Name?')}`", "%%js\nawait input('Password?')"]);
    const answered = book.run(0);
    await until("the answer is taken", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return book.success(0) !== undefined;
    });
    await answered;
    assert.equal(book.text(0), "'got:'");
    const cancelled = book.run(1);
    await until("the question is put away", async () => {
      await vscode.commands.executeCommand("workbench.action.closeQuickOpen");
      return book.success(1) !== undefined;
    });
    await cancelled;
    assert.equal(book.error(1)?.name, "KeyboardInterrupt");
  });

  it("shows the rendered prompt with its tokens in a page beside", async () => {
    const book = await NotebookDriver.open(["%%vars\nname: Ada", "---\nmodel: smollm2-135m\nmax_tokens: 4\n---\nsystem:\nBe brief.\nuser:\nGreet {{ name }}."]);
    await book.run(0, 2);
    await vscode.commands.executeCommand("retort.showRenderedPrompt", book.cell(1));
    const page = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === "retort-prompt")?.document;
    assert.equal(page?.languageId, "markdown");
    assert.match(page?.getText() ?? "", /`smollm2-135m`[^]*\d+ tokens[^]*## system\n\n```text\nBe brief\.\n```\n\n## user\n\n```text\nGreet Ada\.\n```/);
  });

  it("compares FP16 and INT8 in a cell of its own", async () => {
    const book = await NotebookDriver.open(["---\nname: colour\nmodel: smollm2-135m\nmax_tokens: 8\nruns: 2\n---\nName a colour."]);
    await vscode.commands.executeCommand("retort.comparePrecisions", book.cell(0));
    assert.equal(book.notebook.cellCount, 2);
    assert.match(book.cell(1).document.getText(), /^---\nname: colour_precision\nmatrix: \{ precision: \[fp16, int8\] \}\nruns: 2\nmodel: smollm2-135m\nmax_tokens: 8\n---\nName a colour\.$/);
    assert.equal(book.success(1), true, JSON.stringify(book.error(1)));
    assert.match(book.text(1), /fp16[^]*int8/);
  });

  it("leaves a Python notebook as it is when our kernel is chosen for it", async () => {
    const python = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" }, language_info: { name: "python" } };
    const book = await NotebookDriver.open(["print(1)"], python);
    assert.equal(book.cell(0).document.languageId, "python");
    assert.deepEqual((book.notebook.metadata as { metadata: object }).metadata, python);
  });

  it("takes over a blank notebook that names no kernel", async () => {
    const book = await NotebookDriver.open([""], {});
    await until("the file names our kernel", () => (book.notebook.metadata as { metadata: { kernelspec?: { name: string } } }).metadata.kernelspec?.name === "retort");
    await until("the cell is a prompt", () => book.cell(0).document.languageId === "retort");
  });
});

function isStream({ outputs }: vscode.NotebookCell): boolean {
  return outputs.some(({ items }) => items[0]?.mime === "application/vnd.code.notebook.stdout");
}
