import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { KernelChild } from "../../../kernel/jupyter/client/child.ts";
import { KernelChannels } from "../../../kernel/jupyter/client/channels.ts";
import { type Connection } from "../../../kernel/jupyter/connection-file.ts";
import type { Message } from "../../../kernel/jupyter/message.ts";
import { entryPath } from "../../../runtime/entry.ts";
import { writeConnection } from "../jupyter-client.ts";
import { ScriptedServer } from "../scripted-server.ts";
import type { KernelCase } from "./kernel-cases.ts";

const PATIENCE_MS = 30_000;
const DELIMITER = "<IDS|MSG>";
const STATUSES = ["ok", "error", "aborted", "complete", "incomplete", "invalid", "unknown"];
/** Lines of a stack trace. */
const INSIDES = /\n\s+at .+[:)]/;

/** The real kernel in a process of its own, with a scripted server in place of a runtime, to be sent anything. */
export class KernelUnderTest {
  readonly #folder: string;
  readonly #connection: Connection;
  readonly #child: KernelChild;
  readonly #server: ScriptedServer;
  readonly #waiting = new Map<string, () => void>();
  #channels!: KernelChannels;
  #ended: string | null = null;
  #bad: string | null = null;
  #replies = 0;

  private constructor(folder: string, connection: Connection, child: KernelChild, server: ScriptedServer) {
    this.#folder = folder;
    this.#connection = connection;
    this.#child = child;
    this.#server = server;
    void child.ended.then((how) => { this.#ended = `the kernel ended: ${how}`; });
  }

  static async start(): Promise<KernelUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), "retort-fuzz-kernel-"));
    const { connection, connectionFile } = await writeConnection(folder);
    const server = await ScriptedServer.start();
    server.pieces = [["answer", "{\"a\": "], ["answer", "1}"]];
    server.continued = server.pieces;
    const child = new KernelChild({ argv: [process.execPath, entryPath("kernel"), "{connection_file}"], cwd: folder, env: { RETORT_URL: server.url, RETORT_HOME: folder, RETORT_MODEL: "m" } }, connectionFile);
    const made = new KernelUnderTest(folder, connection, child, server);
    made.#channels = await KernelChannels.connect(connection, "fuzz", (_, message) => made.#receive(message));
    await made.#ask("shell", "kernel_info_request");
    return made;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Replies that have come so far. */
  get replies(): number {
    return this.#replies;
  }

  /** Null: the process lives. */
  get ended(): string | null {
    return this.#ended;
  }

  /** Sends one case; the kernel must still answer on control. What is wrong, or null. */
  async try(each: KernelCase): Promise<string | null> {
    if (each.channel === "wire") await sendBytes(this.#connection, each.parts[0] ?? "");
    else this.#channels.sendFrames(each.channel, this.#frames(each));
    return this.#ask("control", "kernel_info_request");
  }

  /** Ends what still runs; then the kernel must answer on shell. */
  async check(): Promise<string | null> {
    return await this.#ask("control", "interrupt_request") ?? await this.#ask("shell", "kernel_info_request");
  }

  /** Resident bytes of the process; null where the system does not tell. */
  async memory(): Promise<number | null> {
    const text = await readFile(`/proc/${this.pid}/status`, "utf8").catch(() => "");
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(text)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }

  async dispose(): Promise<void> {
    this.#channels.dispose();
    await this.#child.dispose();
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #receive({ header, parent, content }: Message): void {
    if (header.msg_type.endsWith("_reply")) {
      this.#replies++;
      const text = JSON.stringify(content);
      const { status } = content;
      if (header.msg_type !== "debug_reply" && (typeof status !== "string" || !STATUSES.includes(status))) this.#bad ??= `a reply without its status: ${header.msg_type} ${text.slice(0, 300)}`;
      if (INSIDES.test(JSON.stringify(content.traceback ?? "").replaceAll("\\n", "\n")) || text.includes(this.#connection.key)) this.#bad ??= `a reply that tells too much: ${text.slice(0, 1000)}`;
    }
    if (typeof parent.msg_id === "string" && header.msg_type.endsWith("_reply")) {
      this.#waiting.get(parent.msg_id)?.();
      this.#waiting.delete(parent.msg_id);
    }
  }

  /** Null when the answer has come. */
  async #ask(channel: "shell" | "control", type: string): Promise<string | null> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<null>((resolve) => this.#waiting.set(this.#channels.send(channel, type, {}).msg_id, () => resolve(null)));
    const late = new Promise<string>((resolve) => { timer = setTimeout(() => resolve(`no answer to ${type} on ${channel}`), PATIENCE_MS); });
    const gone = this.#child.ended.then((how) => `the kernel ended: ${how}`);
    const why = await Promise.race([answered, gone, late]);
    clearTimeout(timer);
    const bad = this.#bad;
    this.#bad = null;
    return why ?? bad;
  }

  #frames({ parts, buffers, sign }: KernelCase): Uint8Array[] {
    const bytes = parts.map((part) => Buffer.from(part, "latin1"));
    const hmac = createHmac("sha256", sign === "wrong" ? "another key" : this.#connection.key);
    for (const part of bytes) hmac.update(part);
    const right = hmac.digest("hex");
    const signature = sign === "absent" ? "" : sign === "short" ? right.slice(0, 10) : right;
    const first = sign === "no delimiter" ? [] : sign === "two delimiters" ? [DELIMITER, DELIMITER] : [DELIMITER];
    return [...first, signature].map((text) => Buffer.from(text)).concat(bytes, buffers.map((each) => Buffer.from(each, "latin1")));
  }
}

/** Writes to each of the kernel's ports as no ZeroMQ socket would, and leaves. */
async function sendBytes({ ip, ports }: Connection, text: string): Promise<void> {
  await Promise.all(Object.values(ports).map((port) => new Promise<void>((resolve) => {
    const socket = connect(port, ip);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => resolve());
    // A peer that has not said enough yet would wait: a moment is enough for it to read.
    socket.once("connect", () => socket.write(Buffer.from(text, "latin1"), () => setTimeout(() => socket.destroy(), 5)));
  })));
}
