import type { Conversation } from "../conversation.ts";
import { element, iconButton } from "./dom.ts";

export interface ListActions {
  open(id: string): void;
  rename(id: string, title: string): void;
  remove(id: string): void;
}

/** The conversations at the side, the latest first. */
export class ConversationList {
  readonly #list: HTMLElement;
  readonly #actions: ListActions;
  #renaming: string | null = null;

  constructor(list: HTMLElement, actions: ListActions) {
    this.#list = list;
    this.#actions = actions;
  }

  draw(conversations: readonly Conversation[], current: string, search: string): void {
    if (this.#renaming !== null) return;
    const wanted = search.trim().toLowerCase();
    const found = conversations.filter((one) => wanted === "" || holds(one, wanted));
    this.#list.replaceChildren(...found.map((one) => this.#item(one, one.id === current)));
    if (found.length === 0) this.#list.append(element("li", "none", wanted === "" ? "No conversations yet." : "Nothing found."));
  }

  #item({ id, title }: Conversation, current: boolean): HTMLElement {
    const item = element("li", current ? "current" : "");
    const open = element("button", "open", title);
    open.type = "button";
    open.title = title;
    if (current) open.setAttribute("aria-current", "true");
    open.addEventListener("click", () => this.#actions.open(id));
    item.append(open, iconButton("edit", `Rename “${title}”`, () => this.#rename(item, id, title)), iconButton("bin", `Delete “${title}”`, () => this.#actions.remove(id)));
    return item;
  }

  #rename(item: HTMLElement, id: string, title: string): void {
    this.#renaming = id;
    const field = element("input");
    field.value = title;
    field.setAttribute("aria-label", "New title");
    const leave = (): void => {
      if (this.#renaming !== id) return;
      this.#renaming = null;
      this.#actions.rename(id, field.value);
    };
    field.addEventListener("blur", leave);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = title;
      if (event.key !== "Escape" && event.key !== "Enter") return;
      event.stopPropagation();
      leave();
    });
    item.replaceChildren(field);
    field.select();
  }
}

function holds({ title, turns }: Conversation, wanted: string): boolean {
  return title.toLowerCase().includes(wanted) || turns.some(({ text }) => text.toLowerCase().includes(wanted));
}
