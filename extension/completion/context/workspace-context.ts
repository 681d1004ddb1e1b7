import * as vscode from "vscode";

import { ContextGatherer } from "./gatherer.ts";
import type { ContextQuery } from "./context-source.ts";
import { IgnoredFiles } from "./ignored-files.ts";
import { Definitions } from "./sources/definitions.ts";
import { Diagnostics } from "./sources/diagnostics.ts";
import { Imports } from "./sources/imports.ts";
import { NotebookCells } from "./sources/notebook-cells.ts";
import { OpenFiles } from "./sources/open-files.ts";
import { RecentEdits } from "./sources/recent-edits.ts";
import { VsCodeEditor } from "./vscode-editor.ts";

/** Lines around the cursor that the context should resemble. */
const AROUND_ABOVE = 40;
const AROUND_BELOW = 10;

/** The context of this window: all sources over VS Code. `refresh` is for idle time, `gatherer.current` for each request. */
export class WorkspaceContext implements vscode.Disposable {
  readonly gatherer: ContextGatherer;
  readonly #ignored: IgnoredFiles;
  readonly #subscription: vscode.Disposable;

  constructor(onFailure: (source: string, error: unknown) => void) {
    this.#ignored = new IgnoredFiles((error) => onFailure("ignore files", error));
    const editor = new VsCodeEditor(this.#ignored);
    const edits = new RecentEdits(editor);
    this.gatherer = new ContextGatherer({
      sources: [new Definitions(editor), new NotebookCells(editor), edits, new Imports(editor), new Diagnostics(editor), new OpenFiles(editor)],
      onFailure,
    });
    this.#subscription = vscode.Disposable.from(
      this.#ignored, editor,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const [change] = contentChanges;
        if (change !== undefined) edits.edited(document.uri.toString(), change.range.start.line);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.gatherer.clear()),
    );
  }

  async refresh(document: vscode.TextDocument, position: vscode.Position, signal: AbortSignal): Promise<boolean> {
    await this.#ignored.ready;
    return this.gatherer.refresh(queryAt(document, position), signal);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

function queryAt(document: vscode.TextDocument, position: vscode.Position): ContextQuery {
  const from = Math.max(0, position.line - AROUND_ABOVE);
  return {
    uri: document.uri.toString(),
    filename: vscode.workspace.asRelativePath(document.uri),
    languageId: document.languageId,
    line: position.line,
    character: position.character,
    around: document.getText(new vscode.Range(from, 0, position.line + AROUND_BELOW, 0)),
    before: document.getText(new vscode.Range(0, 0, position.line, position.character)),
  };
}
