import * as vscode from "vscode";

import type { AnyCard } from "../host/model-choice.ts";
import { mainModel } from "./main-model.ts";
import type { MemoryHistory } from "./memory-history.ts";
import type { ModelsParts } from "./parts.ts";
import { type Look, RuntimeWatch } from "./runtime-watch.ts";
import { statusView, type StatusView } from "./status-text.ts";

const PRIORITY = 100;
const TOOLTIP_COMMANDS = ["retort.togglePrecision", "retort.chooseModel", "retort.showMemory", "retort.checkMachine", "retort.showLog"];

/** The item in the status bar. It looks at the runtime only while one is connected and somebody sees the window. */
export class StatusItem implements vscode.Disposable {
  readonly #parts: ModelsParts;
  readonly #history: MemoryHistory;
  readonly #item = vscode.window.createStatusBarItem("retort.status", vscode.StatusBarAlignment.Right, PRIORITY);
  readonly #watch: RuntimeWatch;
  readonly #subscriptions: vscode.Disposable[];
  readonly #looked = new vscode.EventEmitter<void>();
  #look: Look | null = null;
  #cards: readonly AnyCard[] = [];
  /** What the cards were read for: files in memory and chosen precisions. */
  #cardsKey = "";
  #view: StatusView | undefined;

  constructor(parts: ModelsParts, history: MemoryHistory) {
    this.#parts = parts;
    this.#history = history;
    this.#item.name = "Retort";
    this.#watch = new RuntimeWatch(() => this.#lookAtRuntime(), (look) => this.#took(look));
    this.#subscriptions = [
      this.#item,
      this.#looked,
      parts.runtime.onDidChangeState(() => this.#connectionChanged()),
      parts.board.onDidChange(() => { this.#watch.wake(); this.#show(); }),
      vscode.window.onDidChangeWindowState(() => this.#focusChanged()),
      parts.settings.onDidChange(["retort.model", "retort.precision"], () => { this.#watch.wake(); this.#show(); }),
    ];
    this.#connectionChanged();
    this.#item.show();
  }

  /** After each look at the runtime. */
  readonly onDidLook = (listener: () => void): vscode.Disposable => this.#looked.event(listener);

  get look(): Look | null {
    return this.#look;
  }

  /** What the bar shows now. */
  get view(): StatusView | undefined {
    return this.#view;
  }

  /** Something has probably changed. */
  wake(): void {
    this.#watch.wake();
  }

  dispose(): void {
    this.#watch.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #connectionChanged(): void {
    if (this.#parts.runtime.state !== "connected") [this.#look, this.#cards, this.#cardsKey] = [null, [], ""];
    this.#focusChanged();
    this.#show();
  }

  #focusChanged(): void {
    this.#watch.active = this.#parts.runtime.state === "connected" && vscode.window.state.focused;
  }

  async #lookAtRuntime(): Promise<Look | null> {
    const client = await this.#parts.runtime.current();
    if (client === null) return null;
    try {
      if (!client.local) {
        if (this.#cards.length === 0) this.#cards = await client.models();
        return null;
      }
      const status = await client.statusIfRunning();
      if (status === null) return null;
      const memory = status.loaded.length === 0 ? null : await client.memory();
      const key = JSON.stringify([status.loaded.map(({ file_sha256 }) => file_sha256), status.active_precision]);
      if (key !== this.#cardsKey) [this.#cards, this.#cardsKey] = [await client.models(), key];
      return { status, memory };
    } catch (error) {
      // A look is no request of a person's: the next one may succeed, and what fails for them is told there.
      this.#parts.log.debug(`status: ${String(error)}`);
      return null;
    }
  }

  #took(look: Look | null): void {
    this.#look = look;
    if (look?.memory != null) this.#history.add({ at: Date.now(), ram: look.memory.process.rss, vram: look.memory.vram?.used ?? null });
    this.#show();
    this.#looked.fire();
  }

  #show(): void {
    const { settings, runtime, board } = this.#parts;
    const wanted = settings.get("retort.model");
    const model = mainModel(this.#cards, this.#look?.status ?? null, wanted) ?? (wanted === "" ? null : { id: wanted, name: wanted, precision: null });
    const view = statusView({
      connection: runtime.state,
      remote: runtime.remote ? settings.get("retort.runtime.url") : null,
      status: this.#look?.status ?? null,
      memory: this.#look?.memory ?? null,
      model,
      activities: [...board.activities.values()],
    }, vscode.l10n.t);
    this.#view = view;
    this.#item.text = view.text;
    this.#item.command = view.command;
    this.#item.accessibilityInformation = { label: view.label, role: "button" };
    this.#item.tooltip = tooltip(view.tooltip);
    this.#item.backgroundColor = view.severity === "none" ? undefined : new vscode.ThemeColor(`statusBarItem.${view.severity}Background`);
  }
}

function tooltip(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown, true);
  text.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
  return text;
}
