import { spawn, type ChildProcess } from "node:child_process";
import type { Disposable } from "../../../runtime/dispose.ts";
import { RetortError } from "../../../runtime/errors.ts";

/** How a kernel is started, as a kernelspec says it. `{connection_file}` in `argv` is replaced. */
export interface KernelSpec {
  argv: string[];
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The name written into the connection file. */
  name?: string;
}

/** Characters of standard error kept for the message about a kernel that died. */
const STDERR_TAIL = 8_192;
/** Of these, so many stand in the message itself; the error's cause has all. */
const LAST_WORDS = 300;
/** How long words that were written just before the end may be on their way. */
const STDERR_PATIENCE_MS = 100;
/** From a request to end, to SIGTERM, to SIGKILL. */
const TERM_AFTER_MS = 2_500;
const KILL_AFTER_MS = 5_000;

/** A kernel's process. It does not outlive this process. */
export class KernelChild implements Disposable {
  /** Resolves when the process has ended, with a description of how. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  readonly #killOnExit = (): void => void this.#process.kill("SIGTERM");
  #stderr = "";

  constructor(spec: KernelSpec, connectionFile: string) {
    const [command = "", ...args] = spec.argv.map((word) => word.replaceAll("{connection_file}", connectionFile));
    this.#process = spawn(command, args, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env, JPY_PARENT_PID: String(process.pid) },
      stdio: ["ignore", "ignore", "pipe"],
      windowsHide: true,
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
    process.once("exit", this.#killOnExit);
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve(`it could not be started: ${error.message}`));
      this.#process.once("exit", (code, signal) => {
        // Processes that the kernel started may hold its standard error open, so its end is not waited for without limit.
        setTimeout(() => this.#process.stderr?.destroy(), STDERR_PATIENCE_MS);
        this.#process.once("close", () => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
      });
    });
    void this.ended.then(() => process.off("exit", this.#killOnExit));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The error for those who waited for this kernel. */
  async death(): Promise<RetortError> {
    const how = await this.ended;
    const said = this.#stderr.trim();
    const fields = {
      code: "kernel_died",
      message: `The kernel has ended unexpectedly (${how}).${said === "" ? "" : ` Its last words: ${said.slice(-LAST_WORDS)}`}`,
      hint: "Restart the kernel; results of earlier cells must be made again.",
    };
    return new RetortError(fields, said === "" ? {} : { cause: new Error(said) });
  }

  /** Waits for the end of a process that was asked to end, and makes sure of it. */
  async dispose(): Promise<void> {
    const timers = [
      setTimeout(() => this.#process.kill("SIGTERM"), TERM_AFTER_MS),
      setTimeout(() => this.#process.kill("SIGKILL"), KILL_AFTER_MS),
    ];
    await this.ended;
    timers.forEach((timer) => clearTimeout(timer));
  }
}
