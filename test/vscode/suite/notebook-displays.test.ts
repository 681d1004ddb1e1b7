import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { StatusBoard } from "../../../extension/host/status-board.ts";
import { NOTEBOOK_TYPE } from "../../../extension/notebook/metadata.ts";
import { NotebookKernel } from "../../../extension/notebook/notebook-kernel.ts";
import { NotebookStatus } from "../../../extension/notebook/notebook-status.ts";
import { startKernelProcess } from "../../../kernel/jupyter/client/kernel-client.ts";
import { fakeKernelSpec } from "../../helpers/fake-kernel.ts";
import { closeAll, NotebookDriver } from "./notebook-driver.ts";

/** The extension to which VS Code counts what tests register. */
const TESTS = "nullExtensionDescription";

/** With a kernel that does on request what ours does not do by itself. It runs from source and needs `npm run build` for its heartbeat. */
describe("the editor's side of displays", function () {
  this.timeout(120_000);
  const owned: vscode.Disposable[] = [];
  const kernels: NotebookKernel[] = [];
  const errors: unknown[] = [];
  let state: string;
  let book: NotebookDriver;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), "retort-displays-"));
    const board = new StatusBoard();
    const status = new NotebookStatus(board);
    const controller = vscode.notebooks.createNotebookController("fake", NOTEBOOK_TYPE, "Fake");
    controller.supportsExecutionOrder = true;
    controller.executeHandler = async (cells, notebook) => {
      if (kernels.length === 0) kernels.push(new NotebookKernel(notebook, { controller, start: () => startKernelProcess(fakeKernelSpec(state)), status, translatePage: (page) => Promise.resolve(page), report: (_, error) => errors.push(error), onWriteError: (error) => errors.push(error) }));
      await kernels[0]?.run(cells);
    };
    owned.push(board, status, controller);
    // A file that names no kernel: for one of ours, our own extension would choose.
    book = await NotebookDriver.show(["progress 2", "update changed by another cell\nsleep 300", "sleep 300\nprogress 1", "print x\nclear\nprint y"], {});
    await book.chooseKernel("fake", TESTS);
  });
  after(async () => {
    await closeAll();
    for (const kernel of kernels) await kernel.dispose();
    for (const one of owned) one.dispose();
    rmSync(state, { recursive: true, force: true });
  });

  it("updates a display of an earlier cell, without a trace in that cell's number, mark and time", async () => {
    await book.run(0);
    assert.equal(book.text(0), "2");
    const before = book.cell(0).executionSummary;
    const [output] = book.cell(0).outputs;
    await book.run(1);
    assert.equal(book.text(0), "changed by another cell");
    assert.equal(book.cell(0).outputs.length, 1);
    assert.equal(book.cell(0).outputs[0], output, "changed in place");
    assert.deepEqual(book.cell(0).executionSummary, before);
    assert.equal(book.cell(1).outputs.length, 0);
  });

  it("updates every display of the same name, in every cell", async () => {
    await book.run(2);
    assert.deepEqual([book.text(0), book.text(2)], ["1", "1"]);
  });

  it("clears what stands before", async () => {
    await book.run(3);
    assert.equal(book.text(3), "y\n");
    assert.deepEqual(errors, []);
  });
});
