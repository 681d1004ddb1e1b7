import { isCancelled } from "../../runtime/errors.ts";
import type { Clock } from "./clock.ts";
import { retainedCharacters, type TextChange, TextSpan, visibleCharacters } from "./retention.ts";
import type { Statistics } from "./statistics.ts";

/** After so long it is counted what is left of an accepted text. In ms. */
export const RETAINED_AFTER_MS = 60_000;

/** A suggestion as it is on screen. Offsets and text are the document's own, line ends included. */
export interface OfferedText {
  uri: string;
  offset: number;
  text: string;
}

export interface DocumentChange extends TextChange {
  text: string;
}

/**
 * Finds out what became of suggestions. The editor tells only of a whole accept; an accepted word or line is seen as
 * an insertion of just the text that was offered, and what is kept by looking again a minute later.
 */
export class AcceptTracker {
  readonly #statistics: Statistics;
  readonly #clock: Clock;
  readonly #textOf: (uri: string) => string | null;
  readonly #end = new AbortController();
  readonly #spans = new Map<TextSpan, OfferedText>();
  #offered: OfferedText | null = null;
  #expected = false;

  /** `textOf`: a document's text; null when it is closed. */
  constructor(statistics: Statistics, clock: Clock, textOf: (uri: string) => string | null) {
    this.#statistics = statistics;
    this.#clock = clock;
    this.#textOf = textOf;
  }

  offered(text: OfferedText): void {
    this.#offered = text;
  }

  /** A part is about to be accepted by a command of ours, so that even one character counts. */
  expectPart(): void {
    this.#expected = true;
  }

  /** The whole of `offered` is in the document now. */
  accepted(offered: OfferedText): void {
    this.#offered = null;
    this.#keep(offered, true);
  }

  changed(uri: string, changes: readonly DocumentChange[]): void {
    for (const [span, { uri: own }] of this.#spans) {
      if (own === uri) for (const change of changes) span.apply(change);
    }
    const [change] = changes;
    const offered = this.#offered;
    if (change === undefined || changes.length > 1 || offered === null || offered.uri !== uri) return;
    const expected = this.#expected;
    this.#expected = false;
    if (isPart(change, offered, expected)) this.#keep({ uri, offset: change.offset, text: change.text }, false);
  }

  dispose(): void {
    this.#end.abort();
  }

  #keep(offered: OfferedText, whole: boolean): void {
    const { offset, text } = offered;
    this.#statistics.accepted(visibleCharacters(text), whole);
    const span = new TextSpan(offset, offset + text.length);
    this.#spans.set(span, offered);
    void this.#clock.sleep(RETAINED_AFTER_MS, this.#end.signal).then(() => this.#measure(span, offered), (error: unknown) => {
      if (!isCancelled(error)) throw error;
    });
  }

  #measure(span: TextSpan, { uri, text }: OfferedText): void {
    this.#spans.delete(span);
    const current = this.#textOf(uri);
    if (current !== null) this.#statistics.retained(retainedCharacters(text, current.slice(span.start, span.end)), visibleCharacters(text));
  }
}

/** A key inserts one character, or a pair of brackets or quotes; accepting a part inserts more, and not all. */
function isPart({ offset, removed, text }: DocumentChange, offered: OfferedText, expected: boolean): boolean {
  const fits = offset === offered.offset && removed === 0 && text !== "" && text.length < offered.text.length && offered.text.startsWith(text);
  return fits && (expected || (text.length > 1 && !/^(\(\)|\[\]|\{\}|""|''|``|<>)$/.test(text)));
}
