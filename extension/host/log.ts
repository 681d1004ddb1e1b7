import * as vscode from "vscode";

import { asRetortError } from "../../runtime/errors.ts";

/** The one output channel. What belongs to one request carries the request's id. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Retort", { log: true });
  #requests = 0;

  /** A short id for a new request, such as `c17`. */
  newId(kind: string): string {
    this.#requests++;
    return `${kind}${this.#requests}`;
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
  }

  /** What went wrong while doing `what`: code, message, cause. */
  error(what: string, error: unknown): void {
    const { code, message, cause } = asRetortError(error);
    this.#channel.error(`${what}: ${code}: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}
