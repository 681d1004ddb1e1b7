import { type Clock, realClock } from "../../../extension/completion/clock.ts";
import type { DocumentView } from "../../../extension/completion/document-view.ts";
import type { CompletionPolicy } from "../../../extension/completion/request.ts";
import type { CompletionSession } from "../../../extension/completion/session.ts";
import { Screen } from "./screen.ts";
import type { TypedDocument } from "./typed-document.ts";
import type { Key } from "./typist.ts";

/** As the settings are out of the box. */
export const POLICY: CompletionPolicy = { automatic: true, multiline: "auto", maxLines: 12, confidence: 0.3, debounceMs: null, insideComments: false, insideStrings: false };

/** The last characters before the cursor: enough to know a place by. */
const TAIL_CHARS = 120;

export function tailOf(before: string): string {
  return before.slice(-TAIL_CHARS);
}

/** Plays keys into the whole pipeline as VS Code does: each key calls the provider and gives up the call before it. */
export class Replay {
  readonly screen = new Screen();
  /** Where the cursor has been after a key. Whatever else the engine was asked was asked ahead. */
  readonly places = new Set<string>();
  keys = 0;
  /** Told of every key, after it is in the document: what is done in idle time waits anew. */
  onKey: (view: DocumentView) => void = () => undefined;
  readonly #session: CompletionSession;
  readonly #policy: CompletionPolicy;
  readonly #clock: Clock;
  #current = new AbortController();
  #pending: Promise<void> = Promise.resolve();

  constructor(session: CompletionSession, policy: CompletionPolicy = POLICY, clock: Clock = realClock) {
    this.#session = session;
    this.#policy = policy;
    this.#clock = clock;
  }

  async type(document: TypedDocument, keys: readonly Key[]): Promise<void> {
    for (const { text, gapMs } of keys) {
      await this.#clock.sleep(gapMs);
      this.#press(document, text);
    }
    await this.#pending;
  }

  /** Types what is suggested now, to its end. */
  async typeSuggestion(document: TypedDocument, gapMs: number): Promise<void> {
    await this.type(document, [...this.screen.visible.matchAll(/\n[ \t]*|[^]/gu)].map(([text]) => ({ text, gapMs })));
  }

  #press(document: TypedDocument, text: string): void {
    this.keys++;
    document.press(text);
    const { view } = document;
    this.places.add(tailOf(view.before));
    const along = this.screen.key(text);
    this.#current.abort();
    const current = new AbortController();
    this.#current = current;
    this.#session.follow(view);
    this.onKey(view);
    this.#pending = this.#ask(view, along, current.signal);
  }

  async #ask(view: DocumentView, along: boolean, signal: AbortSignal): Promise<void> {
    const since = this.#clock.now();
    const answer = await this.#session.complete({ id: `k${this.keys}`, view, invoked: false, selected: null, policy: this.#policy }, signal);
    if (!signal.aborted) this.screen.answer(answer, along, this.#clock.now(), this.#clock.now() - since);
  }
}
