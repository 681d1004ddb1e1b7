import * as vscode from "vscode";

import type { EditorPort, Place, Problem, TextFile } from "./editor-port.ts";
import type { IgnoredFiles } from "./ignored-files.ts";
import { isSecretPath } from "./secrets.ts";

/** Larger files are not read for context. */
const MAX_BYTES = 256 * 1024;
/** Files that were visited and closed again are remembered up to this number. */
const MAX_VISITED = 24;
/** A definition without a range of its own: so many lines of it are shown. */
const DEFINITION_LINES = 12;

const READABLE_SCHEMES = new Set(["file", "untitled", "vscode-remote", "vscode-vfs", "vscode-notebook-cell"]);

/** VS Code behind the sources' port. Nothing that is ignored, secret or too large gets past it. */
export class VsCodeEditor implements EditorPort, vscode.Disposable {
  readonly #ignored: IgnoredFiles;
  readonly #subscription: vscode.Disposable;
  /** The last one first. */
  #visited: vscode.Uri[] = [];
  readonly #closed = new Map<string, TextFile>();

  constructor(ignored: IgnoredFiles) {
    this.#ignored = ignored;
    this.#subscription = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor((editor) => { if (editor !== undefined) this.#visit(editor.document.uri); }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#keep(document)),
    );
  }

  files(): TextFile[] {
    const open = vscode.workspace.textDocuments.flatMap((document) => this.#textFile(document) ?? []);
    const known = new Map([...this.#closed.values(), ...open].map((file) => [file.uri, file]));
    const order = new Map(this.#visited.map((uri, index) => [uri.toString(), index]));
    const place = ({ uri }: TextFile): number => order.get(uri) ?? MAX_VISITED;
    return [...known.values()].sort((a, b) => place(a) - place(b));
  }

  async read(uri: string): Promise<TextFile | null> {
    const parsed = vscode.Uri.parse(uri, true);
    if (!this.#mayRead(parsed)) return null;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === parsed.toString());
    if (open !== undefined) return this.#textFile(open);
    // What is not part of the workspace was not opened by the user either.
    if (vscode.workspace.getWorkspaceFolder(parsed) === undefined) return null;
    try {
      if ((await vscode.workspace.fs.stat(parsed)).size > MAX_BYTES) return null;
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(parsed));
      return text.includes("\0") ? null : { uri: parsed.toString(), filename: relative(parsed), languageId: "", text };
    } catch {
      // An import may name a file that is not there.
      return null;
    }
  }

  async definitions(uri: string, line: number, character: number): Promise<Place[]> {
    const target = vscode.Uri.parse(uri, true);
    const found = await vscode.commands.executeCommand<Array<vscode.Location | vscode.LocationLink>>("vscode.executeDefinitionProvider", target, new vscode.Position(line, character));
    return Promise.all(found.map((one) => wholeOf(one)));
  }

  problems(uri: string): Problem[] {
    return vscode.languages.getDiagnostics(vscode.Uri.parse(uri, true))
      .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
      .map(({ range, message }) => ({ line: range.start.line, message }));
  }

  cells(uri: string): TextFile[] {
    const notebook = vscode.workspace.notebookDocuments.find((one) => one.getCells().some(({ document }) => document.uri.toString() === uri));
    if (notebook === undefined || !this.#mayRead(notebook.uri)) return [];
    return notebook.getCells().map(({ document, index }) => ({
      uri: document.uri.toString(), filename: `${relative(notebook.uri)}, cell ${index + 1}`, languageId: document.languageId, text: document.getText(),
    }));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #visit(uri: vscode.Uri): void {
    this.#visited = [uri, ...this.#visited.filter((one) => one.toString() !== uri.toString())].slice(0, MAX_VISITED);
    const known = new Set(this.#visited.map(String));
    for (const closed of this.#closed.keys()) if (!known.has(closed)) this.#closed.delete(closed);
  }

  /** Only what was looked at: language services open many files that nobody has seen. */
  #keep(document: vscode.TextDocument): void {
    const file = this.#textFile(document);
    if (file !== null && this.#visited.some((uri) => uri.toString() === file.uri)) this.#closed.set(file.uri, file);
  }

  #textFile(document: vscode.TextDocument): TextFile | null {
    // Cells have a source of their own, and belong to their notebook only.
    if (document.uri.scheme === "vscode-notebook-cell" || !this.#mayRead(document.uri)) return null;
    const text = document.getText();
    return text.length > MAX_BYTES ? null : { uri: document.uri.toString(), filename: relative(document.uri), languageId: document.languageId, text };
  }

  #mayRead(uri: vscode.Uri): boolean {
    return READABLE_SCHEMES.has(uri.scheme) && !isSecretPath(uri.path) && !this.#ignored.has(uri);
  }
}

function relative(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
}

/** The language service often knows only where a name stands; the symbol around it is the definition. */
async function wholeOf(found: vscode.Location | vscode.LocationLink): Promise<Place> {
  const uri = "targetUri" in found ? found.targetUri : found.uri;
  const range = "targetUri" in found ? found.targetRange : found.range;
  const place = { uri: uri.toString(), startLine: range.start.line, endLine: range.end.line };
  if (range.end.line > range.start.line) return place;
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>("vscode.executeDocumentSymbolProvider", uri) ?? [];
  const around = innermost(symbols, range.start);
  return around === null ? { ...place, endLine: place.startLine + DEFINITION_LINES } : { ...place, startLine: around.start.line, endLine: around.end.line };
}

function innermost(symbols: readonly vscode.DocumentSymbol[], position: vscode.Position): vscode.Range | null {
  for (const { range, children = [] } of symbols) {
    if (range?.contains(position)) return innermost(children, position) ?? range;
  }
  return null;
}
