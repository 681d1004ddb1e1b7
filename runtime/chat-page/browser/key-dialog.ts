import { asRetortError } from "../../errors.ts";
import { keyFromInput } from "../key.ts";
import { byId } from "./dom.ts";

/** Asks for the key until the runtime takes it. */
export class KeyDialog {
  readonly #dialog = byId<HTMLDialogElement>("key-dialog");
  readonly #field = byId<HTMLInputElement>("key");
  readonly #problem = byId("key-problem");

  /** `take` keeps a key; `tryKey` rejects where the runtime refuses it. */
  constructor(take: (key: string) => void, tryKey: () => Promise<void>) {
    this.#dialog.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      take(keyFromInput(this.#field.value));
      tryKey().then(() => {
        this.#field.value = "";
        this.#dialog.close();
      }, (error: unknown) => {
        const { message, status } = asRetortError(error);
        this.#problem.textContent = status === 401 ? "The runtime does not know this key." : message;
      });
    });
  }

  open(): void {
    if (this.#dialog.open) return;
    this.#problem.textContent = "";
    this.#dialog.showModal();
  }
}
