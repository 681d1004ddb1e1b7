import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { InfillRequest } from "../../../runtime/api/types.ts";

export interface ServedModel {
  id: string;
  capabilities: string[];
}

/** A request for text as it came over the wire. */
export interface Filled {
  path: string;
  request: InfillRequest;
  /** `completion`, or `background` for what is evaluated ahead. */
  priority: string;
}

/**
 * A server that fills in what a test says and keeps what it was asked: so a test sees the very prompt that leaves the
 * editor, and no model is loaded.
 */
export class FillServer {
  readonly filled: Filled[] = [];
  readonly #server: Server;
  models: ServedModel[] = [{ id: "filler", capabilities: ["fim"] }];
  /** The text for a request; evaluating ahead asks for none. */
  reply: (request: InfillRequest) => string = () => "";

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<FillServer> {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
    return new FillServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked for to be shown, oldest first. */
  get asked(): InfillRequest[] {
    return this.filled.filter(({ priority }) => priority === "completion").map(({ request }) => request);
  }

  /** What was asked for in idle time. */
  get warmed(): InfillRequest[] {
    return this.filled.filter(({ priority }) => priority === "background").map(({ request }) => request);
  }

  async dispose(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => { this.#server.close(() => resolve()); });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/v1/models") {
      const data = this.models.map(({ id, capabilities }) => ({ id, object: "model", created: 0, owned_by: "test", retort: { capabilities, context: 4096, precisions: [], active_precision: null } }));
      response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data }));
      return;
    }
    if (request.url !== "/infill") {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.parse(await textOf(request)) as InfillRequest;
    this.filled.push({ path: request.url, request: body, priority: String(request.headers["x-retort-priority"]) });
    const content = body.max_tokens === 0 ? "" : this.reply(body);
    response.setHeader("content-type", "text/event-stream");
    response.end(`data: ${JSON.stringify({ content, stop: true, finish_reason: "stop" })}\n\ndata: [DONE]\n\n`);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
