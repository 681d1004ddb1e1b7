import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { newNotebookMetadata, NOTEBOOK_TYPE } from "../../../extension/notebook/metadata.ts";
import { until } from "./until.ts";

const EXTENSION = "retort.retort";
const ERROR_MIME = "application/vnd.code.notebook.error";

/** A notebook open in the editor of the workbench, with our kernel. */
export class NotebookDriver {
  readonly notebook: vscode.NotebookDocument;

  constructor(notebook: vscode.NotebookDocument) {
    this.notebook = notebook;
  }

  /** Writes a notebook file with these code cells, opens it and chooses our kernel. */
  static async open(sources: string[], metadata: object = newNotebookMetadata()["metadata"] as object): Promise<NotebookDriver> {
    const book = await NotebookDriver.show(sources, metadata);
    await book.chooseKernel("retort", EXTENSION);
    return book;
  }

  /** As `open`, but leaves the choice of a kernel to VS Code. */
  static async show(sources: string[], metadata: object): Promise<NotebookDriver> {
    const cells = sources.map((source, i) => ({ cell_type: "code", id: `cell-${i}`, metadata: {}, source, outputs: [], execution_count: null }));
    const path = join(workspaceFolder(), `test-${randomUUID()}.ipynb`);
    writeFileSync(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    return NotebookDriver.showFile(path);
  }

  /** Opens a notebook file as it is, and leaves the choice of a kernel to VS Code. */
  static async showFile(path: string): Promise<NotebookDriver> {
    await vscode.extensions.getExtension(EXTENSION)?.activate();
    // By the command: a document opened through the API is kept for minutes after its editor was closed.
    await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(path), NOTEBOOK_TYPE);
    return new NotebookDriver(await until("the notebook is open", () => editors().find(({ notebook: { uri } }) => uri.fsPath === path)?.notebook));
  }

  async chooseKernel(id: string, extension: string): Promise<void> {
    const notebookEditor = editors().find(({ notebook }) => notebook === this.notebook);
    await vscode.commands.executeCommand("notebook.selectKernel", { notebookEditor, id, extension });
  }

  cell(index: number): vscode.NotebookCell {
    return this.notebook.cellAt(index);
  }

  /** Starts cells, and resolves when their queue is empty. */
  async run(start: number, end = start + 1): Promise<void> {
    await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [{ start, end }], document: this.notebook.uri });
  }

  /** Starts all cells as "Run All" does, and resolves when each has ended or one has failed: what waits behind it is not run. */
  async runAll(withinMs?: number): Promise<void> {
    await vscode.commands.executeCommand("notebook.execute", this.notebook.uri);
    await until("every cell has ended", () => this.codeCells().some((index) => this.success(index) === false) || this.codeCells().every((index) => this.success(index) !== undefined), withinMs);
  }

  /** Positions of the cells that can be run. */
  codeCells(): number[] {
    return this.notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code).map(({ index }) => index);
  }

  async stop(index: number): Promise<void> {
    await vscode.commands.executeCommand("notebook.cell.cancelExecution", { ranges: [{ start: index, end: index + 1 }], document: this.notebook.uri });
  }

  /** The text of a cell's outputs, streams and plain forms. */
  text(index: number): string {
    return this.cell(index).outputs.flatMap(({ items }) => items.filter(({ mime }) => mime === "text/plain" || mime.includes("stdout") || mime.includes("stderr")).map(({ data }) => Buffer.from(data).toString())).join("");
  }

  /** The error among a cell's outputs. */
  error(index: number): { name: string; message: string; stack: string } | undefined {
    const item = this.cell(index).outputs.flatMap(({ items }) => items).find(({ mime }) => mime === ERROR_MIME);
    return item === undefined ? undefined : (JSON.parse(Buffer.from(item.data).toString()) as { name: string; message: string; stack: string });
  }

  /** Whether the cell ended well; undefined while it runs, and where it never ran. */
  success(index: number): boolean | undefined {
    return this.cell(index).executionSummary?.success;
  }

  async ended(index: number, withinMs?: number): Promise<void> {
    await until(`cell ${index} has ended`, () => this.cell(index).executionSummary?.timing !== undefined && this.success(index) !== undefined, withinMs);
  }

  /** Saves, and reads the file back. */
  async saved(): Promise<{ cells: Array<Record<string, unknown>>; metadata: Record<string, unknown>; nbformat: number; nbformat_minor: number }> {
    await this.notebook.save();
    return JSON.parse(readFileSync(this.notebook.uri.fsPath, "utf8"));
  }
}

function editors(): readonly vscode.NotebookEditor[] {
  return vscode.window.visibleNotebookEditors;
}

export function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
}

/** Process numbers of the kernels that this extension host has started and not ended. */
export function kernelPids(): number[] {
  const lines = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)]).toString().split("\n");
  return lines.filter((line) => line.includes("kernel.js")).map((line) => Number.parseInt(line, 10));
}

/** Closes every editor without saving. */
export async function closeAll(): Promise<void> {
  while (vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
}
