import * as vscode from "vscode";

import type { Log } from "../host/log.ts";
import { reportFailure } from "../host/report.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import type { StatusBoard } from "../host/status-board.ts";
import type { OfferedText } from "./accept-tracker.ts";
import { realClock } from "./clock.ts";
import type { Completion } from "./completion.ts";
import type { StatisticsDocument } from "./statistics-document.ts";
import { Snooze } from "./snooze.ts";

export interface CompletionOptions {
  context: vscode.ExtensionContext;
  settings: Settings;
  runtime: RuntimeConnection;
  status: StatusBoard;
  log: Log;
}

/** Where ghost text makes sense. Output panes, diffs and settings pages have other schemes. */
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-remote"] as const;

/** Offers ghost text, and the commands about it. The rest is loaded with the first request. */
export function registerCompletion(options: CompletionOptions): vscode.Disposable {
  const { log, status } = options;
  const snooze = new Snooze(realClock, (minutes) => {
    const until = new Date(Date.now() + minutes * 60_000).toLocaleTimeString(vscode.env.language, { hour: "2-digit", minute: "2-digit" });
    status.set("completion.snooze", minutes > 0 ? { kind: "snoozed", text: vscode.l10n.t("Code completion is snoozed until {0}", until) } : null);
    if (minutes > 0) void loaded?.then((completion) => completion.stop());
  });
  let loaded: Promise<Completion> | null = null;
  let statistics: StatisticsDocument | null = null;
  const completion = (): Promise<Completion> => loaded ??= import("./completion.ts").then((module) => new module.Completion(options, snooze));
  const command = (name: string, work: (argument: unknown) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (argument: unknown) => {
      try {
        return await work(argument);
      } catch (error) {
        await reportFailure(log, name, error);
        return undefined;
      }
    });
  const acceptPart = (name: string, target: string): vscode.Disposable => command(name, async () => {
    (await loaded)?.expectPart();
    await vscode.commands.executeCommand(target);
  });
  return vscode.Disposable.from(
    vscode.languages.registerInlineCompletionItemProvider(SCHEMES.map((scheme) => ({ scheme })), {
      provideInlineCompletionItems: async (...request) => (await completion()).provider.provideInlineCompletionItems(...request),
    }),
    command("retort.triggerCompletion", () => vscode.commands.executeCommand("editor.action.inlineSuggest.trigger")),
    acceptPart("retort.acceptWord", "editor.action.inlineSuggest.acceptNextWord"),
    acceptPart("retort.acceptLine", "editor.action.inlineSuggest.acceptNextLine"),
    command("retort.completionAccepted", async (offered) => (await completion()).accepted(offered as OfferedText)),
    command("retort.toggleCompletion", async () => (await import("./toggle-completion.ts")).toggleCompletion(options)),
    command("retort.snoozeCompletion", async (minutes) => (await import("./snooze-command.ts")).snoozeCompletion(snooze, minutes)),
    command("retort.whyNoSuggestion", async () => {
      const { why } = await completion();
      // Not awaited: the message stays until somebody closes it.
      void vscode.window.showInformationMessage(why);
      return why;
    }),
    command("retort.completionStatistics", async () => {
      const { StatisticsDocument: Page } = await import("./statistics-document.ts");
      return (statistics ??= new Page()).show((await completion()).statisticsPage);
    }),
    command("retort.resetCompletionStatistics", async () => (await completion()).resetStatistics()),
    { dispose: () => { snooze.end(); statistics?.dispose(); void loaded?.then((one) => one.dispose()); } },
  );
}
