export type StreamName = "stdout" | "stderr";

/** Between the 30 ms at which a reader sees typing and the 1000 messages/s at which jupyter_server starts to drop. */
export const FLUSH_INTERVAL_MS = 40;
/** Text that goes out without waiting for the timer, in UTF-16 units. */
export const FLUSH_SIZE = 65_536;

export interface Timers {
  set(action: () => void, ms: number): NodeJS.Timeout;
  clear(timer: NodeJS.Timeout): void;
}

export const systemTimers: Timers = { set: (action, ms) => setTimeout(action, ms), clear: (timer) => clearTimeout(timer) };

/**
 * Joins the stream text of one cell into few messages: the first piece goes out at once, what follows within
 * {@link FLUSH_INTERVAL_MS} goes out together. Order between stdout and stderr is kept.
 */
export class StreamCoalescer {
  readonly #emit: (name: StreamName, text: string) => void;
  readonly #timers: Timers;
  #name: StreamName = "stdout";
  #pieces: string[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(emit: (name: StreamName, text: string) => void, timers: Timers = systemTimers) {
    this.#emit = emit;
    this.#timers = timers;
  }

  write(name: StreamName, text: string): void {
    if (text === "") return;
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#pieces.push(text);
    this.#size += text.length;
    if (this.#timer === undefined || this.#size >= FLUSH_SIZE) this.flush();
    this.#timer ??= this.#timers.set(() => this.#tick(), FLUSH_INTERVAL_MS);
  }

  /** Sends what is waiting. The next piece still waits for the running interval. */
  flush(): void {
    if (this.#pieces.length === 0) return;
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#size = 0;
    this.#emit(this.#name, text);
  }

  /** Sends what is waiting and stops the timer; later text starts afresh. */
  end(): void {
    this.flush();
    if (this.#timer !== undefined) this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#pieces.length === 0) return;
    this.flush();
    this.#timer = this.#timers.set(() => this.#tick(), FLUSH_INTERVAL_MS);
  }
}
