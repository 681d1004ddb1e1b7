import type { Writable } from "node:stream";

import type { RequestEntry } from "../../runtime/serve.ts";

export type LogFormat = "text" | "json" | "off";

/** What `retort serve` says while it runs: one line for each event, as JSON for programs or in words. */
export class ServeLog {
  readonly #out: Writable;
  readonly #format: LogFormat;
  readonly #now: () => Date;

  constructor(out: Writable, format: LogFormat, now: () => Date = () => new Date()) {
    this.#out = out;
    this.#format = format;
    this.#now = now;
  }

  /** Something about the server itself. `words`: for people; nothing where it is empty. */
  event(event: string, fields: Readonly<Record<string, unknown>>, words: string): void {
    if (this.#format === "json") this.#json("info", event, fields);
    else if (words !== "") this.#out.write(words);
  }

  /** Something that should not have happened, as JSON. */
  problem(message: string): void {
    this.#json("error", "problem", { message });
  }

  readonly request = (entry: RequestEntry): void => {
    if (this.#format === "json") this.#json(entry.status >= 500 ? "error" : "info", "request", { ...entry, ms: rounded(entry.ms), ttft_ms: entry.ttft_ms === null ? null : rounded(entry.ttft_ms) });
    else if (this.#format === "text") this.#out.write(`${this.#now().toISOString()} ${requestLine(entry)}\n`);
  };

  #json(level: string, event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#out.write(`${JSON.stringify({ time: this.#now().toISOString(), level, event, ...fields })}\n`);
  }
}

/** Control characters cannot occur: routes are patterns, ids and codes are checked, models have plain names. */
function requestLine({ id, method, route, status, ms, error, model, prompt_tokens: prompt, cached_tokens: cached, generated_tokens: generated, ttft_ms: ttft }: RequestEntry): string {
  const work = model === null ? "" : `, ${model}: ${prompt} + ${generated} tokens${cached > 0 ? `, ${cached} of them cached` : ""}${ttft === null ? "" : `, first after ${Math.round(ttft)} ms`}`;
  return `${method} ${route} ${status} ${Math.round(ms)} ms${error === null ? "" : ` ${error}`}${work}, ${id}`;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
