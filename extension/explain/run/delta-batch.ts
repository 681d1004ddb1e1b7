import type { ReplyDelta } from "../../../runtime/client/replies.ts";

/** New text of a reply since the last batch. */
export interface TextBatch {
  thinking: string;
  answer: string;
}

/** One frame of a screen: more often nobody sees it. */
const FRAME_MS = 16;

/** Gathers the deltas of a frame into one message; the first text goes out at once. */
export class DeltaBatch {
  readonly #send: (batch: TextBatch) => void;
  #batch: TextBatch = { thinking: "", answer: "" };
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (batch: TextBatch) => void) {
    this.#send = send;
  }

  push({ kind, text }: ReplyDelta): void {
    this.#batch[kind] += text;
    if (this.#timer !== null) return;
    this.#deliver();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#deliver();
    }, FRAME_MS);
  }

  /** Sends what is left; nothing is sent later. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#deliver();
  }

  #deliver(): void {
    const batch = this.#batch;
    if (batch.answer === "" && batch.thinking === "") return;
    this.#batch = { thinking: "", answer: "" };
    this.#send(batch);
  }
}
