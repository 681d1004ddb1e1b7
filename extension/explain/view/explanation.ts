import { DeltaBatch } from "../run/delta-batch.ts";
import type { ReplyDelta } from "../../../runtime/client/replies.ts";
import type { HostMessage } from "./protocol.ts";
import { isEnd, newState, type ViewState } from "./view-state.ts";

/** An answer of more characters is no explanation; a model that runs wild must not fill the memory. */
export const MOST_CHARACTERS = 2_000_000;

/** One explanation as it grows. Tells `post` about each change; the whole state can be had at any time. */
export class Explanation {
  readonly #state: ViewState;
  readonly #post: (message: HostMessage) => void;
  readonly #now: () => number;
  readonly #batch: DeltaBatch;
  #thinkingSince: number | null = null;

  constructor(id: number, title: string, canInsert: boolean, post: (message: HostMessage) => void, now: () => number) {
    this.#state = newState(id, title, canInsert);
    this.#post = post;
    this.#now = now;
    this.#batch = new DeltaBatch((text) => this.#post({ type: "delta", id: this.#state.id, ...text, phase: this.#state.phase, thinkingMs: this.#state.thinkingMs }));
    this.show();
  }

  get state(): Readonly<ViewState> {
    return this.#state;
  }

  get ended(): boolean {
    return isEnd(this.#state.phase);
  }

  /** The answer has grown beyond what is kept. */
  get full(): boolean {
    return this.#state.answer.length + this.#state.thinking.length > MOST_CHARACTERS;
  }

  /** Sends everything: to a new view, or one that was hidden. */
  show(): void {
    this.#post({ type: "show", state: { ...this.#state } });
  }

  /** What went into the prompt. */
  describe(context: string): void {
    this.#state.context = context;
    this.show();
  }

  delta(delta: ReplyDelta): void {
    if (this.ended || this.full) return;
    if (delta.kind === "thinking") this.#think();
    else this.#answer();
    this.#state[delta.kind] += delta.text;
    this.#batch.push(delta);
  }

  /** The model was told to answer. How long it thought is known now. */
  cutThinking(): void {
    this.#endThinking();
    this.#state.thinkingCut = true;
    this.#state.phase = "waiting";
    this.#batch.end();
    this.show();
  }

  done(timing: string, note = ""): void {
    this.#end("done", { timing, note });
  }

  stopped(note: string): void {
    this.#end("stopped", { note });
  }

  /** `action` is the title of the one thing to do; empty: there is none. */
  failed(note: string, action: string): void {
    this.#end("failed", { note, action });
  }

  #think(): void {
    this.#thinkingSince ??= this.#now();
    this.#state.phase = "thinking";
  }

  #answer(): void {
    this.#endThinking();
    this.#state.phase = "answering";
  }

  #endThinking(): void {
    if (this.#thinkingSince !== null) this.#state.thinkingMs ??= this.#now() - this.#thinkingSince;
  }

  #end(phase: "done" | "stopped" | "failed", end: Partial<ViewState>): void {
    if (this.ended) return;
    this.#batch.end();
    this.#endThinking();
    Object.assign(this.#state, end, { phase });
    this.show();
  }
}
