import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type Piece = readonly ["thinking" | "answer", string];

interface Message {
  role: string;
  content: string;
}

/** An OpenAI-style server that answers with given pieces. */
export class ScriptedServer {
  pieces: readonly Piece[] = [];
  /** The reply never ends by itself. */
  endless = false;
  /** The reply to a request whose last message is the assistant's; it ends. */
  continued: readonly Piece[] = [];
  /** Requests need this key; null: none. */
  key: string | null = null;
  /** Chat requests that are being answered. */
  open = 0;
  /** Messages of the latest chat request. */
  messages: readonly Message[] = [];
  /** Paths that a client of a model has no reason to ask for. */
  readonly others: string[] = [];
  /** Requests that were refused for their key. */
  refused = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ScriptedServer> {
    const made = new ScriptedServer();
    made.#server.listen(0, "127.0.0.1");
    await once(made.#server, "listening");
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.key !== null && request.headers.authorization !== `Bearer ${this.key}`) {
      this.refused++;
      json(response, 401, { error: { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" } });
    } else if (request.url === "/v1/models") {
      json(response, 200, { object: "list", data: [{ id: "scripted", object: "model", created: 0, owned_by: "test" }] });
    } else if (request.url === "/v1/chat/completions") {
      this.messages = (JSON.parse(await text(request)) as { messages: Message[] }).messages;
      this.#chat(response, this.messages.at(-1)?.role === "assistant");
    } else {
      this.others.push(request.url ?? "");
      response.writeHead(404).end();
    }
  }

  #chat(response: ServerResponse, continues: boolean): void {
    this.open++;
    response.on("close", () => this.open--);
    response.setHeader("content-type", "text/event-stream");
    const send = (delta: object, finish: string | null): void => void response.write(`data: ${JSON.stringify({ id: "1", model: "scripted", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    for (const [kind, piece] of continues ? this.continued : this.pieces) send(kind === "answer" ? { content: piece } : { reasoning_content: piece }, null);
    if (this.endless && !continues) return;
    send({}, "stop");
    response.end("data: [DONE]\n\n");
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
