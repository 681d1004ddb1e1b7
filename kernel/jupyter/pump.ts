import { setTimeout as sleep } from "node:timers/promises";

/** How long a full socket is left alone before the next try. */
const RETRY_MS = 5;

/** What a pump needs of a socket. */
export interface FrameSink {
  /** Rejects with code EAGAIN while the socket is full. */
  send(frames: Uint8Array[]): Promise<void>;
}

export interface PumpOptions {
  /** Takes the next message off the queue. */
  next(): Uint8Array[] | undefined;
  /** The socket has been full for `ms` without a break. */
  onFull?(ms: number): void;
  /** A message could not be sent; it is given up. */
  onError(error: unknown): void;
}

/** Sends queued messages through one socket, one at a time, as zeromq demands. Nothing else may send on it. */
export class Pump {
  readonly #sink: FrameSink;
  readonly #options: PumpOptions;
  #stopped = false;
  #sending: Promise<void> | undefined;

  constructor(sink: FrameSink, options: PumpOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** There may be something in the queue. */
  wake(): void {
    if (this.#sending !== undefined || this.#stopped) return;
    this.#sending = this.#drain();
  }

  /** Resolves when the queue was empty once. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  /** Sends nothing more. To be called before the socket is closed. */
  stop(): void {
    this.#stopped = true;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // Lets wake() note this run before it can end.
    for (let frames = this.#options.next(); frames !== undefined && !this.#stopped; frames = this.#options.next()) await this.#send(frames);
    this.#sending = undefined;
  }

  async #send(frames: Uint8Array[]): Promise<void> {
    const started = performance.now();
    while (!this.#stopped) {
      try {
        return await this.#sink.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return this.#options.onError(error);
      }
      this.#options.onFull?.(performance.now() - started);
      await sleep(RETRY_MS);
    }
  }
}
