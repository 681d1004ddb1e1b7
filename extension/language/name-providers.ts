import * as vscode from "vscode";

import { nameAt, occurrencesOf, renameSymbol, type NotebookOccurrence } from "../../kernel/cells/rename.ts";
import type { NotebookAnalyses } from "./notebook-analyses.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { toRange } from "./ranges.ts";

/** Rename, definition, references and highlights of the notebook's names, over all its cells. */
export class NameProviders implements vscode.RenameProvider, vscode.DefinitionProvider, vscode.ReferenceProvider, vscode.DocumentHighlightProvider {
  readonly #analyses: NotebookAnalyses;
  readonly #phrases: Phrases;

  constructor(analyses: NotebookAnalyses, phrases: Phrases) {
    this.#analyses = analyses;
    this.#phrases = phrases;
  }

  prepareRename(document: vscode.TextDocument, position: vscode.Position): { range: vscode.Range; placeholder: string } {
    const at = this.#at(document, position);
    const name = at === undefined ? null : nameAt(at.sources, at.place);
    // VS Code shows the message of the error.
    if (at === undefined || name === null) throw new Error(vscode.l10n.t("No name of the notebook stands here."));
    if (occurrencesOf(at.sources, at.place) === null) throw new Error(vscode.l10n.t("`{0}` is not defined by a cell of this notebook.", name.name));
    return { range: toRange(document, name.range), placeholder: name.name };
  }

  provideRenameEdits(document: vscode.TextDocument, position: vscode.Position, newName: string): vscode.WorkspaceEdit | undefined {
    const at = this.#at(document, position);
    if (at === undefined) return undefined;
    const renamed = renameSymbol(at.sources, at.place, newName);
    if (!renamed.ok) throw new Error(this.#phrases.text(renamed.message));
    const edit = new vscode.WorkspaceEdit();
    const label = vscode.l10n.t("May be another thing of the same name");
    for (const { cell, range, text, certain } of renamed.edits) {
      const target = at.documents[cell] as vscode.TextDocument;
      edit.replace(target.uri, toRange(target, range), text, ...(certain ? [] : [{ label, needsConfirmation: true }]));
    }
    return edit;
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.Location[] {
    return this.#locations(document, position, ({ kind }) => kind === "definition");
  }

  provideReferences(document: vscode.TextDocument, position: vscode.Position, { includeDeclaration }: vscode.ReferenceContext): vscode.Location[] {
    return this.#locations(document, position, ({ kind }) => includeDeclaration || kind === "use");
  }

  provideDocumentHighlights(document: vscode.TextDocument, position: vscode.Position): vscode.DocumentHighlight[] {
    const at = this.#at(document, position);
    const places = at === undefined ? [] : occurrencesOf(at.sources, at.place)?.places ?? [];
    return places.filter(({ cell }) => cell === at?.place.cell).map(({ range, kind }) =>
      new vscode.DocumentHighlight(toRange(document, range), kind === "definition" ? vscode.DocumentHighlightKind.Write : vscode.DocumentHighlightKind.Read));
  }

  #locations(document: vscode.TextDocument, position: vscode.Position, isWanted: (place: NotebookOccurrence) => boolean): vscode.Location[] {
    const at = this.#at(document, position);
    const places = at === undefined ? [] : occurrencesOf(at.sources, at.place)?.places ?? [];
    return places.filter(isWanted).map(({ cell, range }) => {
      const target = at?.documents[cell] as vscode.TextDocument;
      return new vscode.Location(target.uri, toRange(target, range));
    });
  }

  #at(document: vscode.TextDocument, position: vscode.Position): { sources: string[]; documents: vscode.TextDocument[]; place: { cell: number; offset: number } } | undefined {
    const place = this.#analyses.placeOf(document);
    if (place === undefined) return undefined;
    const documents = place.cells.map((cell) => cell.document);
    return { documents, sources: documents.map((one) => one.getText()), place: { cell: place.index, offset: document.offsetAt(position) } };
  }
}
