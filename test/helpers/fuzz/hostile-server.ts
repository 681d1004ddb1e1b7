import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { connectRemote } from "../../../runtime/client/connect.ts";
import type { ChatReply, TextReply } from "../../../runtime/client/replies.ts";
import type { RuntimeClient } from "../../../runtime/client/runtime-client.ts";
import { RetortError } from "../../../runtime/errors.ts";
import type { ServerAnswer } from "./server-answers.ts";

const PATIENCE_MS = 20_000;
const MAX_MESSAGE_CHARS = 4000;
const SECRET = "the-secret-key-of-the-client-under-test";

/** A server that gives the same answer to every request, whatever it asks. */
export class HostileServer {
  #answer: ServerAnswer = { kind: "none", pieces: [], then: "reset" };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.once("data", () => void this.#say(socket, this.#answer));
    });
  }

  static async start(): Promise<HostileServer> {
    const made = new HostileServer();
    made.#server.listen(0, "127.0.0.1");
    await once(made.#server, "listening");
    return made;
  }

  /** Lets a client ask for everything that other servers are asked for. What is wrong with what it makes of the answer, or null. */
  async try(answer: ServerAnswer): Promise<string | null> {
    this.#answer = answer;
    const client = connectRemote({ url: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`, key: SECRET });
    try {
      for (const [name, ask] of Object.entries(QUESTIONS)) {
        const why = await judged(() => ask(client));
        if (why !== null) return `${name}: ${why}`;
      }
      return null;
    } finally {
      await client.dispose();
      for (const socket of this.#sockets) socket.destroy();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #say(socket: Socket, { pieces, then }: ServerAnswer): Promise<void> {
    for (const piece of pieces) {
      if (!socket.writable) return;
      socket.write(Buffer.from(piece, "latin1"));
      if (pieces.length > 1) await sleep(0);
    }
    if (then === "reset") socket.resetAndDestroy();
    else socket.end();
  }
}

const HELLO = { model: "m", messages: [{ role: "user" as const, content: "Hi" }] };

/** Each gives what is wrong with a reply that was taken for good. */
const QUESTIONS: Record<string, (client: RuntimeClient) => Promise<string | null>> = {
  chat: async (client) => badChat(await client.chat(HELLO, { priority: "notebook", onDelta: ({ text }) => { if (typeof text !== "string") throw new Error("a delta that is no text"); } })),
  completion: async (client) => badText(await client.completion({ model: "m", prompt: "x", logprobs: 1 }, { onPiece: ({ probabilities }) => { if (!probabilities.every((each) => typeof each === "number")) throw new Error("a probability that is none"); } })),
  infill: async (client) => badText(await client.infill({ model: "m", input_prefix: "a", input_suffix: "b" })),
  models: async (client) => (await client.models()).every(({ id }) => typeof id === "string") ? null : "a model without a name",
  embeddings: async (client) => (await client.embeddings({ model: "m", input: "x" })).data.every(({ embedding }) => typeof embedding === "string" || embedding.every((number) => typeof number === "number")) ? null : "no numbers",
  probe: async (client) => (await client.probe()).models.every(({ id, context }) => typeof id === "string" && (context === null || typeof context === "number")) ? null : "a model without a name",
};

/** A good reply is right in all its parts; a bad one is an error with a code, of a length that can be read, without the key. */
async function judged(ask: () => Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => { timer = setTimeout(() => resolve("it never came to an end"), PATIENCE_MS); });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    if (!(error instanceof RetortError)) return `an error without a code: ${error instanceof Error ? error.stack : String(error)}`;
    if (error.code === "internal_error" || error.code === "cancelled" || error.code === "") return `the code ${error.code}: ${error.message}`;
    if (error.message.length > MAX_MESSAGE_CHARS || error.message.includes(SECRET)) return `the message ${error.message.slice(0, 200)}`;
    // A parser that stumbles is not a connection that breaks: the caller would send the request again.
    if (error.code === "connection_lost" && error.cause instanceof TypeError) return `hidden behind connection_lost: ${error.cause.stack}`;
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function badChat(reply: ChatReply): string | null {
  if (typeof reply.answer !== "string" || typeof reply.thinking !== "string") return "no text";
  for (const { id, function: called } of reply.toolCalls ?? []) if (typeof id !== "string" || typeof called.name !== "string" || typeof called.arguments !== "string") return "a call that is none";
  return badFacts(reply);
}

function badText(reply: TextReply): string | null {
  return typeof reply.text === "string" ? badFacts(reply) : "no text";
}

function badFacts({ model, finish, usage, timings, provenance, client }: ChatReply | TextReply): string | null {
  if (typeof model !== "string" || !["stop", "length"].includes(finish)) return `model ${String(model)}, finish ${String(finish)}`;
  const numbers = [...client.chunks, client.sentAt, client.endedAt, ...Object.values(usage ?? {}).flatMap((value) => (typeof value === "object" ? Object.values(value) : [value]))];
  if (!numbers.every(Number.isFinite)) return "a count that is none";
  for (const [name, value] of Object.entries(timings ?? {})) if (name !== "itl_ms" && name !== "untold" && value !== null && !Number.isFinite(value)) return `the time ${name}: ${String(value)}`;
  if (provenance !== null && (!provenance.warnings.every((warning) => typeof warning === "string") || !Number.isFinite(provenance.threads))) return "a provenance that is none";
  return null;
}
