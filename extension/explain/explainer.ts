import * as vscode from "vscode";

import type { ChatRequest } from "../../runtime/api/types.ts";
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
import { Question, type Answered } from "./run/question.ts";
import { failureText, remedyFor } from "./run/remedy.ts";
import type { RunningQuestions } from "./run/running-questions.ts";
import { timingLine } from "./run/timing-line.ts";
import { limits, modelWish } from "./run/wish.ts";
import { Explanation } from "./view/explanation.ts";
import { insertCode } from "./view/insert-code.ts";
import { revived } from "./view/kept-state.ts";
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
  questions: RunningQuestions;
}

interface Running {
  /** In the log, and among the running questions. */
  id: string;
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
  /** What the view showed before the window was reloaded, until something new is explained. */
  #restored: ViewState | null = null;
  #count = 0;

  constructor(services: ExplainerServices) {
    this.#services = services;
  }

  /** Resolves with what the view shows in the end; a failure is shown there, too. */
  async explain(job: Job): Promise<ViewState> {
    this.stop();
    const running = this.#start(job);
    const { id, explanation, abort } = running;
    const { log, status } = this.#services;
    const progress = new FirstTextProgress(job.title, () => this.stop());
    status.set(PART, { kind: "busy", text: job.title });
    try {
      const answered = await this.#ask(running, () => progress.dispose());
      explanation.done(timingLine(answered.reply, vscode.l10n.t, vscode.env.language, answered.cut ? answered.firstTextMs : null), endNote(answered, explanation.full));
    } catch (error) {
      this.#failed(running, error);
    } finally {
      this.#services.questions.remove(id);
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

  /** Takes over the panel that VS Code has kept over a reload of the window, with the text that it had. */
  restore(panel: vscode.WebviewPanel, kept: unknown): void {
    const state = revived(kept, vscode.l10n.t("The window was reloaded before the answer was complete."));
    // A new explanation has its panel already, and a state of another version is none to show.
    if (state === null || this.#panel !== null) return panel.dispose();
    this.#restored = { ...state, id: ++this.#count };
    this.#openPanel(panel);
  }

  dispose(): void {
    this.stop();
    this.#panel?.dispose();
  }

  #start(job: Job): Running {
    const panel = this.#openPanel();
    const count = ++this.#count;
    // What an older explanation still has to say is no longer of interest.
    const explanation = new Explanation(count, job.title, job.target !== null, (message) => { if (count === this.#count) this.#panel?.post(message); }, nowMs);
    panel.reveal(job.title);
    this.#restored = null;
    return this.#current = { id: this.#services.log.newId("e"), job, explanation, abort: new AbortController(), request: null, remedy: null };
  }

  async #ask(running: Running, onText: () => void): Promise<Answered> {
    const { settings, runtime, questions } = this.#services;
    const { job, explanation, abort: { signal } } = running;
    const client = await runtime.client(signal);
    const model = await findModel(client, modelWish(settings), signal);
    const most = limits(settings);
    const { request, context } = await prepare(job, model, most, counter(client, model, signal));
    running.request = request;
    explanation.describe(describeContext(context, vscode.l10n.t, vscode.env.language));
    if (signal.aborted) throw cancelled();
    const question = new Question({
      send: (asked, options) => client.chat(asked, { ...options, priority: "chat" }),
      signal,
      thinkingTokens: most.thinkingTokens,
      onDelta: (delta) => {
        onText();
        explanation.delta(delta);
        if (explanation.full) running.abort.abort();
      },
      onThinking: () => questions.changed(),
      onCut: () => explanation.cutThinking(),
    });
    questions.add(running.id, question);
    return question.ask(request);
  }

  #failed(running: Running, error: unknown): void {
    const { id, explanation } = running;
    if (isCancelled(error)) {
      explanation.stopped(explanation.full ? vscode.l10n.t("The answer grew too long and was stopped.") : vscode.l10n.t("Stopped."));
      return;
    }
    this.#services.log.error(`${id} ${running.job.title}`, error);
    running.remedy = remedyFor(error, this.#services.log);
    explanation.failed(failureText(error), running.remedy.title);
  }

  #openPanel(restored?: vscode.WebviewPanel): ExplainPanel {
    this.#panel ??= new ExplainPanel(this.#services.context.extensionUri, (message) => void this.#take(message), () => {
      this.#panel = null;
      this.#restored = null;
      this.stop();
    }, restored);
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
    if (message.type === "copyCode") return await vscode.env.clipboard.writeText(message.code);
    if (this.#restored !== null) return await this.#doRestored(message, this.#restored);
    const running = this.#current;
    if (running === null) return;
    const { job, explanation, request } = running;
    switch (message.type) {
      case "ready": return explanation.show();
      case "stop": return this.stop();
      case "copy": return await vscode.env.clipboard.writeText(explanation.state.answer);
      case "answerNow": this.#services.questions.answerNow(running.id); return;
      case "again": await this.explain(job); return;
      case "action": await running.remedy?.run(); return;
      case "notebook": if (request !== null) await newNotebook(this.#services.context.extension.id, cellSource(request)); return;
      case "insert":
      case "replace": if (job.target !== null) await insertCode(job.target, message.code, message.type);
    }
  }

  /** A text from before a reload can be read and copied; what it was asked about is gone. */
  async #doRestored({ type }: ViewMessage, state: ViewState): Promise<void> {
    if (type === "ready") this.#panel?.post({ type: "show", state });
    if (type === "copy") await vscode.env.clipboard.writeText(state.answer);
  }
}

/** What should be known about how an answer ended. */
function endNote({ reply }: Answered, full: boolean): string {
  if (full) return vscode.l10n.t("The answer grew too long and was stopped.");
  if (reply.finish !== "length") return reply.answer.trim() === "" ? vscode.l10n.t("The model gave no answer. Ask again, or choose another model.") : "";
  if (reply.answer === "" && reply.thinking !== "") return vscode.l10n.t("The model used all its tokens for thinking. Raise retort.explain.maxTokens, and ask again.");
  return vscode.l10n.t("The answer was cut at the token limit. Raise retort.explain.maxTokens for longer ones.");
}
