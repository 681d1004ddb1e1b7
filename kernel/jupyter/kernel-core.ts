import { randomUUID } from "node:crypto";
import { CommRegistry } from "./comms.ts";
import { Executor, failureOf, failureReply } from "./execution.ts";
import type { HistoryStore } from "./history.ts";
import type { Interpreter } from "./interpreter.ts";
import { Lane, type Served } from "./lane.ts";
import { LanguageRequests } from "./language-requests.ts";
import type { Json, Message } from "./message.ts";
import { Publisher } from "./publisher.ts";
import { StdinRouter } from "./stdin.ts";
import { systemTimers, type Timers } from "./stream-coalescer.ts";
import { Subshells, subshellNotFound } from "./subshells.ts";
import type { InboundChannel, Transport } from "./transport.ts";
import { UsageMeter } from "./usage.ts";

export interface KernelCoreParts {
  interpreter: Interpreter;
  transport: Transport;
  history: HistoryStore;
  /** Called once the reply to a shutdown_request is on its way. */
  onShutdown(restart: boolean): void;
  /** One line for the kernel's log. */
  log(line: string): void;
  timers?: Timers;
}

/** A request that is being answered. */
interface Request {
  message: Message;
  channel: "shell" | "control";
  subshell: string | null;
}

/** Content of the reply; undefined for messages that have none. */
type Handler = (request: Request) => Promise<Json | undefined> | Json | undefined;

/** Served at once on either channel: they must not wait for a running cell. */
const URGENT = new Set(["interrupt_request", "shutdown_request", "debug_request"]);

/** The kernel's half of the protocol: dispatch, status, queues, interrupt. Knows no sockets. */
export class KernelCore {
  readonly comms: CommRegistry;
  readonly #parts: KernelCoreParts;
  readonly #publisher: Publisher;
  readonly #stdin: StdinRouter;
  readonly #executor: Executor;
  readonly #subshells: Subshells;
  readonly #handlers: ReadonlyMap<string, Handler>;
  #ending = false;

