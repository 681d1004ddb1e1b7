import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { OpenApiDocument } from "../../../runtime/api/docs/openapi.ts";
import type { ApiLimits } from "../../../runtime/api/context.ts";
import { type HttpCase, sendCase } from "./http-case.ts";
import { judgeAnswers } from "./http-judge.ts";
import type { FrontNews } from "./front-process.ts";

/** No answer of the front may hold it. */
const TOKEN = "the-secret-key-of-the-front-under-test";
const GOOD = { model: "chatty", messages: [{ role: "user", content: "Hello" }] };

const SHOWN_LOG = 1500;

/** The front in a child process, to be sent anything. */
export class FrontUnderTest {
  readonly token = TOKEN;
  readonly models = ["chatty", "c", "thinker", "coder", "embedder", "default"];
  /** How often each status and code was the answer. */
  readonly seen = new Map<string, number>();
  readonly #child: ChildProcess;
  #news: FrontNews;
  #ended: string | null = null;
  readonly #log: string[] = [];

  private constructor(child: ChildProcess, news: FrontNews) {
    this.#child = child;
    this.#news = news;
    child.on("message", (message: FrontNews | { line: string }) => {
      if ("line" in message) this.#log.push(message.line);
    });
    child.once("exit", (code, signal) => { this.#ended = `the front ended (code ${code}, signal ${signal})`; });
  }

  static async start(limits: Partial<ApiLimits> = {}): Promise<FrontUnderTest> {
    const child = fork(join(import.meta.dirname, "front-process.ts"), [], {
      execArgv: ["--import", "tsx", "--expose-gc"],
      env: { ...process.env, FUZZ_TOKEN: TOKEN, FUZZ_LIMITS: JSON.stringify(limits) },
    });
    return new FrontUnderTest(child, await newsOf(child));
  }

  get port(): number {
    return this.#news.port;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Null: the process lives. */
  get ended(): string | null {
    return this.#ended;
  }

  /** Its state now; rejects where it has ended. */
  async news(): Promise<FrontNews> {
    if (this.#ended !== null) throw new Error(this.#ended);
    this.#child.send("?");
    return (this.#news = await newsOf(this.#child));
  }

  /** Sends one case. What is wrong with the answer, or null. */
  async try(each: HttpCase): Promise<string | null> {
    const bytes = await sendCase(this.port, each).catch((error: Error) => error);
    if (this.#ended !== null) return this.#ended;
    const why = bytes instanceof Error ? bytes.message : judgeAnswers(each, bytes, TOKEN, (what) => this.seen.set(what, (this.seen.get(what) ?? 0) + 1));
    return why === null ? null : `${why}\nLog: ${this.#log.join("\n").slice(0, SHOWN_LOG)}`;
  }

  /** A good request must be answered, nothing may be left of the others, and the log must know no internal error. */
  async check(): Promise<string | null> {
    if (this.#ended !== null) return this.#ended;
    const response = await this.fetch("/v1/chat/completions", GOOD);
    const text = await response.text();
    if (response.status !== 200) return `a good request was answered with ${response.status}: ${text.slice(0, 300)}`;
    await this.news();
    const logged = this.#log.splice(0).join("\n");
    return logged === "" ? null : `the log says: ${logged.slice(0, SHOWN_LOG)}`;
  }

  /** The server's description of its routes. */
  async document(): Promise<OpenApiDocument> {
    return (await (await this.fetch("/openapi.json")).json()) as OpenApiDocument;
  }

  fetch(path: string, body?: unknown): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${TOKEN}`, connection: "close", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async dispose(): Promise<void> {
    if (this.#ended !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exit;
  }
}

/** The next word of its state. Rejects when it ends instead. */
function newsOf(child: ChildProcess): Promise<FrontNews> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      child.off("message", hear).off("exit", end);
      done();
    };
    const hear = (message: FrontNews | { line: string }): void => { if (!("line" in message)) settle(() => resolve(message)); };
    const end = (): void => settle(() => reject(new Error("the front ended")));
    child.on("message", hear).on("exit", end);
  });
}
