import * as vscode from "vscode";
import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { asRetortError, cancelled, RetortError } from "../../../runtime/errors.ts";
import { pickModel } from "../../host/model-choice.ts";
import type { RuntimeConnection } from "../../host/runtime-connection.ts";
import type { Settings } from "../../host/settings.ts";
import type { KernelSession } from "../kernel-session.ts";
import { PROMPT_MIME, promptPage, readRenderedPrompt, type RenderedPrompt } from "../prompt-page.ts";
import type { PromptPages } from "../prompt-pages.ts";

export interface RenderedPromptParts {
  session: KernelSession;
  runtime: RuntimeConnection;
  settings: Settings;
  pages: PromptPages;
}

/** Shows the prompt of `cell` as it would be sent, with its token count. Rejects with `not_a_prompt`, `cancelled`, the errors of a kernel's start. */
export async function showRenderedPrompt(cell: vscode.NotebookCell, { session, runtime, settings, pages }: RenderedPromptParts): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Filling in the prompt"), cancellable: true };
  const name = vscode.l10n.t("Prompt of cell {0}", cell.index + 1);
  const page = await vscode.window.withProgress(options, async (_progress, token) => {
    const prompt = await untilCancelled(inspect(cell, session), token);
    const facts = await untilCancelled(factsOf(prompt, runtime, settings), token);
    return promptPage(name, facts, prompt);
  });
  await pages.show(cell.document.uri, name, page);
}

/** Waits its turn behind a running cell: the prompt may depend on what that one sets. */
async function inspect(cell: vscode.NotebookCell, session: KernelSession): Promise<RenderedPrompt> {
  const client = await session.client();
  const code = cell.document.getText().replaceAll("\r\n", "\n");
  const { data } = await client.request("shell", "inspect_request", { code, cursor_pos: 0, detail_level: 1 });
  const prompt = readRenderedPrompt((data as Record<string, unknown> | undefined)?.[PROMPT_MIME]);
  if (prompt !== null) return prompt;
  throw new RetortError({ code: "not_a_prompt", message: vscode.l10n.t("This cell is no prompt, or has a mistake."), hint: vscode.l10n.t("Run the cell: it tells what is wrong.") });
}

async function factsOf(prompt: RenderedPrompt, runtime: RuntimeConnection, settings: Settings): Promise<string[]> {
  try {
    const { model, tokens } = prompt.tokens === null ? await count(prompt, await runtime.client(), settings.get("retort.model")) : prompt;
    return [...(model === null ? [] : [vscode.l10n.t("Model: {0}", `\`${model}\``)]), vscode.l10n.t("{0} tokens, without what the chat template adds.", String(tokens))];
  } catch (error) {
    // The prompt itself is worth showing even where nobody can count it.
    return [vscode.l10n.t("Tokens: not available. {0}", asRetortError(error).message)];
  }
}

/** Counts with the cell's model, or with the one that would answer. */
async function count({ messages, model: named }: RenderedPrompt, client: RuntimeClient, wanted: string): Promise<{ model: string; tokens: number }> {
  const model = named ?? pickModel(await client.models(), "chat", wanted)?.id;
  if (model === undefined) throw new RetortError({ code: "no_model", message: vscode.l10n.t("There is no model on this machine."), hint: vscode.l10n.t("Pull one with Retort: Choose Model.") });
  const content = messages.map((message) => message.content).join("\n");
  return { model, tokens: (await client.tokenize({ model, content })).length };
}

async function untilCancelled<T>(work: Promise<T>, token: vscode.CancellationToken): Promise<T> {
  let stop: vscode.Disposable | undefined;
  const stopped = new Promise<never>((_resolve, reject) => { stop = token.onCancellationRequested(() => reject(cancelled())); });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop?.dispose();
  }
}
