import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

import type { Disposable } from "../dispose.ts";
import { cancelled, RetortError } from "../errors.ts";
import { nowMs } from "../timing.ts";
import { connectionError, responseError } from "./client-errors.ts";
import { fieldOf, isFields } from "./fields.ts";
import type { Look } from "./server-looks.ts";

/** Where a server is and how to be let in. */
export interface Endpoint {
  /** Base URL; a trailing `/v1` is understood and removed. */
  url: string;
  /** Bearer token; null sends none. */
  token: string | null;
}

export interface ConnectionOptions {
  endpoint: Endpoint;
  /** Extra headers for every request. */
  headers?: Record<string, string>;
  /** Finds the server again where nothing listens any more, or it is ending; asked once per request. */
  reconnect?: () => Promise<Endpoint>;
}

export interface SendOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** False: a server that is gone is not looked for again. Default true. */
  reconnect?: boolean;
}

/** A reply whose body has not been read, and the time its request was handed to the socket. */
export interface Reply {
  message: IncomingMessage;
  /** Monotonic ms, {@link nowMs}. */
  sentAt: number;
}

/** The request was not processed, and another server may be there, or be started. */
const MOVED = ["connection_refused", "shutting_down"];

/** Largest body that is read whole. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** Largest page of a server that is looked at. */
const MAX_LOOK_BYTES = 8 * 1024 * 1024;

/**
 * HTTP to one server, over node:http with kept-alive connections: fetch would end a request after five minutes
 * without a byte, which a long reasoning answer exceeds, and costs more for each streamed chunk.
 */
export class HttpConnection implements Disposable {
  #endpoint: Endpoint;
  readonly #headers: Record<string, string>;
  readonly #reconnect: (() => Promise<Endpoint>) | undefined;
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  constructor(options: ConnectionOptions) {
    this.#endpoint = normalise(options.endpoint);
    this.#headers = options.headers ?? {};
    this.#reconnect = options.reconnect;
  }

  /** Base URL without `/v1` and without a trailing slash. */
  get url(): string {
    return this.#endpoint.url;
  }

  /** Sends a request and resolves with a reply whose status is 2xx. Rejects with a RetortError. */
  async send(method: "GET" | "POST", path: string, body: unknown, options: SendOptions = {}): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await this.#attempt(method, path, text, options);
    } catch (error) {
      if (!(error instanceof RetortError) || !MOVED.includes(error.code) || this.#reconnect === undefined || options.reconnect === false) throw error;
      this.#endpoint = normalise(await this.#reconnect());
      return this.#attempt(method, path, text, options);
    }
  }

  /** Sends a request and reads the JSON of its reply. */
  async json<T>(method: "GET" | "POST", path: string, body?: unknown, options: SendOptions = {}): Promise<T> {
    const { message } = await this.send(method, path, body, options);
    const text = await readText(message, this.url, options.signal);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw badResponse(`${this.url}${path} answered with something that is not JSON.`, error);
    }
  }

  /** The same, of a route whose reply has a list of objects in `data`. */
  async list<T>(method: "GET" | "POST", path: string, body?: unknown, options: SendOptions = {}): Promise<{ data: T[] }> {
    const reply = await this.json<unknown>(method, path, body, options);
    const data = fieldOf(reply, "data");
    if (!Array.isArray(data) || !data.every(isFields)) throw badResponse(`${this.url}${path} answered without a list in 'data'.`);
    return reply as { data: T[] };
  }

  /** One GET, whatever its status: for finding out what a server is. A body that is not JSON is text. */
  async look(path: string, options: SendOptions = {}): Promise<Look> {
    if (options.signal?.aborted === true) throw cancelled();
    const reply = await this.#exchange("GET", path, undefined, options);
    if (reply === "stale") throw connectionError(this.url, new Error("closed"));
    return { status: reply.message.statusCode ?? 0, body: jsonOrText(await readText(reply.message, this.url, options.signal, MAX_LOOK_BYTES)) };
  }

  dispose(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #attempt(method: string, path: string, body: string | undefined, options: SendOptions): Promise<Reply> {
    const signal = options.signal;
    if (signal?.aborted === true) throw cancelled();
    let reply = await this.#exchange(method, path, body, options);
    // A kept-alive connection that the server closed in the same moment: nothing was processed, so once more on a new one.
    if (reply === "stale") reply = await this.#exchange(method, path, body, options);
    if (reply === "stale") throw connectionError(this.url, new Error("closed twice"));
    const status = reply.message.statusCode ?? 0;
    if (status >= 200 && status < 300) return reply;
    throw responseError(this.url, reply.message, await readText(reply.message, this.url, signal));
  }

  #exchange(method: string, path: string, body: string | undefined, options: SendOptions): Promise<Reply | "stale"> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      let sentAt = nowMs();
      const request = this.#open(method, path, body, options.headers);
      const abort = (): void => { request.destroy(cancelled()); };
      signal?.addEventListener("abort", abort, { once: true });
      request.once("finish", () => { sentAt = nowMs(); });
      request.once("response", (message) => {
        // The listener stays for the body: an abort then destroys the response stream.
        message.once("close", () => signal?.removeEventListener("abort", abort));
        resolve({ message, sentAt });
      });
      request.once("error", (error: NodeJS.ErrnoException) => {
        signal?.removeEventListener("abort", abort);
        if (signal?.aborted === true) reject(cancelled());
        else if (request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE")) resolve("stale");
        else reject(connectionError(this.url, error));
      });
      request.end(body);
    });
  }

  #open(method: string, path: string, body: string | undefined, extra: Record<string, string> | undefined): ClientRequest {
    const url = new URL(this.#endpoint.url + path);
    const headers: Record<string, string> = { accept: "application/json, text/event-stream", ...this.#headers, ...extra };
    if (this.#endpoint.token !== null) headers.authorization = `Bearer ${this.#endpoint.token}`;
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = String(Buffer.byteLength(body));
    }
    return url.protocol === "https:"
      ? httpsRequest(url, { method, headers, agent: this.#https })
      : httpRequest(url, { method, headers, agent: this.#http });
  }
}

/** What came is not what such a server sends. */
export function badResponse(message: string, cause?: unknown): RetortError {
  return new RetortError({ code: "bad_response", message, hint: "Check that the URL is that of an OpenAI-compatible server.", status: 502 }, { cause });
}

function normalise(endpoint: Endpoint): Endpoint {
  let url: URL;
  try {
    url = new URL(endpoint.url);
  } catch (error) {
    throw badUrl(endpoint.url, error);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw badUrl(endpoint.url);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { url: url.origin + path, token: endpoint.token };
}

function badUrl(url: string, cause?: unknown): RetortError {
  return new RetortError({
    code: "bad_url",
    message: `'${url}' is not the URL of a server.`,
    hint: "Give a base URL such as http://localhost:8000/v1.",
    status: 400,
  }, { cause });
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function readText(message: IncomingMessage, url: string, signal: AbortSignal | undefined, most = MAX_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) throw new RetortError({ code: "bad_response", message: "The server's reply is too large.", status: 502 });
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal?.aborted === true) throw cancelled();
    if (error instanceof RetortError) throw error;
    throw connectionError(url, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}
