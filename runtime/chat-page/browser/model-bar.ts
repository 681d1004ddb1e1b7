import { type ModelChoice, type PrecisionChoice, TOGGLE } from "../model-choices.ts";
import type { Precision } from "../../models/model.ts";
import { element } from "./dom.ts";

/** Model picker and precision toggle. */
export class ModelBar {
  readonly #picker: HTMLSelectElement;
  readonly #toggle: HTMLElement;
  readonly #choosePrecision: (precision: Precision) => void;

  constructor(picker: HTMLSelectElement, toggle: HTMLElement, chooseModel: (id: string) => void, choosePrecision: (precision: Precision) => void) {
    this.#picker = picker;
    this.#toggle = toggle;
    this.#choosePrecision = choosePrecision;
    picker.addEventListener("change", () => chooseModel(picker.value));
    toggle.addEventListener("keydown", (event) => this.#move(event));
  }

  /** `busy`: a switch or a reply is on its way. */
  draw(choices: readonly ModelChoice[], chosen: ModelChoice | undefined, busy: boolean): void {
    const option = ({ id, name, here }: ModelChoice): HTMLOptionElement => {
      const made = element("option", "", here ? name : `${name} (not on this machine)`);
      Object.assign(made, { value: id, disabled: !here, selected: id === chosen?.id });
      return made;
    };
    // A list that is open would close with each new set of options.
    const key = JSON.stringify(choices.map(({ id, name, here }) => [id, name, here]));
    if (this.#picker.dataset.key !== key) this.#picker.replaceChildren(...choices.map(option));
    this.#picker.dataset.key = key;
    this.#picker.value = chosen?.id ?? "";
    this.#picker.disabled = busy;
    this.#drawToggle(chosen, busy);
  }

  #drawToggle(chosen: ModelChoice | undefined, busy: boolean): void {
    const key = JSON.stringify([chosen, busy]);
    if (this.#toggle.dataset.key === key) return;
    this.#toggle.dataset.key = key;
    const focused = this.#toggle.contains(document.activeElement);
    const active = chosen?.active ?? null;
    const buttons = TOGGLE.map((precision) => this.#side(precision, chosen?.precisions.find((one) => one.precision === precision), active, busy));
    // One stop of the Tab key: the chosen side, or the first that can be chosen.
    const stop = buttons.find((one) => one.getAttribute("aria-checked") === "true") ?? buttons.find((one) => !one.disabled);
    if (stop !== undefined) stop.tabIndex = 0;
    this.#toggle.replaceChildren(...buttons);
    if (focused) stop?.focus();
  }

  #side(precision: Precision, choice: PrecisionChoice | undefined, active: Precision | null, busy: boolean): HTMLButtonElement {
    const made = element("button", "", precision.toUpperCase());
    made.type = "button";
    made.tabIndex = -1;
    made.setAttribute("role", "radio");
    made.setAttribute("aria-checked", String(precision === active));
    made.title = choice?.note ?? "This model has no such file.";
    made.disabled = busy || choice?.available !== true;
    made.dataset.precision = precision;
    made.addEventListener("click", () => { if (precision !== active) this.#choosePrecision(precision); });
    return made;
  }

  /** Arrow keys go to the other side, as in every radio group. */
  #move(event: KeyboardEvent): void {
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.#toggle.querySelector<HTMLButtonElement>("button[aria-checked=false]:not(:disabled)")?.click();
  }
}
