import type { Answer } from "../../../extension/completion/request.ts";

/** Text that is gone and back within this time was not meant to go. */
const FLICKER_MS = 500;

/** What a person sees of the suggestions: VS Code keeps a suggestion while it is typed along, until the provider answers. */
export class Screen {
  /** From the key to the answer, in ms, for suggestions that were not on screen before. */
  readonly shownMs: number[] = [];
  /** The same for those that were typed along. */
  readonly typedMs: number[] = [];
  /** Keys that were typed along what was shown, with something of it left. */
  along = 0;
  /** Of those, the ones whose answer was the rest of the text. */
  hits = 0;
  flickers = 0;
  shown = 0;
  #visible = "";
  #vanished: { text: string; at: number } | null = null;

  /** What is shown now. */
  get visible(): string {
    return this.#visible;
  }

  /** A key, before its answer. True when it is typed along what is shown. */
  key(text: string): boolean {
    const along = text !== "" && this.#visible.startsWith(text);
    this.#visible = along ? this.#visible.slice(text.length) : "";
    if (this.#vanished !== null) this.#vanished = text !== "" && this.#vanished.text.startsWith(text) ? { ...this.#vanished, text: this.#vanished.text.slice(text.length) } : null;
    return along && this.#visible !== "";
  }

  /** The answer to the last key came before the next one. `at` and `ms` in ms. */
  answer(answer: Answer, wasAlong: boolean, at: number, ms: number): void {
    const text = answer.kind === "shown" ? answer.suggestions[0].text : "";
    const kept = wasAlong && text !== "" && text.startsWith(this.#visible);
    if (wasAlong) {
      this.along++;
      if (kept) this.hits++;
    }
    if (kept) this.typedMs.push(ms);
    else if (text !== "") {
      this.shown++;
      this.shownMs.push(ms);
    }
    if (wasAlong && !kept) this.#vanished = { text: this.#visible, at };
    if (text !== "" && this.#vanished !== null && this.#vanished.text !== "" && at > this.#vanished.at) {
      if (at - this.#vanished.at < FLICKER_MS && text.startsWith(this.#vanished.text)) this.flickers++;
      this.#vanished = null;
    }
    this.#visible = text;
  }
}
