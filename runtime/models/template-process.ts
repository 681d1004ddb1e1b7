import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Disposable } from "../dispose.ts";
import { entryPath } from "../entry.ts";
import { RetortError } from "../errors.ts";
import { budgetError, TEMPLATE_HEAP_MIB, type TemplateJob, type TemplateReply } from "./template-protocol.ts";

/** Node and a small bundle start in about 60 ms; this is for a machine under heavy load. */
const START_TIME_MS = 20_000;

/** Owns the template process: one job at a time, so that a job that must be killed takes no other with it. */
export class TemplateProcess implements Disposable {
  #child: Promise<ChildProcess> | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;
  readonly #timeMs: number;

  /** `timeMs`: time for one rendering. */
  constructor(timeMs: number) {
    this.#timeMs = timeMs;
  }

  /** Resolves when the process is ready for jobs. */
  async start(): Promise<void> {
    await this.#running();
  }

  /** Renders after all earlier jobs. Throws what the template process reports, and `template_budget`. */
  render(job: TemplateJob): Promise<string> {
    const result = this.#queue.then(() => this.#renderNow(job));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const starting = this.#child;
    this.#child = null;
    // A start that failed has been reported to who asked for it, and leaves nothing to stop.
    await starting?.then(stop, () => undefined);
  }

  async #renderNow(job: TemplateJob): Promise<string> {
    const child = await this.#running();
    child.send(job);
    const answer = await nextReply(child, this.#timeMs);
    if (answer.kind === "text") return answer.text;
    if (answer.kind === "error") throw new RetortError(answer.error);
    this.#child = null;
    await stop(child);
    if (this.#disposed) throw new RetortError({ code: "shutting_down", message: "The runtime is shutting down.", status: 503 });
    throw budgetError(answer.kind === "late"
      ? `The model's chat template took more than ${this.#timeMs} ms.`
      : `The model's chat template used more than ${TEMPLATE_HEAP_MIB} MiB of memory.`);
  }

  #running(): Promise<ChildProcess> {
    if (this.#disposed) throw new RetortError({ code: "shutting_down", message: "The runtime is shutting down.", status: 503 });
    if (this.#child === null) {
      const starting = startChild();
      this.#child = starting;
      const forget = () => { if (this.#child === starting) this.#child = null; };
      // A failed start is reported to who asked; the next job tries again. So does one after a death between two jobs.
      starting.then((child) => child.on("exit", forget).on("error", forget), forget);
    }
    return this.#child;
  }
}

async function startChild(): Promise<ChildProcess> {
  const child = fork(entryPath("template-worker"), [], {
    // Nothing of the runtime's settings is the template's business, least of all its token.
    env: { TZ: process.env.TZ ?? "" },
    execArgv: [`--max-old-space-size=${TEMPLATE_HEAP_MIB}`],
    // V8 prints pages of stack on a full heap.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const answer = await nextReply(child, START_TIME_MS);
  if (answer.kind === "ready") return child;
  await stop(child);
  throw new RetortError({ code: "template_process_failed", message: "The process that renders chat templates did not start.", hint: "Run `retort doctor`." });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** The child's next message; `late` after `limit` ms, `dead` when it ends first. */
function nextReply(child: ChildProcess, limit: number): Promise<TemplateReply | { kind: "late" | "dead" }> {
  return new Promise((resolve) => {
    const finish = (answer: TemplateReply | { kind: "late" | "dead" }) => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onDead).off("error", onDead);
      resolve(answer);
    };
    const onMessage = (message: unknown) => finish(message as TemplateReply);
    const onDead = () => finish({ kind: "dead" });
    const timer = setTimeout(() => finish({ kind: "late" }), limit);
    child.on("message", onMessage).on("exit", onDead).on("error", onDead);
  });
}
