import * as vscode from "vscode";

import type { ChatRequest } from "../../runtime/api/types.ts";
import type { ChatReply } from "../../runtime/client/replies.ts";
import { cancelled, isCancelled } from "../../runtime/errors.ts";
import { nowMs } from "../../runtime/timing.ts";
import type { Log } from "../host/log.ts";
import { reportFailure, type Action } from "../host/report.ts";
import type { RuntimeConnection } from "../host/runtime-connection.ts";
import type { Settings } from "../host/settings.ts";
import type { StatusBoard } from "../host/status-board.ts";
import { newNotebook } from "../notebook/commands/new-notebook.ts";
import { describeContext } from "./context/describe-context.ts";
import { FirstTextProgress } from "./run/first-text-progress.ts";
import type { Job } from "./run/job.ts";
import { counter, findModel } from "./run/model-access.ts";
import { prepare } from "./run/prepare.ts";
import { failureText, remedyFor } from "./run/remedy.ts";
import { timingLine } from "./run/timing-line.ts";
import { limits, modelWish } from "./run/wish.ts";
import { Explanation } from "./view/explanation.ts";
import { insertCode } from "./view/insert-code.ts";
import { cellSource } from "./view/notebook-cell.ts";
import { ExplainPanel } from "./view/panel.ts";
import type { ViewMessage } from "./view/protocol.ts";
import type { ViewState } from "./view/view-state.ts";

export interface ExplainerServices {
  context: vscode.ExtensionContext;
  settings: Settings;
  runtime: RuntimeConnection;
  log: Log;
  status: StatusBoard;
}

interface Running {
  job: Job;
  explanation: Explanation;
  abort: AbortController;
  request: ChatRequest | null;
  remedy: Action | null;
}

const PART = "explain";

/** Answers one job at a time in the view beside the editor. A new job, the stop button and closing the view end the one before. */
export class Explainer implements vscode.Disposable {
  readonly #services: ExplainerServices;
  #panel: ExplainPanel | null = null;
  #current: Running | null = null;
  #count = 0;

  constructor(services: ExplainerServices) {
    this.#services = services;
  }

  /** Resolves with what the view shows in the end; a failure is shown there, too. */
  async explain(job: Job): Promise<ViewState> {
    this.stop();
    const running = this.#start(job);
    const { explanation, abort } = running;
    const { log, status } = this.#services;
    const id = log.newId("e");
    const progress = new FirstTextProgress(job.title, () => this.stop());
    status.set(PART, { kind: "busy", text: job.title });
    try {
      const reply = await this.#ask(running, () => progress.dispose());
      explanation.done(timingLine(reply, vscode.l10n.t, vscode.env.language), endNote(reply, explanation.full));
    } catch (error) {
      this.#failed(running, id, error);
    } finally {
      progress.dispose();
      if (this.#current === running) status.set(PART, null);
      abort.abort();
    }
    const { phase, context, timing } = explanation.state;
    log.info(`${id} ${job.title}: ${phase}. ${[context, timing].filter((text) => text !== "").join(" | ")}`);
    return { ...explanation.state };
  }

  stop(): void {
    const running = this.#current;
    if (running === null || running.explanation.ended) return;
    running.explanation.stopped(vscode.l10n.t("Stopped."));
    running.abort.abort();
  }

  dispose(): void {
    this.stop();
    this.#panel?.dispose();
  }

  #start(job: Job): Running {
    const panel = this.#openPanel();
    const id = ++this.#count;
    // What an older explanation still has to say is no longer of interest.
    const explanation = new Explanation(id, job.title, job.target !== null, (message) => { if (id === this.#count) this.#panel?.post(message); }, nowMs);
    panel.reveal(job.title);
    return this.#current = { job, explanation, abort: new AbortController(), request: null, remedy: null };
  }

  async #ask(running: Running, onText: () => void): Promise<ChatReply> {
    const { settings, runtime } = this.#services;
    const { job, explanation, abort: { signal } } = running;
    const client = await runtime.client(signal);
    const model = await findModel(client, modelWish(settings), signal);
    const { request, context } = await prepare(job, model, limits(settings), counter(client, model, signal));
    running.request = request;
    explanation.describe(describeContext(context, vscode.l10n.t, vscode.env.language));
    if (signal.aborted) throw cancelled();
    return client.chat(request, {
      signal,
      priority: "chat",
      onDelta: (delta) => {
        onText();
        explanation.delta(delta);
        if (explanation.full) running.abort.abort();
      },
    });
  }

  #failed(running: Running, id: string, error: unknown): void {
    const { explanation } = running;
    if (isCancelled(error)) {
      explanation.stopped(explanation.full ? vscode.l10n.t("The answer grew too long and was stopped.") : vscode.l10n.t("Stopped."));
      return;
    }
    this.#services.log.error(`${id} ${running.job.title}`, error);
    running.remedy = remedyFor(error, this.#services.log);
    explanation.failed(failureText(error), running.remedy.title);
  }

  #openPanel(): ExplainPanel {
    this.#panel ??= new ExplainPanel(this.#services.context.extensionUri, (message) => void this.#take(message), () => {
      this.#panel = null;
      this.stop();
    });
    return this.#panel;
  }

  async #take(message: ViewMessage): Promise<void> {
    try {
      await this.#do(message);
    } catch (error) {
      await reportFailure(this.#services.log, "explain view", error);
    }
  }

  async #do(message: ViewMessage): Promise<void> {
    const running = this.#current;
    if (running === null) return;
    const { job, explanation, request } = running;
    switch (message.type) {
      case "ready": return explanation.show();
      case "stop": return this.stop();
      case "copy": return await vscode.env.clipboard.writeText(explanation.state.answer);
      case "copyCode": return await vscode.env.clipboard.writeText(message.code);
      case "again": await this.explain(job); return;
      case "action": await running.remedy?.run(); return;
      case "notebook": if (request !== null) await newNotebook(this.#services.context.extension.id, cellSource(request)); return;
      case "insert":
      case "replace": if (job.target !== null) await insertCode(job.target, message.code, message.type);
    }
  }
}

/** What should be known about how an answer ended. */
function endNote(reply: ChatReply, full: boolean): string {
  if (full) return vscode.l10n.t("The answer grew too long and was stopped.");
  if (reply.finish !== "length") return reply.answer.trim() === "" ? vscode.l10n.t("The model gave no answer. Ask again, or choose another model.") : "";
  if (reply.answer === "" && reply.thinking !== "") return vscode.l10n.t("The model used all its tokens for thinking. Raise retort.explain.maxTokens, and ask again.");
  return vscode.l10n.t("The answer was cut at the token limit. Raise retort.explain.maxTokens for longer ones.");
}
