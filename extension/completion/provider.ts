import * as vscode from "vscode";

import type { AcceptTracker, OfferedText } from "./accept-tracker.ts";
import type { Controls } from "./controls.ts";
import { LARGEST_DOCUMENT, switchedOff } from "./gate.ts";
import type { Reason } from "./reasons.ts";
import type { Answer, SelectedItem, Suggestion } from "./request.ts";
import type { CompletionSession } from "./session.ts";
import { viewAt, withLineEndsOf } from "./vscode-view.ts";

/** Runs after the editor has put a suggestion into the document. */
export const ACCEPTED_COMMAND = "retort.completionAccepted";

export interface ProviderParts {
  session: CompletionSession;
  controls: Controls;
  tracker: AcceptTracker;
  newId(): string;
  answered(answer: Answer, document: vscode.TextDocument): void;
}

/** Ghost text: VS Code's side of a {@link CompletionSession}. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #parts: ProviderParts;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument, position: vscode.Position, context: vscode.InlineCompletionContext, token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const invoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const held = switchedOff(this.#parts.controls.switches(document), invoked) ?? unsuited(document);
    const answer: Answer = held === null ? await this.#ask(document, position, context, invoked, token) : { kind: "none", reason: held };
    if (held !== null) this.#parts.session.follow(null);
    this.#parts.answered(answer, document);
    if (answer.kind === "none" || token.isCancellationRequested) return [];
    const items = answer.suggestions.map((suggestion) => this.#item(suggestion, document, position, context.selectedCompletionInfo));
    const [first] = answer.suggestions;
    this.#parts.tracker.offered(offer(first, document, position));
    return items;
  }

  async #ask(document: vscode.TextDocument, position: vscode.Position, { selectedCompletionInfo }: vscode.InlineCompletionContext, invoked: boolean, token: vscode.CancellationToken): Promise<Answer> {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      const { session, controls, newId } = this.#parts;
      return await session.complete({
        id: newId(), view: viewAt(document, position), invoked,
        selected: selectedCompletionInfo === undefined ? null : itemAt(selectedCompletionInfo, document, position),
        policy: controls.policy(document),
      }, abort.signal);
    } finally {
      listener.dispose();
    }
  }

  /**
   * The item replaces its line from the start: so it survives when a person deletes a character, and accepting a word
   * of it does not make it vanish for a moment.
   */
  #item(suggestion: Suggestion, document: vscode.TextDocument, position: vscode.Position, selected: vscode.SelectedCompletionInfo | undefined): vscode.InlineCompletionItem {
    const end = position.translate(0, suggestion.replaced);
    const start = selected?.range.start ?? position.with(undefined, 0);
    const written = selected?.text ?? document.getText(new vscode.Range(start, position));
    const item = new vscode.InlineCompletionItem(written + withLineEndsOf(document, suggestion.text), new vscode.Range(start, selected === undefined ? end : laterOf(selected.range.end, end)));
    item.command = { title: "", command: ACCEPTED_COMMAND, arguments: [offer(suggestion, document, position)] };
    return item;
  }
}

/** Where ghost text would be in the way. */
function unsuited(document: vscode.TextDocument): Reason | null {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document === document && (editor.selections.length > 1 || !editor.selection.isEmpty)) return "selection";
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > LARGEST_DOCUMENT ? "too_large" : null;
}

function itemAt({ text, range }: vscode.SelectedCompletionInfo, document: vscode.TextDocument, position: vscode.Position): SelectedItem {
  const at = document.offsetAt(position);
  return { text, before: Math.max(0, at - document.offsetAt(range.start)), after: Math.max(0, document.offsetAt(range.end) - at) };
}

function offer({ text }: Suggestion, document: vscode.TextDocument, position: vscode.Position): OfferedText {
  return { uri: document.uri.toString(), offset: document.offsetAt(position), text: withLineEndsOf(document, text) };
}

function laterOf(a: vscode.Position, b: vscode.Position): vscode.Position {
  return a.isAfter(b) ? a : b;
}
