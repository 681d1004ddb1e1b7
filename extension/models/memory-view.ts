import * as vscode from "vscode";

import type { MemoryHistory } from "./memory-history.ts";
import { memoryPage } from "./memory-page.ts";
import type { StatusItem } from "./status-item.ts";

/** A new page makes the view blink, so not with every look. */
const UPDATE_MS = 5000;

/** `Retort: Show Memory`: one panel with the history of this window. It has no scripts and is rebuilt from the extension's state. */
export class MemoryView implements vscode.Disposable {
  readonly #history: MemoryHistory;
  readonly #item: StatusItem;
  readonly #subscription: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #drawnAt = 0;
  #drawn = "";

  constructor(history: MemoryHistory, item: StatusItem) {
    this.#history = history;
    this.#item = item;
    this.#subscription = item.onDidLook(() => this.#draw(UPDATE_MS));
  }

  show(): void {
    if (this.#panel === undefined) {
      this.#panel = vscode.window.createWebviewPanel("retort.memory", vscode.l10n.t("Retort: Memory"), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: false, localResourceRoots: [] });
      this.#panel.onDidDispose(() => { this.#panel = undefined; });
      this.#panel.onDidChangeViewState(() => this.#draw(0));
    }
    this.#drawn = "";
    this.#draw(0);
    this.#panel.reveal(undefined, true);
    this.#item.wake();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }

  #draw(notWithinMs: number): void {
    if (this.#panel?.visible !== true || Date.now() - this.#drawnAt < notWithinMs) return;
    const look = this.#item.look;
    const page = memoryPage({ samples: this.#history.samples, status: look?.status ?? null, memory: look?.memory ?? null }, vscode.l10n.t, vscode.env.language);
    if (page === this.#drawn) return;
    [this.#drawn, this.#drawnAt] = [page, Date.now()];
    this.#panel.webview.html = page;
  }
}
