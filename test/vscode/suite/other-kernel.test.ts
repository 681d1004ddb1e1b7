import assert from "node:assert/strict";
import * as vscode from "vscode";
import { newNotebookMetadata } from "../../../extension/notebook/metadata.ts";
import { closeAll, kernelPids, NotebookDriver } from "./notebook-driver.ts";
import { until } from "./until.ts";

const SLOW_MS = 120_000;
const OURS = newNotebookMetadata()["metadata"] as object;
const PYTHON = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" }, language_info: { name: "python" } };
const JUPYTER = "ms-toolsai.jupyter";

/** With test/vscode/stand-in in the place of the Jupyter extension. Nobody chooses a kernel unless it is said. */
describe("beside another extension with kernels for the same notebooks", function () {
  this.timeout(SLOW_MS);
  before(() => vscode.commands.executeCommand("standIn.offerKernel"));
  afterEach(closeAll);
  after(async () => {
    await vscode.commands.executeCommand("standIn.offerKernel", false);
    await until("a closed notebook leaves no kernel", () => kernelPids().length === 0);
  });

  it("runs a notebook of ours without a question", async () => {
    const book = await NotebookDriver.show(["%%js\n6 * 7"], OURS);
    await book.run(0);
    assert.equal(book.text(0), "42");
  });

  it("leaves a Python notebook to the other", async () => {
    const book = await NotebookDriver.show(["print(1)"], PYTHON);
    await book.run(0);
    assert.equal(book.text(0), "the stand-in ran this");
    assert.deepEqual((book.notebook.metadata as { metadata: object }).metadata, PYTHON);
    assert.deepEqual(kernelPids(), []);
  });

  it("leaves the choice of another kernel for a notebook of ours alone", async () => {
    const book = await NotebookDriver.show(["%%js\n1"], OURS);
    await book.chooseKernel("stand-in-python", JUPYTER);
    await vscode.commands.executeCommand("workbench.action.files.newUntitledFile");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await book.run(0);
    assert.equal(book.text(0), "the stand-in ran this");
    assert.deepEqual(kernelPids(), []);
  });

  it("ends our kernel when the other is chosen, and takes the notebook back", async () => {
    const book = await NotebookDriver.show(["%%js\nvars.n = 3", "%%js\ntypeof vars.n"], OURS);
    await book.run(0);
    assert.equal(book.text(0), "3");
    await book.chooseKernel("stand-in-python", JUPYTER);
    await until("our kernel has ended", () => kernelPids().length === 0);
    await book.run(0);
    assert.equal(book.text(0), "the stand-in ran this");
    await book.chooseKernel("retort", "retort.retort");
    await book.run(1);
    assert.equal(book.text(1), "'undefined'", "a new kernel");
  });
});
