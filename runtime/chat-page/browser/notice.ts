import { button, element, iconButton } from "./dom.ts";

export interface NoticeAction {
  label: string;
  run: () => void;
}

/** One strip above the conversation: what changed, what is on its way, what went wrong. The latest stands. */
export class Notice {
  readonly #root: HTMLElement;
  readonly #text = element("p");
  readonly #action = button("", () => this.#run());
  readonly #close = iconButton("close", "Close this note", () => this.clear());
  #run: () => void = () => undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.append(this.#text, this.#action, this.#close);
    this.clear();
  }

  show(sentences: readonly string[], kind: "note" | "problem" = "note", action?: NoticeAction): void {
    // Each sentence stands for itself, so that a narrow screen breaks between them.
    this.#text.replaceChildren(...sentences.filter((one) => one !== "").flatMap((one) => [element("span", "", one), " "]));
    // The button stays the same one while progress goes by, so that it can be pressed.
    this.#action.hidden = action === undefined;
    this.#action.textContent = action?.label ?? "";
    this.#run = action?.run ?? (() => undefined);
    this.#root.className = kind;
    this.#root.hidden = false;
  }

  clear(): void {
    this.#root.hidden = true;
    this.#text.replaceChildren();
  }
}
