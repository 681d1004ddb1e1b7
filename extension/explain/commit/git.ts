import * as vscode from "vscode";

import { RetortError } from "../../../runtime/errors.ts";

/** The part of the Git extension's API (version 1) that is used. */
export interface Repository {
  rootUri: vscode.Uri;
  inputBox: { value: string };
  diff(cached?: boolean): Promise<string>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { repositories: Repository[]; getRepository(uri: vscode.Uri): Repository | null };
}

/**
 * The repository that is meant: the one whose button was pressed, the active editor's, the only one, or the one that
 * is chosen. Null when nothing was chosen. Throws `no_git`, `no_repository`.
 */
export async function repositoryFor(rootUri: vscode.Uri | undefined): Promise<Repository | null> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  const git = await extension?.activate();
  if (git === undefined || !git.enabled) throw new RetortError({ code: "no_git", message: vscode.l10n.t("Git is turned off in this window."), hint: vscode.l10n.t("Turn on the setting git.enabled.") });
  const api = git.getAPI(1);
  const wanted = rootUri ?? vscode.window.activeTextEditor?.document.uri;
  const found = wanted === undefined ? null : api.getRepository(wanted);
  if (found !== null) return found;
  if (api.repositories.length === 0) throw new RetortError({ code: "no_repository", message: vscode.l10n.t("No Git repository is open."), hint: vscode.l10n.t("Open the folder of a repository.") });
  if (api.repositories.length === 1) return api.repositories[0] ?? null;
  const items = api.repositories.map((repository) => ({ label: vscode.workspace.asRelativePath(repository.rootUri), repository }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Which repository?") }))?.repository ?? null;
}
