import type { UserTurn } from "../conversation.ts";
import { button, element, iconButton } from "./dom.ts";
import { copyWithSign } from "./block-list.ts";
import type { TurnActions } from "./turn-actions.ts";
import { VersionSwitch } from "./version-switch.ts";

/** A question: its text, and what can be done with it. Editing happens in its place. */
export class QuestionView {
  readonly element = element("article", "turn question");
  readonly #turn: UserTurn;
  readonly #actions: TurnActions;
  readonly #versions: VersionSwitch;
  #edit: HTMLButtonElement;

  constructor(turn: UserTurn, actions: TurnActions) {
    this.#turn = turn;
    this.#actions = actions;
    this.#versions = new VersionSwitch("question", (step) => actions.showVersion(turn.id, step));
    this.#edit = iconButton("edit", "Edit and ask again", () => this.edit());
    this.element.setAttribute("aria-label", "You");
    this.#show();
  }

  draw(busy: boolean, place: number, versions: number): void {
    this.#edit.disabled = busy;
    this.#versions.draw(place, versions, busy);
  }

  /** Opens the text for a change. */
  edit(): void {
    const form = element("form", "edit");
    const field = element("textarea");
    field.value = this.#turn.text;
    field.rows = Math.min(12, this.#turn.text.split("\n").length + 1);
    field.setAttribute("aria-label", "Edit the message");
    const leave = (): void => {
      this.#show();
      this.#edit.focus();
    };
    const send = element("button", "primary", "Ask again");
    send.type = "submit";
    form.append(field, button("Cancel", leave), send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim() !== "") this.#actions.edit(this.#turn.id, field.value);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        leave();
      }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    this.element.replaceChildren(form);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  #show(): void {
    const bar = element("div", "turn-bar");
    const copy = iconButton("copy", "Copy the message", () => void copyWithSign(copy, this.#turn.text));
    bar.append(this.#versions.element, copy, this.#edit);
    this.element.replaceChildren(element("div", "bubble", this.#turn.text), bar);
  }
}
