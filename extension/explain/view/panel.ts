import { randomBytes } from "node:crypto";

import * as vscode from "vscode";

import { labelsOf } from "./labels.ts";
import { page } from "./page.ts";
import { viewMessage, type HostMessage, type ViewMessage } from "./protocol.ts";
import { VIEW_TYPE } from "./restorer.ts";

/** The Markdown view beside the editor. What it showed comes back after it was hidden, from the host's own state. */
export class ExplainPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #key = randomBytes(16).toString("hex");
  readonly #subscriptions: vscode.Disposable[];

  /** `restored`: the panel that VS Code has kept over a reload of the window; otherwise a new one is opened. */
  constructor(extensionUri: vscode.Uri, onMessage: (message: ViewMessage) => void, onClosed: () => void, restored?: vscode.WebviewPanel) {
    const dist = vscode.Uri.joinPath(extensionUri, "dist", "webview");
    this.#panel = restored ?? vscode.window.createWebviewPanel(VIEW_TYPE, "Retort", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableFindWidget: true });
    const { webview } = this.#panel;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    this.#subscriptions = [
      webview.onDidReceiveMessage((value: unknown) => {
        const message = viewMessage(value, this.#key);
        if (message !== null) onMessage(message);
      }),
      this.#panel.onDidDispose(onClosed),
    ];
    const uri = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    webview.html = page({
      cspSource: webview.cspSource,
      script: uri("explain.js"),
      style: uri("explain-style.css"),
      nonce: randomBytes(16).toString("hex"),
      key: this.#key,
      locale: vscode.env.language,
      labels: labelsOf(vscode.l10n.t),
    });
  }

  /** Shows the panel without taking the focus from the editor. */
  reveal(title: string): void {
    this.#panel.title = title;
    this.#panel.reveal(undefined, true);
  }

  post(message: HostMessage): void {
    void this.#panel.webview.postMessage({ ...message, key: this.#key });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel.dispose();
  }
}
