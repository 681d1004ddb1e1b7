import * as vscode from "vscode";

const SCHEME = "retort-statistics";

/** The statistics as a read-only document. */
export class StatisticsDocument implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  #page = "";

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: () => this.#page,
    });
  }

  /** Shows `page`, in the editor that showed an older one if there is one. */
  async show(page: string): Promise<string> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: "/retort-code-completion.md" });
    this.#page = page;
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    return page;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
