import type { ExecuteContext, MimeBundle } from "../jupyter/interpreter.ts";

/** At most four updates a second: front ends slow down on more. */
const UPDATE_EVERY_MS = 250;
/** Starting a runtime or loading a model is worth a line only when it takes longer than this. */
export const LOADING_DELAY_MS = 2000;

let created = 0;

/** One output of progress that replaces itself. It appears only when the work takes longer than `delayMs`. */
export class ProgressDisplay {
  readonly #context: ExecuteContext;
  readonly #id = `retort-progress-${++created}`;
  #earliest: number;
  #latest: () => MimeBundle = () => ({ "text/plain": "" });
  #timer: NodeJS.Timeout | undefined;
  #shown = false;
  #ended = false;

  constructor(context: ExecuteContext, delayMs: number) {
    this.#context = context;
    this.#earliest = performance.now() + delayMs;
  }

  /** True once something stands in the output. */
  get shown(): boolean {
    return this.#shown;
  }

  /** Text, or what makes the output when its time has come. */
  show(content: string | (() => MimeBundle)): void {
    this.#latest = typeof content === "string" ? () => ({ "text/plain": content }) : content;
    if (this.#ended || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#send(), Math.max(0, this.#earliest - performance.now()));
  }

  /** Nothing more is shown. What stands there stays. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #send(): void {
    this.#timer = undefined;
    this.#earliest = performance.now() + UPDATE_EVERY_MS;
    const data = this.#latest();
    if (this.#shown) this.#context.updateDisplay(this.#id, data);
    else this.#context.display(data, { displayId: this.#id });
    this.#shown = true;
  }
}
