import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Disposable } from "../../../runtime/dispose.ts";
import { RetortError } from "../../../runtime/errors.ts";
import { isJsonObject, type Json, type Message } from "../message.ts";
import type { OutboundChannel } from "../transport.ts";
import { KernelChannels } from "./channels.ts";
import { KernelChild, type KernelSpec } from "./child.ts";
import { createConnectionFile, type ConnectionFile } from "./connection.ts";
import { abortedReply, Execution, executeContent, type ExecuteOptions, type ExecuteReply } from "./execution.ts";

/** A kernel that has not answered for so long after its start is broken. */
const START_LIMIT_MS = 30_000;
/** Time between two tries to reach a starting kernel. */
const NUDGE_MS = 250;
/** Finished cells remembered for outputs that come after their reply. */
const MAX_REMEMBERED = 200;

/** One running kernel process. */
interface Life {
  child: KernelChild;
  channels: KernelChannels;
  /** True once the end of the process is wanted. */
  ending: boolean;
}

/** Starts a kernel, and resolves when it answers and its broadcasts arrive. Rejects with `kernel_died` or `kernel_start_timeout`. */
export async function startKernelProcess(spec: KernelSpec): Promise<KernelClient> {
  const file = await createConnectionFile(spec.name ?? "");
  const client = new KernelClient(spec, file);
  try {
    await client.start();
  } catch (error) {
    await client.dispose();
    throw error;
  }
  return client;
}

/** A kernel process and the conversation with it. Made by {@link startKernelProcess}. */
export class KernelClient implements Disposable {
  readonly #spec: KernelSpec;
  readonly #file: ConnectionFile;
  readonly #session = randomUUID();
  readonly #executions = new Map<string, Execution>();
  readonly #replies = new Map<string, { resolve(content: Json): void; reject(error: unknown): void }>();
  readonly #deathListeners = new Set<(error: RetortError) => void>();
  #life: Life | undefined;
  #heardBroadcast = false;
  #info: Json = {};

  constructor(spec: KernelSpec, file: ConnectionFile) {
    this.#spec = spec;
    this.#file = file;
  }

  /** Content of the kernel's kernel_info_reply. */
  get info(): Json {
    return this.#info;
  }

  /** Path of the connection file, for other clients of the same kernel. */
  get connectionFile(): string {
    return this.#file.path;
  }

  /** Process number of the kernel; undefined when it is not running. */
  get pid(): number | undefined {
    return this.#life?.child.pid;
  }

  /** Runs `code`. Rejects only when the kernel ends before the reply: `kernel_died`, `kernel_restarted` or `kernel_stopped`. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteReply> {
    if (options.signal?.aborted) return abortedReply();
    const execution = new Execution(options);
    const { header } = this.#send("shell", "execute_request", executeContent(code, options));
    this.#remember(header.msg_id, execution);
    const interrupt = (): void => void this.#life?.channels.send("control", "interrupt_request", {});
    options.signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await execution.done;
    } finally {
      options.signal?.removeEventListener("abort", interrupt);
    }
  }

  /** Sends a request on shell or control and resolves to the content of its reply (complete_request, for example). */
  request(channel: "shell" | "control", type: string, content: Json): Promise<Json> {
    return this.#send(channel, type, content).reply;
  }

  /** Stops the running cell; those queued behind it are aborted. */
  async interrupt(): Promise<void> {
    await this.request("control", "interrupt_request", {});
  }

