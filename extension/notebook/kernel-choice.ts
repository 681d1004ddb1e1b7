import * as vscode from "vscode";
import { isOurs, KERNEL_NAME, NOTEBOOK_TYPE } from "./metadata.ts";

/**
 * Makes our kernel that of every notebook whose file names it. To be preferred is not enough: where another extension
 * has kernels, too, VS Code only lists a preferred one first, and asks at the first run.
 */
export class KernelChoice implements vscode.Disposable {
  readonly #controller: vscode.NotebookController;
  readonly #extension: string;
  readonly #onError: (error: unknown) => void;
  /** Notebooks that have, or once had, our kernel: another that the user takes then is left alone. */
  readonly #settled = new WeakSet<vscode.NotebookDocument>();
  readonly #subscriptions: vscode.Disposable[];

  /** `extension`: our id, by which VS Code knows the controller. */
  constructor(controller: vscode.NotebookController, extension: string, onError: (error: unknown) => void) {
    this.#controller = controller;
    this.#extension = extension;
    this.#onError = onError;
    this.#subscriptions = [
      controller.onDidChangeSelectedNotebooks(({ notebook }) => this.#settled.add(notebook)),
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.#prefer(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, metadata }) => { if (metadata !== undefined) this.#prefer(notebook); }),
      vscode.window.onDidChangeVisibleNotebookEditors((editors) => editors.forEach((editor) => this.#choose(editor))),
    ];
    vscode.workspace.notebookDocuments.forEach((notebook) => this.#prefer(notebook));
    vscode.window.visibleNotebookEditors.forEach((editor) => this.#choose(editor));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #prefer(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    const { Default, Preferred } = vscode.NotebookControllerAffinity;
    this.#controller.updateNotebookAffinity(notebook, isOurs(notebook.metadata) ? Preferred : Default);
  }

  #choose(notebookEditor: vscode.NotebookEditor): void {
    const { notebook } = notebookEditor;
    if (notebook.notebookType !== NOTEBOOK_TYPE || !isOurs(notebook.metadata) || this.#settled.has(notebook)) return;
    this.#settled.add(notebook);
    vscode.commands.executeCommand("notebook.selectKernel", { notebookEditor, id: KERNEL_NAME, extension: this.#extension }).then(undefined, this.#onError);
  }
}
