import * as vscode from "vscode";

import { completeCell } from "../../kernel/cells/complete.ts";
import { keyHelp } from "../../kernel/cells/hover.ts";
import { findKey } from "../../kernel/cells/keys.ts";
import type { ModelNames } from "./model-names.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { toRange } from "./ranges.ts";

/** What opens the list while typing: a kind or command, a template, a field, a value. */
export const TRIGGER_CHARACTERS = ["%", "{", ".", ":", " ", "|", "[", "=", ","] as const;

const KINDS: Readonly<Record<string, vscode.CompletionItemKind>> = {
  keyword: vscode.CompletionItemKind.Keyword,
  property: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  variable: vscode.CompletionItemKind.Variable,
  function: vscode.CompletionItemKind.Function,
};

interface About {
  type: string;
  detail?: string;
}

/** Keys, values, variables, fields of results, models: what `kernel/cells` offers at the cursor. */
export class CompletionProvider implements vscode.CompletionItemProvider {
  readonly #analyses: NotebookAnalyses;
  readonly #models: ModelNames;
  readonly #phrases: Phrases;

  constructor(analyses: NotebookAnalyses, models: ModelNames, phrases: Phrases) {
    this.#analyses = analyses;
    this.#phrases = phrases;
    this.#models = models;
  }

  provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
    const view = this.#analyses.view(document);
    if (view === undefined) return [];
    const scope = { ...view.scope, models: [...this.#models.offered] };
    const { matches, start, end, details } = completeCell(document.getText(), document.offsetAt(position), scope);
    const range = toRange(document, { start, end });
    return matches.map((text, index) => itemFor(text, this.#about(details[index]), range, index));
  }

  /** Only the chosen item's explanation is worked out. */
  resolveCompletionItem(item: vscode.CompletionItem): vscode.CompletionItem {
    const key = findKey(String(item.label).replace(/[:= ]+$/, ""));
    if (item.kind === vscode.CompletionItemKind.Property && key !== undefined) item.documentation = new vscode.MarkdownString(this.#phrases.markdown(keyHelp(key)));
    return item;
  }

  #about(about: About | undefined): About | undefined {
    return about?.detail === undefined ? about : { ...about, detail: this.#phrases.text(about.detail) };
  }
}

function itemFor(text: string, about: About | undefined, range: vscode.Range, index: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem(text, KINDS[about?.type ?? ""] ?? vscode.CompletionItemKind.Text);
  item.range = range;
  // The table's order tells more than the alphabet: the commonest keys come first.
  item.sortText = String(index).padStart(4, "0");
  if (about?.detail !== undefined) item.detail = about.detail;
  if (/[:=] ?$/.test(text) && about?.type === "property") item.command = { command: "editor.action.triggerSuggest", title: "" };
  return item;
}
