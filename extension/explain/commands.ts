import * as vscode from "vscode";

import { RetortError } from "../../runtime/errors.ts";
import { reportFailure } from "../host/report.ts";
import { writeCommitMessage } from "./commit/commit-command.ts";
import { Explainer, type ExplainerServices } from "./explainer.ts";
import { documentJob, errorJob, fileJob, fixJob, selectionJob, testJob, type Spot } from "./jobs/code-jobs.ts";
import { terminalJob } from "./jobs/terminal-job.ts";
import { remedyFor } from "./run/remedy.ts";
import type { Job } from "./run/job.ts";
import type { ViewState } from "./view/view-state.ts";

const CODE_JOBS: Readonly<Record<string, (spot: Spot, onError: (error: unknown) => void) => Promise<Job>>> = {
  "retort.explainSelection": selectionJob,
  "retort.explainFile": fileJob,
  "retort.explainError": errorJob,
  "retort.suggestFix": fixJob,
  "retort.documentFunction": documentJob,
  "retort.writeTest": testJob,
};

/** Runs the commands. Loaded with the first one. */
export class ExplainCommands implements vscode.Disposable {
  readonly #services: ExplainerServices;
  readonly #explainer: Explainer;

  constructor(services: ExplainerServices) {
    this.#services = services;
    this.#explainer = new Explainer(services);
  }

  /** Resolves with the state of the view in the end, the commit line, or null where there was nothing to do. */
  async run(command: string, args: readonly unknown[]): Promise<ViewState | string | null> {
    const { settings, runtime, log } = this.#services;
    try {
      if (command === "retort.stopExplanation") return this.#stop();
      if (command === "retort.answerNow") return this.#answerNow(args[0]);
      if (command === "retort.writeCommitMessage") return await writeCommitMessage(settings, runtime, rootOf(args[0]));
      if (command === "retort.explainTerminal") return await this.#explainer.explain(await terminalJob());
      const make = CODE_JOBS[command];
      if (make === undefined) throw new Error(`There is no job for ${command}.`);
      return await this.#explainer.explain(await make(await spotOf(args), (error) => log.debug(`language service: ${String(error)}`)));
    } catch (error) {
      // Not awaited: the message may stay for hours, and the command has ended.
      void reportFailure(log, command, error, remedyFor(error, log));
      return null;
    }
  }

  dispose(): void {
    this.#explainer.dispose();
  }

  /** Shows again what the view showed before the window was reloaded. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    this.#explainer.restore(panel, state);
  }

  /** The button in a chat names its question; otherwise it is the latest one that thinks. */
  #answerNow(id: unknown): null {
    this.#services.questions.answerNow(typeof id === "string" ? id : undefined);
    return null;
  }

  #stop(): null {
    this.#explainer.stop();
    return null;
  }
}

/** A quick fix names the place; otherwise it is the cursor's. Throws `no_editor`. */
async function spotOf([uri, range]: readonly unknown[]): Promise<Spot> {
  if (uri instanceof vscode.Uri && range instanceof vscode.Range) return { document: await vscode.workspace.openTextDocument(uri), range };
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (editor === undefined) throw new RetortError({ code: "no_editor", message: vscode.l10n.t("No text editor is open."), hint: vscode.l10n.t("Open a file and put the cursor into it.") });
  return { document: editor.document, range: editor.selection };
}

/** The button in the Source Control view hands over whose it is. */
function rootOf(argument: unknown): vscode.Uri | undefined {
  const { rootUri } = (typeof argument === "object" && argument !== null ? argument : {}) as { rootUri?: unknown };
  return rootUri instanceof vscode.Uri ? rootUri : undefined;
}
