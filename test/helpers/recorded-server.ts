import { readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { packageRoot } from "../../runtime/entry.ts";

interface Page {
  status: number;
  body: unknown;
}

/** What a server of some kind answers, from its documentation, and what is to be made of it. */
export interface Recording {
  source: string;
  looks: Record<string, Page>;
  /** For paths that are not listed; 404 where it is missing. */
  default?: Page;
  /** The events of a streamed chat. */
  stream: unknown[];
  facts: { kind: string; version: string | null; context: number | null; reasoning: string | null; routes: Record<string, boolean | null>; fields: Record<string, boolean | null> };
  reply: { thinking: string; answer: string; tokens: number | null; prompt: number | null; untold: string[]; reasoning?: number; cached?: number; chunkTokens?: number[] };
}

const FOLDER = join(packageRoot(), "test", "fixtures", "remote");

/** All recordings, by the kind of server. */
export function recordings(): Array<[kind: string, recording: Recording]> {
  return readdirSync(FOLDER).sort().map((file) => [file.replace(/\.json$/, ""), JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Recording]);
}

/** Answers as a recorded server does; requests may be turned away first. */
export class RecordedServer {
  recording: Recording;
  /** Taken from the front for each chat request; when it is empty the stream is sent. */
  readonly refusals: Array<(request: IncomingMessage, response: ServerResponse) => void> = [];
  /** Paths of the pages that were looked at. */
  readonly looked: string[] = [];
  /** Bodies of the chat requests. */
  readonly bodies: Array<Record<string, unknown>> = [];
  #server: Server;

  private constructor(recording: Recording) {
    this.recording = recording;
    this.#server = this.#create();
  }

  static async start(recording: Recording): Promise<RecordedServer> {
    const made = new RecordedServer(recording);
    await made.#listen(0);
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends at once, connections and all. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Listens again at its old port, after a `close`. */
  async reopen(port: number): Promise<void> {
    this.#server = this.#create();
    await this.#listen(port);
  }

  #create(): Server {
    return createServer((request, response) => void this.#answer(request, response));
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (request.method === "POST" && path === "/v1/chat/completions") return this.#chat(request, response);
    this.looked.push(path);
    const { status, body } = this.recording.looks[path] ?? this.recording.default ?? { status: 404, body: "not found" };
    response.writeHead(status, { "content-type": typeof body === "string" ? "text/plain" : "application/json" }).end(typeof body === "string" ? body : JSON.stringify(body));
  }

  async #chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.bodies.push(JSON.parse(await text(request)) as Record<string, unknown>);
    const refuse = this.refusals.shift();
    if (refuse !== undefined) return refuse(request, response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of this.recording.stream) response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    response.end();
  }
}
