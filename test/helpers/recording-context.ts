import type { DisplayOptions, ExecuteContext, MimeBundle } from "../../kernel/jupyter/interpreter.ts";
import { RetortError } from "../../runtime/errors.ts";

export type Recorded =
  | { type: "stream"; name: "stdout" | "stderr"; text: string }
  | { type: "display"; data: MimeBundle; metadata: Record<string, unknown>; displayId: string | undefined }
  | { type: "update"; displayId: string; data: MimeBundle }
  | { type: "result"; data: MimeBundle }
  | { type: "clear"; wait: boolean }
  | { type: "page"; data: MimeBundle };

/** An ExecuteContext that writes down what a cell does. `answers` are what the user types; without them stdin is not allowed. */
export class RecordingContext implements ExecuteContext {
  readonly controller = new AbortController();
  readonly events: Recorded[] = [];
  readonly prompts: string[] = [];
  readonly executionCount = 1;
  readonly silent = false;
  readonly #answers: string[] | null;

  constructor(answers: string[] | null = null) {
    this.#answers = answers;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stream(name: "stdout" | "stderr", text: string): void {
    this.events.push({ type: "stream", name, text });
  }

  display(data: MimeBundle, { metadata = {}, displayId }: DisplayOptions = {}): void {
    this.events.push({ type: "display", data, metadata, displayId });
  }

  updateDisplay(displayId: string, data: MimeBundle): void {
    this.events.push({ type: "update", displayId, data });
  }

  result(data: MimeBundle): void {
    this.events.push({ type: "result", data });
  }

  clearOutput(wait: boolean): void {
    this.events.push({ type: "clear", wait });
  }

  async input(prompt: string): Promise<string> {
    this.prompts.push(prompt);
    const answer = this.#answers?.shift();
    if (answer === undefined) throw new RetortError({ code: "stdin_not_allowed", message: "This front end cannot ask." });
    return answer;
  }

  page(data: MimeBundle): void {
    this.events.push({ type: "page", data });
  }

  /** What a saved notebook holds: everything after the last clear. */
  get settled(): Recorded[] {
    const last = this.events.findLastIndex((event) => event.type === "clear");
    return this.events.slice(last + 1);
  }

  /** Text of a stream, over the whole cell. */
  text(name: "stdout" | "stderr"): string {
    return this.events.map((event) => (event.type === "stream" && event.name === name ? event.text : "")).join("");
  }

  /** All data of one MIME type among the settled outputs. */
  settledData(mime: string): unknown[] {
    return this.settled.flatMap((event) => ("data" in event && mime in event.data ? [event.data[mime]] : []));
  }
}
