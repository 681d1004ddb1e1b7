import * as vscode from "vscode";

const SCHEME = "retort-report";

/** Reports as read-only Markdown documents, shown rendered. */
export class ReportDocuments implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri) => this.#texts.get(uri.path) ?? "",
    });
  }

  /** Shows `text` under `name`; an older report of that name is replaced. */
  async show(name: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/retort-${name}.md` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    // The Markdown extension can be switched off; the text is readable as it is.
    const rendered = vscode.extensions.getExtension("vscode.markdown-language-features") !== undefined;
    if (rendered) await vscode.commands.executeCommand("markdown.showPreview", uri);
    else await vscode.window.showTextDocument(document);
    return uri;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
