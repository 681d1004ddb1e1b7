import * as vscode from "vscode";

import { type IgnoreFile, IgnoreRules } from "./ignore-rules.ts";

const NAMES = "**/{.gitignore,.retortignore}";
const NOT_IN = "**/{node_modules,.git,.venv,venv}/**";
const MAX_FILES = 200;

/**
 * Files that the user wants left alone: `.gitignore`, `.retortignore`, `files.exclude`. Until they have been read,
 * everything is ignored.
 */
export class IgnoredFiles implements vscode.Disposable {
  readonly #rules = new Map<string, IgnoreRules>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #onFailure: (error: unknown) => void;
  #reading: Promise<void> = Promise.resolve();

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
    const watcher = vscode.workspace.createFileSystemWatcher(NAMES);
    const again = (): void => this.#refresh();
    this.#subscriptions = [
      watcher, watcher.onDidChange(again), watcher.onDidCreate(again), watcher.onDidDelete(again),
      vscode.workspace.onDidChangeWorkspaceFolders(again),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration("files.exclude")) again(); }),
    ];
    again();
  }

  /** Resolves when all that was asked for has been read. */
  get ready(): Promise<void> {
    return this.#reading;
  }

  has(uri: vscode.Uri): boolean {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    // A single file that somebody opened: no workspace, no rules.
    if (folder === undefined) return false;
    const path = uri.path.slice(folder.uri.path.replace(/\/$/, "").length + 1);
    return this.#rules.get(folder.uri.toString())?.ignores(path) ?? true;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #refresh(): void {
    this.#reading = this.#reading.then(() => this.#read()).catch(this.#onFailure);
  }

  async #read(): Promise<void> {
    this.#rules.clear();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, NAMES), new vscode.RelativePattern(folder, NOT_IN), MAX_FILES);
      const files = await Promise.all(found.map((uri) => readIgnoreFile(uri, folder.uri)));
      const excluded = vscode.workspace.getConfiguration("files", folder).get<Record<string, boolean | object>>("exclude") ?? {};
      this.#rules.set(folder.uri.toString(), new IgnoreRules(files, Object.entries(excluded).filter(([, on]) => on === true).map(([glob]) => glob)));
    }
  }
}

async function readIgnoreFile(uri: vscode.Uri, root: vscode.Uri): Promise<IgnoreFile> {
  const inFolder = uri.path.slice(root.path.replace(/\/$/, "").length + 1);
  return { folder: inFolder.slice(0, Math.max(0, inFolder.lastIndexOf("/"))), text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
}
