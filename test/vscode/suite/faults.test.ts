import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as vscode from "vscode";

import type { ViewState } from "../../../extension/explain/view/view-state.ts";
import { NOTEBOOK_TYPE } from "../../../extension/notebook/metadata.ts";
import { closeAll, NotebookDriver, workspaceFolder } from "./notebook-driver.ts";
import { until } from "./until.ts";

const SLOW_MS = 120_000;
/** What to do: a second sentence, a line of its own below, or the range of what is allowed. */
const HINT = /[.!] [A-Z`][^\n]*[.?]$|^[A-Z][^\n]*[.?]$(?![\s\S]*^[A-Z])|from \d+ to \d+/m;

/** Bad cells, each with what its error must name. */
const CELLS: ReadonlyArray<[fault: string, source: string, names: RegExp]> = [
  ["fault 45: settings that are no YAML", "---\ntemperature: [\n---\nHi", /temperature|YAML|flow/i],
  ["fault 45: an unknown key", "---\ntemprature: 1\n---\nHi", /temprature/],
  ["fault 45: an unknown directive", "%%nosuch\nHi", /nosuch/],
  ["fault 46: a variable that is not there", "Hello {{ nobody }}", /nobody/],
  ["fault 46: braces that never close", "Hello {{ nobody", /\{\{|closed|unclosed/i],
  ["fault 47: no runs at all", "---\nruns: 0\n---\nHi", /runs/],
  ["fault 47: negative runs", "---\nruns: -1\n---\nHi", /runs/],
  ["fault 47: a thousand million runs", "---\nruns: 1000000000\n---\nHi", /runs/],
];

describe("bad input through the editor", function () {
  this.timeout(SLOW_MS);
  afterEach(closeAll);

  it("faults 45 to 47: each bad cell has one error with a hint, and the kernel goes on", async () => {
    const book = await NotebookDriver.open([...CELLS.map(([, source]) => source), "", "# only a comment", "\ufeff%%js\r\n1 + 1"]);
    const without: string[] = [];
    for (const [index, [fault, , names]] of CELLS.entries()) {
      await book.run(index);
      const error = book.error(index);
      const said = `${error?.name}: ${error?.message}\n${error?.stack}`;
      assert.ok(error !== undefined, `${fault}: no error`);
      assert.match(said, names, fault);
      if (!HINT.test(error.message) && !HINT.test(error.stack.slice(error.stack.indexOf("\n")))) without.push(`${fault}: ${error.message}\n${error.stack}`);
      assert.ok(book.cell(index).outputs.length === 1, `${fault}: ${book.cell(index).outputs.length} outputs`);
    }
    assert.deepEqual(without, [], "errors that do not tell what to do");
    for (const offset of [0, 1, 2]) await book.run(CELLS.length + offset);
    assert.equal(book.error(CELLS.length), undefined, "fault 45: an empty cell is no fault");
    assert.match(book.text(CELLS.length + 2), /2/, "fault 45: BOM and CRLF");
  });

  it("fault 50: runs that have no rate to measure give a table without NaN", async () => {
    const book = await NotebookDriver.open(["---\nmodel: smollm2-135m\nprecision: int8\ntemperature: 0\nmax_tokens: 1\nruns: 2\nwarmup: 0\n---\nHi"]);
    await book.run(0);
    assert.equal(book.error(0), undefined, book.error(0)?.message);
    const text = book.cell(0).outputs.flatMap(({ items }) => items).map(({ data }) => Buffer.from(data).toString()).join("\n");
    assert.match(text, /decode/);
    assert.ok(!/NaN|Infinity|undefined/.test(text), /.{40}(?:NaN|Infinity|undefined).{40}/s.exec(text)?.[0]);
  });

  it("fault 52: a notebook of another version opens, shows an unknown result as text, and runs", async () => {
    const output = { output_type: "execute_result", execution_count: 3, metadata: {}, data: { "application/vnd.retort.future+json": { version: 99 }, "text/plain": ["as text"] } };
    const cells = [{ cell_type: "code", metadata: { retort: { later: true } }, source: ["%%js\n", "6 * 7"], outputs: [output], execution_count: 3 }];
    const path = join(workspaceFolder(), "older.ipynb");
    writeFileSync(path, JSON.stringify({ cells, metadata: { kernelspec: { name: "retort", display_name: "Retort", language: "retort" }, retort: { version: "99.0" } }, nbformat: 4, nbformat_minor: 2 }));
    await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(path), NOTEBOOK_TYPE);
    const notebook = await until("the notebook", () => vscode.window.visibleNotebookEditors.find(({ notebook: { uri } }) => uri.fsPath === path)?.notebook);
    const book = new NotebookDriver(notebook);
    assert.match(book.text(0), /as text/);
    await book.chooseKernel("retort", "retort.retort");
    await book.run(0);
    assert.equal(book.text(0), "42");
  });

  it("fault 70: says of workspaces without trust and without files what works there", () => {
    const { capabilities } = vscode.extensions.getExtension("retort.retort")?.packageJSON as { capabilities: Record<string, { supported: string; description: string }> };
    for (const kind of ["untrustedWorkspaces", "virtualWorkspaces"]) {
      assert.equal(capabilities[kind]?.supported, "limited");
      assert.ok((capabilities[kind]?.description ?? "").length > 20, capabilities[kind]?.description);
    }
  });

  it("fault 70: a notebook that is in no folder of this machine runs", async () => {
    const files = new MemoryFiles();
    const registered = vscode.workspace.registerFileSystemProvider("retort-test", files);
    try {
      const uri = vscode.Uri.parse("retort-test:/remote.ipynb");
      files.content = Buffer.from(JSON.stringify({ cells: [{ cell_type: "code", id: "a", metadata: {}, source: "%%js\n2 + 3", outputs: [], execution_count: null }], metadata: { kernelspec: { name: "retort", display_name: "Retort", language: "retort" } }, nbformat: 4, nbformat_minor: 5 }));
      await vscode.commands.executeCommand("vscode.openWith", uri, NOTEBOOK_TYPE);
      const notebook = await until("the notebook", () => vscode.window.visibleNotebookEditors.find(({ notebook: { uri: { scheme } } }) => scheme === "retort-test")?.notebook);
      const book = new NotebookDriver(notebook);
      await book.chooseKernel("retort", "retort.retort");
      await book.run(0);
      assert.equal(book.text(0), "5");
    } finally {
      await closeAll();
      registered.dispose();
    }
  });

  describe("fault 73: settings of the wrong kind", () => {
    const names = ["explain.maxTokens", "explain.contextTokens", "explain.quickFix", "runtime.contextLength", "precision", "runtime.url", "model"];
    beforeEach(async () => {
      const path = join(workspaceFolder(), "bad.py");
      writeFileSync(path, "def add(a, b):\n    return a + b\n");
      const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
      editor.selection = new vscode.Selection(0, 0, 1, 16);
    });
    afterEach(async () => { for (const name of names) await set(name, undefined); });

    it("count as not set", async () => {
      for (const name of ["explain.maxTokens", "explain.contextTokens", "explain.quickFix", "runtime.contextLength", "precision"]) await set(name, name === "precision" ? "fp64" : { a: [1] });
      const state = await vscode.commands.executeCommand<ViewState>("retort.explainSelection");
      assert.equal(state.phase, "done", state.note);
      assert.match(state.context, /of \d[\d,]* tokens/);
    });

    for (const [url, note] of [["nonsense", /not an address.*http:\/\/host:port/s], ["ftp://127.0.0.1", /not an address.*http:\/\/host:port/s], ["http://127.0.0.1:9", /127\.0\.0\.1:9/]] as const) {
      it(`an address that leads nowhere is named, with one thing to do: ${url}`, async () => {
        await set("runtime.url", url);
        const state = await vscode.commands.executeCommand<ViewState>("retort.explainSelection");
        assert.equal(state.phase, "failed");
        assert.match(state.note, note);
        assert.equal(state.action, "Show Log");
      });
    }
  });

  it("fault 75: where the kernel's file is missing, the cell says so once and what to do", async () => {
    const kernel = join(vscode.extensions.getExtension("retort.retort")?.extensionPath ?? "", "dist", "kernel.js");
    const book = await NotebookDriver.open(["%%js\n1"]);
    renameSync(kernel, `${kernel}.away`);
    try {
      await book.run(0);
      assert.equal(book.error(0)?.name, "kernel_missing");
      assert.match(book.error(0)?.message ?? "", /Install the extension again\./);
    } finally {
      renameSync(`${kernel}.away`, kernel);
    }
    await book.run(0);
    assert.equal(book.text(0), "1");
  });
});

/** One file, in memory. */
class MemoryFiles implements vscode.FileSystemProvider {
  content: Uint8Array = new Uint8Array();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  watch = (): vscode.Disposable => ({ dispose: () => undefined });
  stat = (): vscode.FileStat => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.content.length });
  readDirectory = (): [string, vscode.FileType][] => [["remote.ipynb", vscode.FileType.File]];
  readFile = (): Uint8Array => this.content;
  writeFile = (_uri: vscode.Uri, content: Uint8Array): void => { this.content = content; };
  createDirectory = (): void => undefined;
  delete = (): void => undefined;
  rename = (): void => undefined;
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("retort").update(name, value, vscode.ConfigurationTarget.Global);
}
