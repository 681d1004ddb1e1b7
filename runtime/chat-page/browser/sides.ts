import { byId, withIcon } from "./dom.ts";

/** The list at the left, which lies over a narrow page, and the settings at the right. */
export class Sides {
  readonly #menu = withIcon(byId<HTMLButtonElement>("menu"), "menu", "Conversations");
  readonly #settings = byId<HTMLButtonElement>("settings");
  readonly #panel = byId("panel");
  readonly #veil = byId("veil");

  constructor() {
    this.#menu.addEventListener("click", () => this.#setSide(!this.#sideOpen));
    this.#veil.addEventListener("click", () => this.closeTop());
  }

  togglePanel(): void {
    this.#setPanel(this.#panel.hidden !== false);
  }

  closePanel(): void {
    if (this.#panel.hidden) return;
    this.#setPanel(false);
    this.#settings.focus();
  }

  closeSide(): void {
    if (this.#sideOpen) this.#setSide(false);
  }

  /** Closes what lies above the rest. */
  closeTop(): void {
    if (this.#sideOpen) {
      this.#setSide(false);
      this.#menu.focus();
    } else this.closePanel();
  }

  get #sideOpen(): boolean {
    return document.body.classList.contains("side-open");
  }

  #setSide(open: boolean): void {
    document.body.classList.toggle("side-open", open);
    this.#menu.setAttribute("aria-expanded", String(open));
    this.#veil.hidden = !open;
    if (open) byId("new").focus();
  }

  #setPanel(open: boolean): void {
    this.#panel.hidden = !open;
    this.#settings.setAttribute("aria-expanded", String(open));
    if (open) this.#panel.querySelector<HTMLElement>("textarea")?.focus();
  }
}
