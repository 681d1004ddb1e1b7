import { setImmediate as nextTurn } from "node:timers/promises";
import type { HistoryStore } from "../../../../kernel/jupyter/history.ts";
import { queryHistory, type HistoryEntry } from "../../../../kernel/jupyter/history-query.ts";
import { KernelCore } from "../../../../kernel/jupyter/kernel-core.ts";
import { newMessage, type Json, type Message } from "../../../../kernel/jupyter/message.ts";
import type { InboundChannel, OutboundChannel, Transport } from "../../../../kernel/jupyter/transport.ts";
import { FakeInterpreter } from "../../../helpers/fake-interpreter.ts";

export interface Sent {
  channel: OutboundChannel;
  message: Message;
}

/** Keeps what was sent; fails on content that JSON cannot hold, as the real one does. */
export class RecordingTransport implements Transport {
  readonly sent: Sent[] = [];

  send(channel: OutboundChannel, message: Message): void {
    this.sent.push({ channel, message: { ...message, content: JSON.parse(JSON.stringify(message.content)) as Json } });
  }
}

class MemoryHistory implements HistoryStore {
  readonly entries: HistoryEntry[] = [];
  append(line: number, input: string, output: string | undefined): void {
    this.entries.push({ session: 1, line, input, ...(output === undefined ? {} : { output }) });
  }
  query = async (request: Json) => queryHistory(this.entries, request, 1);
  flush = async () => undefined;
}

/** A kernel core without sockets, driven by a client named by its identity. */
export class CoreHarness {
  readonly interpreter = new FakeInterpreter();
  readonly transport = new RecordingTransport();
  readonly history = new MemoryHistory();
  readonly logged: string[] = [];
  readonly shutdowns: boolean[] = [];
  readonly core = new KernelCore({
    interpreter: this.interpreter,
    transport: this.transport,
    history: this.history,
    onShutdown: (restart) => this.shutdowns.push(restart),
    log: (line) => this.logged.push(line),
  });

  /** Sends a request and returns its id. */
  send(type: string, content: Json, options: { channel?: InboundChannel; client?: string; subshell?: string; parent?: Message["header"]; buffers?: Uint8Array[] } = {}): string {
    const { channel = "shell", client = "alice", ...rest } = options;
    const message = newMessage({ type, session: client, content, identities: [Buffer.from(client)], ...rest });
    this.core.receive(channel, message);
    return message.header.msg_id;
  }

  execute(code: string, content: Json = {}, options: { client?: string; subshell?: string } = {}): string {
    return this.send("execute_request", { code, silent: false, store_history: true, allow_stdin: true, stop_on_error: true, ...content }, options);
  }

  /** What was sent as an effect of the request `id`. */
  of(id: string): Sent[] {
    return this.transport.sent.filter(({ message }) => message.parent.msg_id === id);
  }

  /** The kinds of message sent for `id`; a status shows its state, a reply its channel. */
  kinds(id: string): string[] {
    return this.of(id).map(({ channel, message }) => {
      if (message.header.msg_type === "status") return String(message.content.execution_state);
      return channel === "iopub" ? message.header.msg_type : `${channel}:${message.header.msg_type}`;
    });
  }

  /** The content of the reply to `id`, once its idle is out. */
  async reply(id: string): Promise<Json> {
    await this.until(() => this.kinds(id).includes("idle"));
    return this.of(id).find(({ channel }) => channel !== "iopub" && channel !== "stdin")?.message.content ?? {};
  }

  async ask(type: string, content: Json, options: Parameters<CoreHarness["send"]>[2] = {}): Promise<Json> {
    return this.reply(this.send(type, content, options));
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error("The kernel did not do what the test waits for.");
      await nextTurn();
    }
  }
}
