import * as vscode from "vscode";

import type { Log } from "../host/log.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import { CodeLensProvider } from "./code-lens.ts";
import { CompletionProvider, TRIGGER_CHARACTERS } from "./completion-provider.ts";
import { CellDiagnostics } from "./diagnostics.ts";
import { HoverProvider } from "./hover-provider.ts";
import { ModelNames } from "./model-names.ts";
import { NameProviders } from "./name-providers.ts";
import { NotebookAnalyses } from "./notebook-analyses.ts";
import type { Phrases } from "./phrases/phrases.ts";
import { QuickFixProvider } from "./quick-fixes.ts";
import { CELLS } from "./retort-cells.ts";
import { LEGEND, SemanticTokensProvider } from "./semantic-tokens-provider.ts";
import { SymbolProvider } from "./symbol-provider.ts";

/** All language help. Loads the parser of cells, so only with the first cell of ours. */
export function languageFeatures(settings: Settings, runtime: RuntimeConnection, log: Log, phrases: Phrases): vscode.Disposable {
  const models = new ModelNames(runtime, log);
  const analyses = new NotebookAnalyses(models);
  const names = new NameProviders(analyses, phrases);
  const tokens = new SemanticTokensProvider(analyses);
  const lenses = new CodeLensProvider(analyses, settings);
  return vscode.Disposable.from(
    models, analyses, tokens, lenses,
    new CellDiagnostics(analyses, phrases),
    vscode.languages.registerCompletionItemProvider(CELLS, new CompletionProvider(analyses, models, phrases), ...TRIGGER_CHARACTERS),
    vscode.languages.registerHoverProvider(CELLS, new HoverProvider(analyses, phrases)),
    vscode.languages.registerCodeActionsProvider(CELLS, new QuickFixProvider(analyses, phrases), { providedCodeActionKinds: QuickFixProvider.kinds }),
    vscode.languages.registerDocumentSymbolProvider(CELLS, new SymbolProvider(analyses)),
    vscode.languages.registerRenameProvider(CELLS, names),
    vscode.languages.registerDefinitionProvider(CELLS, names),
    vscode.languages.registerReferenceProvider(CELLS, names),
    vscode.languages.registerDocumentHighlightProvider(CELLS, names),
    vscode.languages.registerDocumentSemanticTokensProvider(CELLS, tokens, LEGEND),
    vscode.languages.registerCodeLensProvider(CELLS, lenses),
  );
}
