import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { Disposable } from "../../runtime/dispose.ts";

/** What one request is answered with in place of the usual. */
export type Act = (request: IncomingMessage, response: ServerResponse, hub: HubServer) => void;

/**
 * Behaves like the Hugging Face hub for one file: `/<repo>/resolve/main/<file>` redirects to the file's host `/cdn/…` and
 * states hash and size; the file's host serves it with ETag, ranges and If-Range. Scripted acts come first, in order.
 */
export class HubServer implements Disposable {
  content: Buffer;
  readonly requests: Array<{ path: string; headers: IncomingMessage["headers"] }> = [];
  /** For the next requests to the hub itself. */
  readonly atHub: Act[] = [];
  /** For the next requests to the file's host. */
  readonly atCdn: Act[] = [];
  #cut: { at: number; response: ServerResponse } | undefined;
  readonly #server: Server;

  constructor(content: Buffer) {
    this.content = content;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get etag(): string {
    return `"${this.sha256.slice(0, 32)}"`;
  }

  get sha256(): string {
    return createHash("sha256").update(this.content).digest("hex");
  }

  /** To be told how many bytes the client has: a cut happens once it has all that it should get, not before. */
  received(bytes: number): void {
    if (this.#cut === undefined || bytes < this.#cut.at) return;
    this.#cut.response.destroy();
    this.#cut = undefined;
  }

  /** Cuts this answer when the client has `at` bytes of the file. */
  cutWhenReceived(response: ServerResponse, at: number): void {
    this.#cut = { at, response };
  }

  async dispose(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    this.requests.push({ path, headers: request.headers });
    const usual = path.startsWith("/cdn/") ? serveFile() : redirectToCdn();
    const act = (path.startsWith("/cdn/") ? this.atCdn : this.atHub).shift() ?? usual;
    act(request, response, this);
  }
}

/** The hub's usual answer, with other headers where given. */
export function redirectToCdn(headers: Record<string, string> = {}): Act {
  return (request, response, hub) => {
    response.writeHead(302, { location: `/cdn${request.url}`, "x-linked-etag": `"${hub.sha256}"`, "x-linked-size": hub.content.length, ...headers }).end();
  };
}

/** The file's host's usual answer: the whole file, or the rest of it when the ETag is still the same. */
export function serveFile(): Act {
  return (request, response, hub) => {
    const { body, head } = ranged(request, hub);
    response.writeHead(head.status, head.headers).end(body);
  };
}

/** Breaks the connection once the client has this many bytes of the answer's body; it says so with {@link HubServer.received}. */
export function cutAfter(bytes: number): Act {
  return (request, response, hub) => {
    const { body, head } = ranged(request, hub);
    hub.cutWhenReceived(response, hub.content.length - body.length + bytes);
    response.writeHead(head.status, head.headers);
    response.write(body.subarray(0, bytes));
  };
}

/** Sends this many bytes and then nothing. */
export function stallAfter(bytes: number): Act {
  return (request, response, hub) => {
    const { body, head } = ranged(request, hub);
    response.writeHead(head.status, head.headers);
    response.write(body.subarray(0, bytes));
  };
}

export function status(code: number, headers: Record<string, string> = {}): Act {
  return (_request, response) => void response.writeHead(code, headers).end("no");
}

/** A redirect to anywhere. Without a target, to itself for ever. */
export function redirectTo(location?: string): Act {
  return (request, response, hub) => {
    if (location === undefined) hub.atHub.push(redirectTo());
    response.writeHead(302, { location: location ?? request.url ?? "/" }).end();
  };
}

/** A login page in the file's place. */
export function loginPage(): Act {
  return (_request, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Log in</title>");
}

export function compressed(): Act {
  return (_request, response, hub) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(hub.content));
}

/** A whole answer of another length than the hub states. */
export function shorterBy(bytes: number): Act {
  return (_request, response, hub) => {
    const content = hub.content.subarray(0, hub.content.length - bytes);
    response.writeHead(200, { etag: hub.etag, "content-length": content.length }).end(content);
  };
}

/** Bytes of the right number, but others. */
export function corrupted(): Act {
  return (_request, response, hub) => {
    const wrong = Buffer.from(hub.content);
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    response.writeHead(200, { "content-length": wrong.length, etag: hub.etag }).end(wrong);
  };
}

/** Cuts the connection, and has other content from then on. */
export function cutThenChange(bytes: number, next: Buffer): Act {
  return (request, response, hub) => {
    cutAfter(bytes)(request, response, hub);
    hub.content = next;
  };
}

function ranged(request: IncomingMessage, hub: HubServer): { body: Buffer; head: { status: number; headers: Record<string, string | number> } } {
  const { content, etag } = hub;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? Number.NaN);
  const same = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
  if (Number.isNaN(start) || !same) return { body: content, head: { status: 200, headers: { etag, "content-length": content.length, "accept-ranges": "bytes" } } };
  if (start >= content.length) return { body: Buffer.alloc(0), head: { status: 416, headers: { "content-range": `bytes */${content.length}` } } };
  const body = content.subarray(start);
  const headers = { etag, "content-length": body.length, "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
  return { body, head: { status: 206, headers } };
}
