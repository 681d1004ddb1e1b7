import * as vscode from "vscode";
import type { Activity, StatusBoard } from "../host/status-board.ts";
import { NOTEBOOK_TYPE } from "./metadata.ts";
import type { Progress } from "./progress.ts";

/** The part's name on the status board. */
const PART = "notebook";

/** Shows what notebooks are doing: in the status bar, and the progress of a running cell below that cell. */
export class NotebookStatus implements vscode.NotebookCellStatusBarItemProvider, vscode.Disposable {
  readonly #board: StatusBoard;
  readonly #activities = new Map<vscode.NotebookDocument, Activity>();
  readonly #progress = new Map<vscode.NotebookCell, Progress>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCellStatusBarItems = this.#changed.event;
  readonly #registration: vscode.Disposable;

  constructor(board: StatusBoard) {
    this.#board = board;
    this.#registration = vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, this);
  }

  /** `activity` null: the notebook is at rest. */
  set(notebook: vscode.NotebookDocument, activity: Activity | null): void {
    if (activity === null) this.#activities.delete(notebook);
    else this.#activities.set(notebook, activity);
    this.#show();
  }

  /** `progress` null: there is nothing to tell about the cell any more. */
  progress(cell: vscode.NotebookCell, progress: Progress | null): void {
    if (progress === null && !this.#progress.has(cell)) return;
    if (progress === null) this.#progress.delete(cell);
    else this.#progress.set(cell, progress);
    this.#changed.fire();
    this.#show();
  }

  provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const progress = this.#progress.get(cell);
    return progress === undefined ? [] : [new vscode.NotebookCellStatusBarItem(`$(sync~spin) ${progress.text}`, vscode.NotebookCellStatusBarAlignment.Left)];
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#board.set(PART, null);
  }

  #show(): void {
    const [first, ...others] = [...this.#activities];
    if (first === undefined) return this.#board.set(PART, null);
    const [notebook, { kind, text }] = first;
    const [, progress] = [...this.#progress].find(([cell]) => cell.notebook === notebook) ?? [];
    const name = notebook.uri.path.split("/").at(-1) ?? "";
    const own = `${name}: ${progress?.text ?? text}`;
    const all = others.length === 0 ? own : vscode.l10n.t("{0} (and {1} more notebooks)", own, others.length);
    this.#board.set(PART, { kind, text: all, ...(progress?.share === undefined ? {} : { share: progress.share }) });
  }
}
