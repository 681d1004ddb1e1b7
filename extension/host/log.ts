import * as vscode from "vscode";

import { asRetortError } from "../../runtime/errors.ts";

const TAIL_LINES = 100;

/** The one output channel. What belongs to one request carries the request's id. */
export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel("Retort", { log: true });
  readonly #tail: string[] = [];
  #requests = 0;

  /** A short id for a new request, such as `c17`. */
  newId(kind: string): string {
    this.#requests++;
    return `${kind}${this.#requests}`;
  }

  /** The last lines from `info` upwards, oldest first, for a report. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  info(message: string): void {
    this.#channel.info(message);
    this.#keep("info", message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
    this.#keep("warning", message);
  }

  /** What went wrong while doing `what`: code, message, cause. */
  error(what: string, error: unknown): void {
    const { code, message, cause } = asRetortError(error);
    const line = `${what}: ${code}: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`;
    this.#channel.error(line);
    this.#keep("error", line);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }

  #keep(level: string, message: string): void {
    this.#tail.push(`${new Date().toISOString()} [${level}] ${message}`);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }
}
