import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 250;
/** How much of what it writes is kept, for the message when it fails. */
const KEPT_CHARS = 20_000;
const END_WITHIN_MS = 15_000;

export interface ProgramOptions {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** A page that answers 200 when the program is ready. */
  readyUrl: string;
  withinMs: number;
}

/** A program of somebody else's that serves HTTP, with all the processes that it starts. */
export class Program {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = "";

  private constructor(options: ProgramOptions) {
    // A process group of its own, so that what it starts ends with it.
    this.#child = spawn(options.command, options.args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.#exited = once(this.#child, "exit");
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.setEncoding("utf8").on("data", (text: string) => { this.#output = (this.#output + text).slice(-KEPT_CHARS); });
  }

  /** Resolves when it answers. Rejects with the last of what it wrote when it ends before, or takes too long. */
  static async start(options: ProgramOptions): Promise<Program> {
    const program = new Program(options);
    try {
      await program.#answering(options.readyUrl, options.withinMs);
      return program;
    } catch (error) {
      await program.dispose();
      throw error;
    }
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#output;
  }

  async dispose(): Promise<void> {
    if (this.#isRunning) {
      this.#signal("SIGTERM");
      await Promise.race([this.#exited, sleep(END_WITHIN_MS)]);
    }
    // Also when it ended by itself: its children need not have.
    this.#signal("SIGKILL");
  }

  get #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #answering(url: string, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      if (!this.#isRunning) throw new Error(`It ended with ${this.#child.exitCode ?? this.#child.signalCode}:\n${this.#output}`);
      if (await fetch(url).then((reply) => reply.ok, () => false)) return;
      if (performance.now() > deadline) throw new Error(`Not ready within ${withinMs} ms:\n${this.#output}`);
      await sleep(POLL_MS);
    }
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.#child.pid ?? 0), signal);
    } catch (error) {
      // The whole group has ended.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
