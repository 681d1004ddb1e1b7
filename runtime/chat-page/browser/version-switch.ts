import { element, iconButton } from "./dom.ts";

/** `‹ 2/3 ›`: the versions of a turn. Hidden where there is one. */
export class VersionSwitch {
  readonly element = element("span", "versions");
  readonly #count = element("span");
  readonly #before: HTMLButtonElement;
  readonly #after: HTMLButtonElement;

  constructor(what: string, step: (by: number) => void) {
    this.#before = iconButton("left", `Earlier version of the ${what}`, () => step(-1));
    this.#after = iconButton("right", `Later version of the ${what}`, () => step(1));
    this.element.append(this.#before, this.#count, this.#after);
  }

  draw(place: number, count: number, busy: boolean): void {
    this.element.hidden = count < 2;
    this.#count.textContent = `${place + 1}/${count}`;
    this.#before.disabled = busy || place <= 0;
    this.#after.disabled = busy || place >= count - 1;
  }
}