  /** Calls `listener` when the kernel ends without having been asked to. */
  onDeath(listener: (error: RetortError) => void): Disposable {
    this.#deathListeners.add(listener);
    return { dispose: () => void this.#deathListeners.delete(listener) };
  }

  /** Ends the process and starts another on the same ports. Cells in flight reject with `kernel_restarted`. */
  async restart(): Promise<void> {
    await this.#end(true, stopped("kernel_restarted", "The kernel was restarted before the cell had finished."));
    await this.start();
  }

  /** Ends the kernel and removes its connection file. Cells in flight reject with `kernel_stopped`. */
  async dispose(): Promise<void> {
    await this.#end(false, stopped("kernel_stopped", "The kernel was shut down before the cell had finished."));
    await this.#file.dispose();
  }

  /** Starts the process, and waits until it answers. */
  async start(): Promise<void> {
    this.#heardBroadcast = false;
    // Sockets first: where they cannot be had, no process is left behind.
    const channels = await KernelChannels.connect(this.#file.connection, this.#session, (channel, message) => this.#receive(channel, message));
    const child = new KernelChild(this.#spec, this.#file.path);
    const life: Life = { child, channels, ending: false };
    this.#life = life;
    void child.ended.then(() => this.#ended(life));
    await this.#untilReady();
  }

  /** Ready means: a reply has come, and a broadcast has, so that none of a cell's outputs can be missed. */
  async #untilReady(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    do {
      const reply = this.request("shell", "kernel_info_request", {});
      const info = await Promise.race([reply, sleep(NUDGE_MS)]);
      if (info !== undefined) this.#info = info;
      if (info !== undefined && this.#heardBroadcast) return;
    } while (performance.now() < deadline);
    throw new RetortError({ code: "kernel_start_timeout", message: `The kernel has not answered for ${START_LIMIT_MS / 1000} s.`, hint: "Run 'retort doctor'." });
  }

  #send(channel: "shell" | "control", type: string, content: Json): { header: { msg_id: string }; reply: Promise<Json> } {
    if (this.#life === undefined) throw stopped("kernel_stopped", "The kernel is not running.");
    const header = this.#life.channels.send(channel, type, content);
    const reply = new Promise<Json>((resolve, reject) => this.#replies.set(header.msg_id, { resolve, reject }));
    reply.catch(() => undefined); // Not everyone who sends waits for the reply.
    return { header, reply };
  }

  #remember(id: string, execution: Execution): void {
    this.#executions.set(id, execution);
    const finished = [...this.#executions].filter(([, known]) => known.finished);
    for (const [old] of finished.slice(0, -MAX_REMEMBERED)) this.#executions.delete(old);
  }

  #receive(channel: OutboundChannel, message: Message): void {
    if (channel === "iopub") this.#heardBroadcast = true;
    if (channel === "iopub" && message.header.msg_type === "update_display_data") return this.#updateDisplays(message.content);
    const id = message.parent.msg_id;
    if (id === undefined) return;
    const execution = this.#executions.get(id);
    if (channel === "stdin") return void (execution && this.#ask(execution, message));
    if (channel !== "iopub") this.#replies.get(id)?.resolve(message.content);
    if (channel !== "iopub") this.#replies.delete(id);
    execution?.receive(channel, message);
  }

  /** A display may have been made by one cell and updated by another. */
  #updateDisplays(content: Json): void {
    const id = isJsonObject(content.transient) ? content.transient.display_id : undefined;
    if (typeof id === "string") for (const execution of this.#executions.values()) execution.updateDisplay(id, content);
  }

  async #ask(execution: Execution, message: Message): Promise<void> {
    const { prompt, password } = message.content;
    try {
      const value = await execution.options.onInput?.(String(prompt ?? ""), password === true);
      this.#life?.channels.send("stdin", "input_reply", { value: value ?? "" }, { parent: message.header });
    } catch (error) {
      execution.fail(error);
      await this.interrupt();
    }
  }

  async #ended(life: Life): Promise<void> {
    life.channels.dispose();
    if (this.#life === life) this.#life = undefined;
    if (life.ending) return;
    const error = await life.child.death();
    this.#failAll(error);
    for (const listener of this.#deathListeners) listener(error);
  }

  async #end(restart: boolean, error: RetortError): Promise<void> {
    const life = this.#life;
    if (life === undefined) return;
    life.ending = true;
    this.#failAll(error);
    life.channels.send("control", "shutdown_request", { restart });
    await life.child.dispose();
    this.#failAll(error);
  }

  #failAll(error: RetortError): void {
    for (const execution of this.#executions.values()) execution.fail(error);
    for (const reply of this.#replies.values()) reply.reject(error);
    this.#executions.clear();
    this.#replies.clear();
  }
}

function stopped(code: string, message: string): RetortError {
  return new RetortError({ code, message, hint: "Run the cell again." });
}
