import * as vscode from "vscode";
import { isOurs, NOTEBOOK_TYPE } from "./metadata.ts";

const KEY = "retort.notebook";

/**
 * Tells menus whether the active notebook is one of ours. VS Code counts a kernel that it has chosen by itself as
 * chosen only with the first run; until then its own key is empty, and the commands would be missing.
 */
export class NotebookContext implements vscode.Disposable {
  readonly #subscriptions = [
    vscode.window.onDidChangeActiveNotebookEditor((editor) => this.#tell(editor)),
    vscode.workspace.onDidChangeNotebookDocument(({ metadata }) => { if (metadata !== undefined) this.#tell(vscode.window.activeNotebookEditor); }),
  ];

  constructor() {
    this.#tell(vscode.window.activeNotebookEditor);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #tell(editor: vscode.NotebookEditor | undefined): void {
    const ours = editor !== undefined && editor.notebook.notebookType === NOTEBOOK_TYPE && isOurs(editor.notebook.metadata);
    void vscode.commands.executeCommand("setContext", KEY, ours);
  }
}
