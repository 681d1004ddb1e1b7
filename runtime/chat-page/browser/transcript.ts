import type { ChatSession } from "../chat-session.ts";
import { shownTurns, versionsOf } from "../conversation.ts";
import { element } from "./dom.ts";
import { QuestionView } from "./question-view.ts";
import { ReplyView } from "./reply-view.ts";
import type { TurnActions } from "./turn-actions.ts";

/** Within this many pixels of the end the view follows the text. */
const NEAR_END = 80;

/** The shown turns of a conversation. Views of turns that stay are kept, with their selections and open thoughts. */
export class Transcript {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  readonly #actions: TurnActions;
  #views = new Map<string, QuestionView | ReplyView>();

  constructor(scroller: HTMLElement, list: HTMLElement, actions: TurnActions) {
    this.#scroller = scroller;
    this.#list = list;
    this.#actions = actions;
  }

  draw({ conversation, running }: ChatSession, now: number): void {
    const follows = this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight < NEAR_END;
    const views = new Map<string, QuestionView | ReplyView>();
    for (const turn of shownTurns(conversation)) {
      const versions = versionsOf(conversation, turn.id);
      const place = versions.indexOf(turn);
      const known = this.#views.get(turn.id);
      if (turn.role === "user") {
        const view = known instanceof QuestionView ? known : new QuestionView(turn, this.#actions);
        view.draw(running !== null, place, versions.length);
        views.set(turn.id, view);
      } else {
        const view = known instanceof ReplyView ? known : new ReplyView(turn, this.#actions);
        view.draw(turn, running, now, running !== null, place, versions.length);
        views.set(turn.id, view);
      }
    }
    this.#place([...views.values()].map((view) => view.element));
    this.#views = views;
    if (follows) this.toEnd();
  }

  /** Opens the last question for a change. */
  editLast(): void {
    [...this.#views.values()].findLast((view) => view instanceof QuestionView)?.edit();
  }

  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #place(wanted: readonly HTMLElement[]): void {
    const shown = [...this.#list.children];
    if (shown.length === wanted.length && shown.every((one, i) => one === wanted[i])) return;
    this.#list.replaceChildren(...wanted);
  }
}

/** What an empty conversation shows: some questions to begin with. */
export function emptyView(ask: (text: string) => void): HTMLElement {
  const questions = [
    ["A sum", "Ann has 3 boxes with 12 pens each and gives 7 pens away. How many pens are left? Think step by step."],
    ["A function", "Write a Python function that tells whether a word is a palindrome, with a test."],
    ["An explanation", "What is a distillation in chemistry, and what in machine learning?"],
  ] as const;
  const made = element("div", "welcome");
  const list = element("div", "examples");
  for (const [title, text] of questions) {
    const card = element("button", "example");
    card.type = "button";
    card.append(element("strong", "", title), element("span", "", text));
    card.addEventListener("click", () => ask(text));
    list.append(card);
  }
  made.append(element("h2", "", "What shall we distil?"), element("p", "", "Everything stays on the machine that runs the model, and in this browser."), list);
  return made;
}
