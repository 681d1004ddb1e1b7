import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { RetortError, type ErrorFields } from "../errors.ts";
import { errorBody } from "./error-reply.ts";

type Refusal = ErrorFields & { status: number };

const HINT = "Use an HTTP/1.1 client.";
const BAD_HTTP: Refusal = { code: "bad_http", message: "The request is not valid HTTP.", hint: HINT, status: 400 };
const TOO_LONG: Refusal = { code: "headers_too_large", message: "The headers are too long.", hint: HINT, status: 431 };
const LATE: Refusal = { code: "request_timeout", message: "The request did not arrive in time.", hint: HINT, status: 408 };
const EXPECTATION: Refusal = { code: "expectation_failed", message: "The Expect header asks for something that is not done here.", hint: "Leave it out, or send 100-continue.", status: 417 };
const NO_PROXY: Refusal = { code: "method_not_allowed", message: "This is no proxy: CONNECT is not possible.", hint: "Use GET or POST.", status: 405 };
const BY_CODE: Readonly<Record<string, Refusal>> = { HPE_HEADER_OVERFLOW: TOO_LONG, ERR_HTTP_REQUEST_TIMEOUT: LATE };
const REASONS: Readonly<Record<number, string>> = { 400: "Bad Request", 405: "Method Not Allowed", 408: "Request Timeout", 417: "Expectation Failed", 431: "Request Header Fields Too Large" };

/**
 * Refuses what never becomes a request for a route: bytes that are not HTTP, headers that are too long or never end,
 * `Expect` and CONNECT. Answers that are on their way on the same connection come first, whole.
 */
export class MalformedRequests {
  readonly #open = new WeakMap<Socket, Set<ServerResponse>>();
  readonly #refused = new WeakSet<Socket>();

  /** To be told of every request that a route answers. */
  answering({ socket }: IncomingMessage, response: ServerResponse): void {
    const open = this.#open.get(socket) ?? new Set();
    this.#open.set(socket, open.add(response));
    response.once("close", () => open.delete(response));
  }

  /** Node answers these two without a word otherwise. */
  listen(server: Server): void {
    server.on("checkExpectation", (_request, response) => {
      const text = bodyOf(EXPECTATION);
      response.writeHead(EXPECTATION.status, { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text), connection: "close" }).end(text);
    });
    server.on("connect", (_request, socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(answerOf(NO_PROXY));
    });
  }

  readonly refuse = (error: Error & { code?: string }, socket: Socket): void => {
    // Each further piece of a broken stream is an error of its own.
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    const whole = [...this.#open.get(socket) ?? []].filter((response) => response.req.complete);
    if (whole.length === 0) return this.#say(error, socket);
    let left = whole.length;
    for (const response of whole) response.once("close", () => { if (--left === 0) this.#say(error, socket); });
  };

  #say({ code = "" }: { code?: string }, socket: Socket): void {
    // An answer that has begun cannot be changed any more: only its end tells that something was wrong.
    const begun = [...this.#open.get(socket) ?? []].some((response) => response.headersSent);
    if (begun || !socket.writable) return void socket.destroy();
    socket.end(answerOf(BY_CODE[code] ?? BAD_HTTP));
  }
}

function answerOf(refusal: Refusal): string {
  const body = bodyOf(refusal);
  return `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status] ?? ""}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function bodyOf(refusal: Refusal): string {
  return JSON.stringify(errorBody(new RetortError(refusal)));
}
