import * as vscode from "vscode";

import { asRetortError } from "../../runtime/errors.ts";
import { nowMs } from "../../runtime/timing.ts";
import { AcceptTracker, type OfferedText } from "./accept-tracker.ts";
import { Battery, linuxPowerProbe } from "./battery.ts";
import { realClock } from "./clock.ts";
import { IdleWarmer } from "./context/idle-warmer.ts";
import { WorkspaceContext } from "./context/workspace-context.ts";
import { Controls } from "./controls.ts";
import { switchedOff } from "./gate.ts";
import { CompletionProvider } from "./provider.ts";
import { reasonText } from "./reason-text.ts";
import type { CompletionOptions } from "./register.ts";
import type { Answer, RequestRecord } from "./request.ts";
import { requestLine } from "./request-line.ts";
import { RuntimeEngine } from "./runtime-engine.ts";
import { CompletionSession } from "./session.ts";
import type { Snooze } from "./snooze.ts";
import { StatisticsKeeper } from "./statistics-keeper.ts";
import { statisticsPage } from "./statistics-page.ts";
import { CompletionStatus } from "./completion-status.ts";
import { viewAt } from "./vscode-view.ts";

/** In the editor's own state on this machine; never among what is synchronised with others. */
const STATISTICS = "completion.statistics";

/** Everything that is loaded with the first request: the graph of completion, built by hand. */
export class Completion implements vscode.Disposable {
  readonly provider: CompletionProvider;
  readonly #options: CompletionOptions;
  readonly #statistics: StatisticsKeeper;
  readonly #engine: RuntimeEngine;
  readonly #session: CompletionSession;
  readonly #controls: Controls;
  readonly #context: WorkspaceContext;
  readonly #warmer: IdleWarmer;
  readonly #tracker: AcceptTracker;
  readonly #status: CompletionStatus;
  readonly #subscriptions: vscode.Disposable;
  #last: Answer | null = null;
  #logged: Error | null = null;
  /** Idle work is for people who use completion: nothing is loaded because a file was opened. */
  #used = false;

  constructor(options: CompletionOptions, snooze: Snooze) {
    this.#options = options;
    const { settings, runtime, log, context: { globalState } } = options;
    this.#statistics = new StatisticsKeeper(
      { get: () => globalState.get(STATISTICS), set: (counts) => globalState.update(STATISTICS, counts) }, realClock,
      (error) => log.error("Keeping the statistics", error),
    );
    const battery = new Battery(process.platform === "linux" ? linuxPowerProbe() : () => Promise.resolve(false), nowMs, (error) => log.error("Looking at the power supply", error));
    this.#controls = new Controls(settings, snooze, battery, () => this.stop());
    this.#status = new CompletionStatus(options.status);
    this.#context = new WorkspaceContext((source, error) => log.debug(`Context from ${source}: ${asRetortError(error).message}`));
    this.#engine = new RuntimeEngine(runtime, { model: () => settings.get("retort.completion.model"), precision: () => precisionOf(settings.get("retort.precision")) });
    this.#session = new CompletionSession({
      engine: this.#engine, context: this.#context.gatherer, clock: realClock,
      events: {
        onRequest: (record) => this.#record(record),
        onShown: (_, tokens) => this.#statistics.statistics.shown(tokens),
        onGenerated: (tokens) => this.#generated(tokens),
        onMode: (mode) => this.#status.mode(mode),
      },
    });
    this.#tracker = new AcceptTracker(this.#statistics.statistics, realClock, (uri) => vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.getText() ?? null);
    this.provider = new CompletionProvider({
      session: this.#session, controls: this.#controls, tracker: this.#tracker, newId: () => log.newId("c"),
      answered: (answer) => this.#answered(answer),
    });
    this.#warmer = new IdleWarmer({
      allowed: () => this.#mayWarm(), prepare: (signal) => this.#prepare(signal),
      warm: (request, signal) => this.#engine.warm(request, signal),
      onFailure: (error) => log.debug(`Warming up: ${asRetortError(error).message}`),
    });
    this.#subscriptions = this.#listen();
  }

  get statisticsPage(): string {
    return statisticsPage(this.#statistics.summary(), vscode.l10n.t, vscode.env.language);
  }

  resetStatistics(): Promise<void> {
    return this.#statistics.reset();
  }

  get why(): string {
    return reasonText(this.#last, vscode.l10n.t);
  }

  accepted(offered: OfferedText): void {
    this.#tracker.accepted(offered);
  }

  expectPart(): void {
    this.#tracker.expectPart();
  }

  /** Ends all work, at once: settings have changed, or a person wants silence. */
  stop(): void {
    this.#session.stop();
    this.#warmer.stop();
  }

  dispose(): void {
    this.stop();
    for (const part of [this.#subscriptions, this.#warmer, this.#context, this.#controls, this.#tracker, this.#status, this.#statistics]) part.dispose();
  }

  #listen(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.#tracker.changed(document.uri.toString(), contentChanges.map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, removed: rangeLength, inserted: text.length, text })));
        this.#warmer.stir();
      }),
      // The cursor moves after the text has changed, so this sees both.
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#follow(editor)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document === vscode.window.activeTextEditor?.document) this.#follow(undefined);
      }),
    );
  }

  #follow(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && editor !== vscode.window.activeTextEditor) return;
    if (this.#session.busy) this.#session.follow(editor === undefined ? null : viewAt(editor.document, editor.selection.active));
    this.#warmer.stir();
  }

  #answered(answer: Answer): void {
    // What was overtaken by the next key says nothing about why there is no suggestion now.
    if (answer.kind !== "none" || answer.reason !== "superseded") this.#last = answer;
    this.#status.answered(answer, this.#controls.pausedOnBattery);
  }

  #record(record: RequestRecord): void {
    this.#statistics.statistics.request(record);
    const { answer } = record;
    const line = requestLine(record);
    if (answer.kind === "none" && answer.reason === "superseded") this.#options.log.debug(line);
    else this.#options.log.info(line);
    const error = answer.kind === "none" ? answer.error : undefined;
    // While typing pauses after a failure, each key has the same error.
    if (error !== undefined && error !== this.#logged) this.#options.log.error(record.id, error);
    this.#logged = error ?? this.#logged;
  }

  #generated(tokens: number): void {
    this.#used ||= tokens > 0;
    this.#statistics.statistics.generated(tokens);
  }

  #mayWarm(): boolean {
    const editor = vscode.window.activeTextEditor;
    return this.#used && editor !== undefined && switchedOff(this.#controls.switches(editor.document), false) === null && this.#controls.policy(editor.document).automatic;
  }

  async #prepare(signal: AbortSignal): Promise<ReturnType<CompletionSession["warmRequest"]>> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return null;
    const { document, selection: { active } } = editor;
    await this.#context.refresh(document, active, signal);
    return this.#session.warmRequest(viewAt(document, active));
  }
}

function precisionOf(setting: "auto" | "fp16" | "int8"): "fp16" | "int8" | undefined {
  return setting === "auto" ? undefined : setting;
}
