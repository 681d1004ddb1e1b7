import { DEFAULT_TABS, type DocumentView } from "../../../extension/completion/document-view.ts";

const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`" };

/** A document in an editor that closes brackets and quotes by itself, as VS Code does: they come and go behind the cursor. */
export class TypedDocument {
  readonly #uri: string;
  readonly #languageId: string;
  #before: string;
  #after: string;
  /** Characters right behind the cursor that the editor put there. */
  #closed = "";

  constructor(uri: string, languageId: string, before: string, after: string) {
    this.#uri = uri;
    this.#languageId = languageId;
    this.#before = before;
    this.#after = after;
  }

  get view(): DocumentView {
    return { uri: this.#uri, languageId: this.#languageId, before: this.#before, after: this.#closed + this.#after, tabs: DEFAULT_TABS };
  }

  /** One key; "" is a backspace. */
  press(text: string): void {
    if (text === "") return this.#backspace();
    if (text === this.#closed[0]) {
      this.#closed = this.#closed.slice(1);
      this.#before += text;
      return;
    }
    const close = PAIRS[text];
    const quote = close === text;
    // Quotes are closed only where a word does not touch them, brackets before white space or another closing one.
    const opens = close !== undefined && /^($|[\s)\]}'"`;,])/.test(this.#closed + this.#after) && !(quote && /[\w'"`\\]$/.test(this.#before));
    this.#before += text;
    if (opens) this.#closed = close + this.#closed;
    // A line end leaves what was closed on the next line, which the typist's text brings itself.
    if (text.startsWith("\n")) this.#closed = "";
  }

  #backspace(): void {
    const gone = this.#before.at(-1) ?? "";
    if (PAIRS[gone] !== undefined && PAIRS[gone] === this.#closed[0]) this.#closed = this.#closed.slice(1);
    this.#before = this.#before.slice(0, -1);
  }
}
