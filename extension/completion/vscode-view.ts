import * as vscode from "vscode";

import { DEFAULT_TABS, type DocumentView, type Tabs, withLineFeeds } from "./document-view.ts";

/** The document with the cursor at `position`, as the pipeline sees it. */
export function viewAt(document: vscode.TextDocument, position: vscode.Position): DocumentView {
  const text = document.getText();
  const offset = document.offsetAt(position);
  return {
    uri: document.uri.toString(),
    languageId: document.languageId,
    before: withLineFeeds(text.slice(0, offset)),
    after: withLineFeeds(text.slice(offset)),
    tabs: tabsOf(document),
  };
}

/** As the editor that shows the document has it, which may have been found out from the text. */
function tabsOf(document: vscode.TextDocument): Tabs {
  const options = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.options;
  return {
    size: typeof options?.tabSize === "number" ? options.tabSize : DEFAULT_TABS.size,
    spaces: typeof options?.insertSpaces === "boolean" ? options.insertSpaces : DEFAULT_TABS.spaces,
  };
}

/** `text` with the document's line ends. */
export function withLineEndsOf(document: vscode.TextDocument, text: string): string {
  return document.eol === vscode.EndOfLine.CRLF ? text.replaceAll("\n", "\r\n") : text;
}