  constructor(parts: KernelCoreParts) {
    this.#parts = parts;
    this.#publisher = new Publisher(parts.transport, randomUUID());
    this.#stdin = new StdinRouter(this.#publisher);
    this.comms = new CommRegistry(this.#publisher);
    this.#executor = new Executor({
      publisher: this.#publisher,
      stdin: this.#stdin,
      timers: parts.timers ?? systemTimers,
      interpreter: parts.interpreter,
      history: parts.history,
    });
    this.#subshells = new Subshells((subshell) => this.#createLane(subshell));
    this.#handlers = this.#createHandlers();
  }

  /** Takes one verified message. Returns at once. */
  receive(channel: InboundChannel, message: Message): void {
    if (this.#ending) return;
    if (channel === "stdin") return this.#stdin.receive(message);
    if (channel === "control" || URGENT.has(message.header.msg_type)) {
      void this.#answer({ message, channel, subshell: null });
      return;
    }
    const lane = this.#subshells.lane(message.header.subshell_id ?? null);
    if (lane === undefined) this.#refuse(message, subshellNotFound());
    else lane.push(message);
  }

  /** A front end has subscribed to `topic` (JEP 65). The first one hears after its welcome that the kernel is starting. */
  subscribed(topic: Uint8Array): void {
    this.#publisher.welcome(topic);
    if (this.#publisher.state === undefined) this.#publisher.status("starting", {});
  }

  /** Aborts running cells, their questions to the user, and the cells queued behind them. */
  interrupt(): void {
    this.#subshells.abortQueued();
    this.#executor.interrupt();
  }

  /** Takes no more requests and interrupts what runs. Resolves when the running cells have been answered. */
  end(): Promise<void> {
    this.#ending = true;
    this.interrupt();
    return this.#subshells.finished();
  }

  #createLane(subshell: string | null): Lane {
    return new Lane({
      serve: (message) => this.#begin({ message, channel: "shell", subshell }),
      abort: (message) => this.#refuse(message, { status: "aborted" }),
    });
  }

  /** Answers a shell request that is not served. */
  #refuse(message: Message, content: Json): void {
    this.#publisher.status("busy", message.header);
    this.#reply({ message, channel: "shell", subshell: null }, content);
    this.#publisher.status("idle", message.header);
  }

  #interrupted(): Json {
    this.interrupt();
    return { status: "ok" };
  }

  async #answer(request: Request): Promise<void> {
    (await this.#begin(request)).finish();
  }

  /** Serves one request after its `busy`; the answer and the `idle` wait for `finish`. Never rejects. */
  async #begin(request: Request): Promise<Served> {
    const { header, content: asked } = request.message;
    const started = new Date().toISOString();
    this.#publisher.status("busy", header);
    const content = await this.#serve(request);
    const failed = header.msg_type === "execute_request" && content?.status === "error";
    const finish = (): void => {
      if (content !== undefined) this.#reply(request, content, { started });
      this.#publisher.status("idle", header);
      if (header.msg_type === "shutdown_request") this.#parts.onShutdown(asked.restart === true);
    };
    return { abort: failed && asked.stop_on_error !== false, finish };
  }

  async #serve(request: Request): Promise<Json | undefined> {
    const type = request.message.header.msg_type;
    const handler = this.#handlers.get(type);
    try {
      return await handler?.(request);
    } catch (error) {
      this.#parts.log(`${type} failed: ${error instanceof Error ? error.message : String(error)}`);
      return type.endsWith("_request") ? failureReply(failureOf(error)) : undefined;
    }
  }

  #reply(request: Request, content: Json, metadata: Json = {}): void {
    const type = request.message.header.msg_type.replace(/_request$/, "_reply");
    try {
      this.#publisher.answer(request.channel, type, content, request.message, metadata);
    } catch (error) {
      // The interpreter gave something that JSON cannot hold; its asker must still get an answer.
      this.#publisher.answer(request.channel, type, failureReply(failureOf(error)), request.message, metadata);
    }
  }

  #createHandlers(): Map<string, Handler> {
    const { interpreter, history } = this.#parts;
    const language = new LanguageRequests(interpreter, history);
    const usage = new UsageMeter();
    const comm: Handler = async ({ message }) => {
      await this.comms.receive(message);
      return undefined;
    };
    return new Map<string, Handler>([
      ["kernel_info_request", () => language.kernelInfo()],
      ["execute_request", ({ message, subshell }) => this.#executor.execute(message, subshell)],
      ["complete_request", ({ message }) => language.complete(message.content)],
      ["inspect_request", ({ message }) => language.inspect(message.content)],
      ["is_complete_request", ({ message }) => language.isComplete(message.content)],
      ["history_request", ({ message }) => language.history(message.content)],
      ["comm_info_request", ({ message }) => ({ status: "ok", comms: this.comms.info(message.content.target_name) })],
      ["comm_open", comm],
      ["comm_msg", comm],
      ["comm_close", comm],
      ["interrupt_request", () => this.#interrupted()],
      ["shutdown_request", ({ message }) => ({ status: "ok", restart: message.content.restart === true })],
      ["debug_request", ({ message }) => debugReply(message.content)],
      ["usage_request", async () => ({ status: "ok", ...usage.read(), ...(await interpreter.usage()) })],
      ["create_subshell_request", () => this.#subshells.create()],
      ["delete_subshell_request", ({ message }) => this.#subshells.delete(message.content.subshell_id)],
      ["list_subshell_request", () => this.#subshells.list()],
    ]);
  }
}

/** There is no debugger; a client that asks anyway waits for an answer in the debug protocol's shape. */
function debugReply(content: Json): Json {
  return { type: "response", request_seq: content.seq ?? 0, success: false, command: content.command ?? "", message: "This kernel has no debugger." };
}
