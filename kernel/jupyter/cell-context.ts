import type { DisplayOptions, ExecuteContext, MimeBundle } from "./interpreter.ts";
import type { Json, Message } from "./message.ts";
import type { Publisher } from "./publisher.ts";
import type { StdinRouter } from "./stdin.ts";
import { StreamCoalescer, type StreamName, type Timers } from "./stream-coalescer.ts";

export interface CellSurroundings {
  publisher: Publisher;
  stdin: StdinRouter;
  timers: Timers;
}

/** What one execute_request may do to its front end. Output made after the reply keeps this request as its parent. */
export class CellContext implements ExecuteContext {
  readonly signal: AbortSignal;
  readonly executionCount: number;
  readonly silent: boolean;
  /** What goes back with the reply: text for the pager. */
  readonly payload: Json[] = [];
  /** The text/plain form of the result, for the history. */
  resultText: string | undefined;
  readonly #request: Message;
  readonly #publisher: Publisher;
  readonly #stdin: StdinRouter;
  readonly #streams: StreamCoalescer;
  #hasResult = false;

  constructor(request: Message, executionCount: number, signal: AbortSignal, around: CellSurroundings) {
    this.signal = signal;
    this.executionCount = executionCount;
    this.silent = request.content.silent === true;
    this.#request = request;
    this.#publisher = around.publisher;
    this.#stdin = around.stdin;
    this.#streams = new StreamCoalescer((name, text) => this.#publisher.publish("stream", { name, text }, request.header), around.timers);
  }

  stream(name: StreamName, text: string): void {
    this.#streams.write(name, text);
  }

  display(data: MimeBundle, options: DisplayOptions = {}): void {
    const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
    this.publish("display_data", { data, metadata: options.metadata ?? {}, transient });
  }

  updateDisplay(displayId: string, data: MimeBundle, metadata: Json = {}): void {
    this.publish("update_display_data", { data, metadata, transient: { display_id: displayId } });
  }

  result(data: MimeBundle, metadata: Json = {}): void {
    if (this.#hasResult) throw new Error("A cell has one result; use display for more outputs.");
    this.#hasResult = true;
    if (typeof data["text/plain"] === "string") this.resultText = data["text/plain"];
    if (!this.silent) this.publish("execute_result", { data, metadata, execution_count: this.executionCount });
  }

  clearOutput(wait: boolean): void {
    this.publish("clear_output", { wait });
  }

  input(prompt: string, password = false): Promise<string> {
    this.#streams.flush();
    return this.#stdin.ask(this.#request, prompt, password, this.signal);
  }

  page(data: MimeBundle): void {
    this.payload.push({ source: "page", data, start: 0 });
  }

  /** Broadcasts `content` after the stream text that was written before it. */
  publish(type: string, content: Json): void {
    this.#streams.flush();
    this.#publisher.publish(type, content, this.#request.header);
  }

  /** Sends the text that waits for the timer: to be called before the reply. */
  flush(): void {
    this.#streams.end();
  }
}
