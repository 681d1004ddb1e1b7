import { byId, withIcon } from "./dom.ts";

export interface ComposerActions {
  ask(text: string): void;
  stop(): void;
  /** Arrow up in an empty field. */
  editLast(): void;
}

const MOST_HEIGHT_PX = 220;

/** Where a question is written. What is typed while a reply runs stays until that has ended. */
export class Composer {
  readonly #field = byId<HTMLTextAreaElement>("question");
  readonly #send = withIcon(byId<HTMLButtonElement>("send"), "send", "Send (Enter)");
  readonly #stop = withIcon(byId<HTMLButtonElement>("stop"), "stop", "Stop (Esc)");
  #running = false;

  constructor(actions: ComposerActions) {
    const form = byId<HTMLFormElement>("composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#field.value;
      if (this.#running || text.trim() === "") return;
      this.#field.value = "";
      this.#fit();
      actions.ask(text);
    });
    this.#field.addEventListener("input", () => this.#fit());
    this.#field.addEventListener("keydown", (event) => {
      // A keyboard that composes characters uses Enter to take one.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
      if (event.key === "ArrowUp" && this.#field.value === "" && !this.#running) {
        event.preventDefault();
        actions.editLast();
      }
    });
    this.#stop.addEventListener("click", () => actions.stop());
    this.#fit();
  }

  draw(running: boolean): void {
    if (running === this.#running) return;
    const focused = document.activeElement === this.#send || document.activeElement === this.#stop;
    this.#running = running;
    this.#send.hidden = running;
    this.#stop.hidden = !running;
    if (focused) (running ? this.#stop : this.#field).focus();
  }

  focus(): void {
    this.#field.focus();
  }

  /** Gives back a text that could not be sent. */
  put(text: string): void {
    this.#field.value = text;
    this.#fit();
  }

  #fit(): void {
    this.#send.disabled = this.#field.value.trim() === "";
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, MOST_HEIGHT_PX)}px`;
  }
}
