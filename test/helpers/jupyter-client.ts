import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelChannels, type SendOptions } from "../../kernel/jupyter/client/channels.ts";
import { createConnectionFile } from "../../kernel/jupyter/client/connection.ts";
import { parseConnection, type Connection } from "../../kernel/jupyter/connection-file.ts";
import type { Json, Message } from "../../kernel/jupyter/message.ts";
import { startKernel, type RunningKernel } from "../../kernel/jupyter/start-kernel.ts";
import type { InboundChannel, OutboundChannel } from "../../kernel/jupyter/transport.ts";
import { FakeInterpreter } from "./fake-interpreter.ts";

/** How long a test waits for a message that must come. */
const PATIENCE_MS = 8_000;

/** A client that keeps every message it gets, for tests that look at the protocol itself. */
export class TestClient {
  readonly messages: Array<{ channel: OutboundChannel; message: Message }> = [];
  channels!: KernelChannels;

  /** Resolves when the kernel's welcome has come, so that no broadcast can be missed. */
  static async connect(connection: Connection, session: string): Promise<TestClient> {
    const client = new TestClient();
    client.channels = await KernelChannels.connect(connection, session, (channel, message) => client.messages.push({ channel, message }));
    await client.until(() => client.messages.some(({ message }) => message.header.msg_type === "iopub_welcome"));
    return client;
  }

  /** Sends a request and returns its id. */
  send(type: string, content: Json, channel: InboundChannel = "shell", options: SendOptions = {}): string {
    return this.channels.send(channel, type, content, options).msg_id;
  }

  execute(code: string, content: Json = {}): string {
    return this.send("execute_request", { code, silent: false, store_history: true, allow_stdin: true, stop_on_error: true, user_expressions: {}, ...content });
  }

  /** Messages that name `id` as their parent. */
  of(id: string): Message[] {
    return this.messages.filter(({ message }) => message.parent.msg_id === id).map(({ message }) => message);
  }

  types(id: string): string[] {
    return this.of(id).map((message) => (message.header.msg_type === "status" ? String(message.content.execution_state) : message.header.msg_type));
  }

  /** The content of the reply to `id`, when both it and the idle have come. */
  async reply(id: string): Promise<Json> {
    const find = (): Message | undefined => this.of(id).find((message) => message.header.msg_type.endsWith("_reply"));
    await this.until(() => this.types(id).includes("idle") && find() !== undefined);
    return find()?.content ?? {};
  }

  ask(type: string, content: Json, channel: InboundChannel = "shell"): Promise<Json> {
    return this.reply(this.send(type, content, channel));
  }

  /** All stream text of the request `id`. */
  text(id: string): string {
    return this.of(id).filter((message) => message.header.msg_type === "stream").map((message) => String(message.content.text)).join("");
  }

  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`Nothing came; the last messages: ${this.messages.slice(-8).map(({ message }) => message.header.msg_type).join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  dispose(): void {
    this.channels.dispose();
  }
}

/** A kernel around the fake interpreter, in this process, over real sockets. */
export interface TestKernel {
  kernel: RunningKernel;
  interpreter: FakeInterpreter;
  connection: Connection;
  connectionFile: string;
  logged: string[];
  connect(session: string): Promise<TestClient>;
  dispose(): Promise<void>;
}

/** `fields` replace those of the connection file. */
export async function startTestKernel(fields: Json = {}): Promise<TestKernel> {
  const folder = await mkdtemp(join(tmpdir(), "retort-protocol-"));
  const { connection, connectionFile } = await writeConnection(folder, fields);
  const interpreter = new FakeInterpreter();
  const logged: string[] = [];
  const clients: TestClient[] = [];
  const kernel = await startKernel({ connectionFile, interpreter, statePath: folder, log: (line) => logged.push(line) });
  return {
    kernel,
    interpreter,
    connection,
    connectionFile,
    logged,
    connect: async (session) => {
      const client = await TestClient.connect({ ...connection, ip: connection.ip === "0.0.0.0" ? "127.0.0.1" : connection.ip }, session);
      clients.push(client);
      return client;
    },
    dispose: async () => {
      for (const client of clients) client.dispose();
      await kernel.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a connection file with free ports into `folder`. */
export async function writeConnection(folder: string, fields: Json = {}): Promise<{ connection: Connection; connectionFile: string }> {
  const file = await createConnectionFile("fake");
  const { ports, ...rest } = file.connection;
  await file.dispose();
  const text = JSON.stringify({ transport: rest.transport, ip: rest.ip, ...ports, key: rest.key, signature_scheme: rest.signatureScheme, ...fields });
  const connectionFile = join(folder, "connection.json");
  await writeFile(connectionFile, text, { mode: 0o600 });
  return { connection: parseConnection(text, connectionFile), connectionFile };
}
