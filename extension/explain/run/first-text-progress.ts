import * as vscode from "vscode";

/** Whoever waits less needs no notification: the view says it, too. */
const DELAY_MS = 1500;

/** A notification with a cancel button from soon after the start until the first text. */
export class FirstTextProgress implements vscode.Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<void>;
  readonly #close: () => void;

  constructor(title: string, cancel: () => void) {
    const { promise, resolve } = deferred();
    this.#ended = promise;
    this.#close = resolve;
    this.#timer = setTimeout(() => {
      void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Retort: ${title}`, cancellable: true }, (progress, token) => {
        progress.report({ message: vscode.l10n.t("Waiting for the model…") });
        token.onCancellationRequested(cancel);
        return this.#ended;
      });
    }, DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#close();
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => { resolve = done; });
  return { promise, resolve };
}
