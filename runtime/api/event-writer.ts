import type { ServerResponse } from "node:http";

import { RetortError } from "../errors.ts";
import { errorBody } from "./error-reply.ts";
import { limitStall } from "./stall-limit.ts";

export interface EventWriterOptions {
  /** Silence before a comment is sent, so that the client and everything between knows that work goes on. */
  pingMs?: number;
  /** Bytes a slow reader may be behind before it is cut off. */
  maxPendingBytes?: number;
  /** A reader that takes nothing for so long is cut off. */
  stallMs?: number;
  headers?: Record<string, string>;
}

/** Until this, an error can still be told with its own HTTP status. */
const DEFAULT_PING_MS = 2000;
const DEFAULT_MAX_PENDING_BYTES = 1024 * 1024;
const DEFAULT_STALL_MS = 30_000;

/**
 * Server-sent events on one response. Nothing is sent before the first event or the first ping: up to then the
 * request can still fail with a status. A reader that falls too far behind is cut off: its connection is closed.
 */
export class EventWriter {
  readonly #response: ServerResponse;
  readonly #maxPending: number;
  readonly #headers: Record<string, string>;
  readonly #stallMs: number;
  readonly #ping: NodeJS.Timeout;
  #open = false;
  #closed = false;

  constructor(response: ServerResponse, options: EventWriterOptions = {}) {
    this.#response = response;
    this.#maxPending = options.maxPendingBytes ?? DEFAULT_MAX_PENDING_BYTES;
    this.#headers = options.headers ?? {};
    this.#stallMs = options.stallMs ?? DEFAULT_STALL_MS;
    this.#ping = setInterval(() => this.write(": ping\n\n"), options.pingMs ?? DEFAULT_PING_MS);
    this.#ping.unref();
  }

  /** True once the status line has been sent. */
  get opened(): boolean {
    return this.#open;
  }

  /** Sends text that is already in the form of events. */
  write(events: string): void {
    if (this.#closed || this.#response.destroyed) return;
    this.#start();
    this.#ping.refresh();
    this.#response.write(events);
    if (this.#response.writableLength > this.#maxPending) this.#cut();
  }

  /** Sends one event. */
  send(data: unknown): void {
    this.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends the stream: with an error event, or with `last` and the final marker of OpenAI's streams. */
  end(last = "data: [DONE]\n\n"): void {
    if (this.#closed) return;
    this.abandon();
    if (this.#response.destroyed) return;
    this.#start();
    this.#response.end(last);
  }

  fail(error: RetortError): void {
    this.end(`data: ${JSON.stringify(errorBody(error))}\n\n`);
  }

  /** Lets go without sending anything, for an error that goes out with its own status. */
  abandon(): void {
    this.#closed = true;
    clearInterval(this.#ping);
  }

  #start(): void {
    if (this.#open) return;
    this.#open = true;
    limitStall(this.#response, this.#stallMs);
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...this.#headers,
    });
  }

  #cut(): void {
    this.abandon();
    this.#response.destroy();
  }
}
