import * as vscode from "vscode";

import { cancelled, RetortError } from "../../../runtime/errors.ts";
import type { RuntimeConnection } from "../../host/runtime-connection.ts";
import type { Settings } from "../../host/settings.ts";
import { counter, findModel } from "../run/model-access.ts";
import { Question } from "../run/question.ts";
import { limits, modelWish } from "../run/wish.ts";
import { filesOfDiff, type FileDiff } from "./diff-files.ts";
import { repositoryFor, type Repository } from "./git.ts";
import { writeCommitLine } from "./write-commit-line.ts";

/** Instructions, answer and thinking beside the change. */
const RESERVED_TOKENS = 1500;

/**
 * Writes a commit line for the staged changes, or where there are none for all changes, into the Source Control input.
 * Resolves with the line; null when the user ended it. Errors: those of `repositoryFor`, `no_changes`, `no_commit_line`.
 */
export async function writeCommitMessage(settings: Settings, runtime: RuntimeConnection, rootUri: vscode.Uri | undefined): Promise<string | null> {
  const repository = await repositoryFor(rootUri);
  if (repository === null) return null;
  const files = await changesOf(repository);
  if (repository.inputBox.value.trim() !== "" && !await mayReplace()) return null;
  const line = await withCancel((signal, report) => lineFor(files, settings, runtime, signal, report));
  if (line === null) {
    throw new RetortError({ code: "no_commit_line", message: vscode.l10n.t("The model gave no commit message."), hint: vscode.l10n.t("Try again, or choose a larger model.") });
  }
  repository.inputBox.value = line;
  return line;
}

async function changesOf(repository: Repository): Promise<FileDiff[]> {
  const staged = filesOfDiff(await repository.diff(true));
  const files = staged.length > 0 ? staged : filesOfDiff(await repository.diff(false));
  if (files.length === 0) {
    throw new RetortError({ code: "no_changes", message: vscode.l10n.t("There are no changes to describe."), hint: vscode.l10n.t("Stage new files first: Git shows no difference for them.") });
  }
  return files;
}

async function lineFor(files: readonly FileDiff[], settings: Settings, runtime: RuntimeConnection, signal: AbortSignal, report: (message: string) => void): Promise<string | null> {
  const client = await runtime.client(signal);
  const model = await findModel(client, modelWish(settings), signal);
  const most = limits(settings);
  return writeCommitLine(files, {
    model,
    budget: Math.max(RESERVED_TOKENS / 4, Math.min(most.contextTokens, model.context - RESERVED_TOKENS)),
    count: counter(client, model, signal),
    answer: async (request) => (await new Question({ send: (asked, options) => client.chat(asked, { ...options, priority: "chat" }), signal, thinkingTokens: most.thinkingTokens }).ask(request)).reply.answer,
    onStep: (done, total) => report(vscode.l10n.t("{0} of {1} files read", done, total)),
  });
}

async function mayReplace(): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  return await vscode.window.showWarningMessage(vscode.l10n.t("Replace the commit message that is there?"), { modal: true }, replace) === replace;
}

async function withCancel<T>(work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Retort: writing a commit message"), cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      if (token.isCancellationRequested) throw cancelled();
      return await work(abort.signal, (message) => progress.report({ message }));
    } finally {
      subscription.dispose();
    }
  });
}
