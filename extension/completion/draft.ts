import { cancelled, type RetortError } from "../../runtime/errors.ts";
import { lastingSuffix } from "./closing-rest.ts";
import type { FillPiece } from "./completion-engine.ts";
import type { WeighedToken } from "./confidence-gate.ts";
import type { DocumentView } from "./document-view.ts";
import { convertIndentation } from "./filters/indentation.ts";
import type { DraftEnd } from "./stream-cut.ts";

/** What the model wrote, or is writing, for one place of a document. */
export class Draft {
  readonly #view: DocumentView;
  readonly #after: string;
  readonly #tokens: WeighedToken[] = [];
  /** Where the text of each token ends, for servers without probabilities, too. */
  readonly #ends: number[] = [];
  readonly #waiting = new Set<() => void>();
  #raw = "";
  #text = "";
  #end: DraftEnd = null;
  #error: RetortError | null = null;
  #shownTo = 0;

  constructor(view: DocumentView) {
    this.#view = view;
    this.#after = lastingSuffix(view);
  }

  get view(): DocumentView {
    return this.#view;
  }

  /** The text so far, in the document's own indentation. */
  get text(): string {
    return this.#text;
  }

  get tokens(): readonly WeighedToken[] {
    return this.#tokens;
  }

  get end(): DraftEnd {
    return this.#end;
  }

  get error(): RetortError | null {
    return this.#error;
  }

  get generated(): number {
    return this.#ends.length;
  }

  push({ text, probabilities }: FillPiece): void {
    if (this.#end !== null) return;
    this.#raw += text;
    this.#text = convertIndentation(this.#raw, this.#view);
    const end = this.#text.length;
    for (const probability of probabilities) this.#tokens.push({ end, probability });
    for (let n = Math.max(1, probabilities.length); n > 0; n--) this.#ends.push(end);
    this.#wake();
  }

  finish(end: Exclude<DraftEnd, null>, error: RetortError | null = null): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#error = error;
    this.#wake();
  }

  /**
   * How many characters of the text stand before the cursor of `view` already, when `view` is this place after a
   * person typed along. `ahead`: what was typed is longer than the text so far, which may still catch up.
   */
  consumed(view: DocumentView): number | "ahead" | null {
    const { uri, before } = this.#view;
    if (view.uri !== uri || !view.before.startsWith(before) || lastingSuffix(view) !== this.#after) return null;
    const typed = view.before.slice(before.length);
    if (this.#text.startsWith(typed)) return typed.length;
    return this.#end === null && typed.startsWith(this.#text) ? "ahead" : null;
  }

  /** Marks the text up to `offset` as shown. Returns how many tokens were shown for the first time. */
  show(offset: number): number {
    const fresh = this.#ends.filter((end) => end > this.#shownTo && end <= offset).length;
    this.#shownTo = Math.max(this.#shownTo, offset);
    return fresh;
  }

  /** Resolves when there is more text, or no more to come. Rejects with `cancelled` when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(cancelled());
      const stop = (): void => {
        this.#waiting.delete(wake);
        reject(cancelled());
      };
      const wake = (): void => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
