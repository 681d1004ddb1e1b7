import { cancelled, RetortError } from "../../runtime/errors.ts";
import type { Message } from "./message.ts";
import type { Publisher } from "./publisher.ts";

interface Pending {
  /** The input_request that was sent. */
  request: Message;
  resolve(value: string): void;
}

/** Questions to the user. Each goes to the client that sent the cell, and only that client may answer it. */
export class StdinRouter {
  readonly #publisher: Publisher;
  readonly #pending = new Set<Pending>();

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  /** Asks the sender of `cell`. Rejects with `stdin_not_allowed`, or with `cancelled` when `signal` aborts. */
  async ask(cell: Message, prompt: string, password: boolean, signal: AbortSignal): Promise<string> {
    if (cell.content.allow_stdin !== true) {
      throw new RetortError({
        code: "stdin_not_allowed",
        message: "This front end does not answer questions from a cell.",
        hint: "Run the notebook interactively, or give the value in a variable.",
      });
    }
    if (signal.aborted) throw cancelled("The cell was interrupted.");
    const request = this.#publisher.answer("stdin", "input_request", { prompt, password }, cell);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#pending.delete(pending);
        reject(cancelled("The cell was interrupted."));
      };
      const pending: Pending = {
        request,
        resolve: (value) => {
          this.#pending.delete(pending);
          signal.removeEventListener("abort", stop);
          resolve(value);
        },
      };
      this.#pending.add(pending);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Takes a message of the stdin channel. Answers nobody asked for are ignored. */
  receive(message: Message): void {
    if (message.header.msg_type !== "input_reply") return;
    const mine = [...this.#pending].filter((pending) => sameIdentities(pending.request.identities, message.identities));
    const answered = mine.find((pending) => isAnswerTo(message, pending.request));
    const value = message.content.value;
    answered?.resolve(typeof value === "string" ? value : "");
  }
}

/** Front ends name the question as the parent, or the cell, or (jupyter_client) nothing. */
function isAnswerTo(message: Message, question: Message): boolean {
  const { msg_id: parent } = message.parent;
  return parent === undefined || parent === question.header.msg_id || parent === question.parent.msg_id;
}

function sameIdentities(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((frame, i) => Buffer.compare(frame, b[i] ?? Buffer.alloc(0)) === 0);
}
