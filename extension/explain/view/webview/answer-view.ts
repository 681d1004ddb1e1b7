import type { Labels } from "../labels.ts";
import { renderBlocks } from "../markdown.ts";
import type { HostMessage, ViewMessage } from "../protocol.ts";
import { isEnd, newState, type ViewState } from "../view-state.ts";
import { BlockList } from "./block-list.ts";
import { button, element } from "./dom.ts";

/** What of the thinking is shown; the end of it is what matters while it grows. */
const MOST_THINKING = 20_000;
/** Within this many pixels of the end the view follows the text. */
const NEAR_END = 60;

/** The view of one explanation: heading, folded thinking, answer, timing, buttons. */
export class AnswerView {
  readonly #labels: Labels;
  #state: ViewState = newState(0, "", false);
  #thinkingSince = 0;
  readonly #title = element("h1");
  readonly #context = element("p", "context");
  readonly #thought = element("details", "thinking");
  readonly #summary = element("summary");
  readonly #thoughts = element("div", "thoughts");
  readonly #answer = element("article", "answer");
  readonly #note = element("p", "note");
  readonly #timing = element("p", "timing");
  readonly #status = element("p", "status");
  readonly #blocks: BlockList;
  readonly #buttons: Record<"answerNow" | "stop" | "action" | "copy" | "again" | "notebook", HTMLButtonElement>;

  constructor(root: HTMLElement, labels: Labels, post: (message: ViewMessage) => void) {
    this.#labels = labels;
    const make = (label: string, type: "answerNow" | "stop" | "copy" | "again" | "notebook" | "action"): HTMLButtonElement => button(label, () => post({ type }));
    this.#buttons = { answerNow: make(labels.answerNow, "answerNow"), stop: make(labels.stop, "stop"), action: make("", "action"), copy: make(labels.copy, "copy"), again: make(labels.again, "again"), notebook: make(labels.notebook, "notebook") };
    this.#blocks = new BlockList(this.#answer, labels, post);
    this.#thought.append(this.#summary, this.#thoughts);
    this.#answer.setAttribute("aria-label", labels.answer);
    // The region is announced when it is no longer busy: once, not with every token.
    this.#answer.setAttribute("aria-live", "polite");
    this.#status.setAttribute("role", "status");
    const bar = element("div", "bar");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", labels.actions);
    bar.append(...Object.values(this.#buttons));
    root.append(this.#title, this.#context, this.#status, this.#thought, this.#answer, this.#note, this.#timing, bar);
    setInterval(() => this.#drawThinking(), 500);
    this.draw();
  }

  get state(): ViewState {
    return this.#state;
  }

  take(message: HostMessage): void {
    if (message.type === "show") {
      if (message.state.id !== this.#state.id) this.#thinkingSince = performance.now();
      this.#state = message.state;
      return;
    }
    if (message.id !== this.#state.id) return;
    this.#state.thinking += message.thinking;
    this.#state.answer += message.answer;
    this.#state.phase = message.phase;
    this.#state.thinkingMs = message.thinkingMs;
  }

  draw(): void {
    const { title, context, answer, phase, note, timing, action, canInsert, restored } = this.#state;
    const follow = window.innerHeight + window.scrollY >= document.body.scrollHeight - NEAR_END;
    const ended = isEnd(phase);
    this.#title.textContent = title;
    this.#context.textContent = context;
    this.#drawThinking();
    this.#answer.setAttribute("aria-busy", String(!ended));
    this.#blocks.draw(renderBlocks(answer), canInsert && ended);
    this.#note.textContent = note;
    this.#note.hidden = note === "";
    this.#timing.textContent = timing;
    this.#timing.hidden = timing === "";
    this.#status.textContent = this.#statusText();
    this.#status.dataset.busy = String(!ended);
    this.#status.dataset.quiet = String(phase === "thinking" || phase === "done");
    const { answerNow, stop, copy, again, notebook } = this.#buttons;
    answerNow.hidden = phase !== "thinking" || this.#state.thinkingCut;
    stop.hidden = ended || title === "";
    copy.hidden = answer === "";
    again.hidden = !ended || restored;
    // Without a context there was no request that a cell could send.
    notebook.hidden = again.hidden || context === "";
    this.#buttons.action.hidden = action === "";
    this.#buttons.action.textContent = action;
    if (follow && !ended) window.scrollTo(0, document.body.scrollHeight);
  }

  #statusText(): string {
    const { title, phase } = this.#state;
    if (title === "") return this.#labels.empty;
    const texts: Record<ViewState["phase"], string> = {
      waiting: this.#labels.waiting, thinking: this.#labels.thinking, answering: this.#labels.writing, done: this.#labels.finished, stopped: "", failed: "",
    };
    return texts[phase];
  }

  #drawThinking(): void {
    const { thinking, thinkingMs, thinkingCut, phase } = this.#state;
    this.#thought.hidden = thinking === "";
    if (thinking === "") return;
    const ms = thinkingMs ?? (phase === "thinking" ? performance.now() - this.#thinkingSince : 0);
    const seconds = (ms / 1000).toFixed(thinkingMs === null ? 0 : 1);
    this.#summary.textContent = phase === "thinking" ? `${this.#labels.thinking} ${seconds} s` : (thinkingCut ? this.#labels.thoughtCut : this.#labels.thought).replace("{0}", seconds);
    this.#thoughts.textContent = thinking.length > MOST_THINKING ? `…${thinking.slice(-MOST_THINKING)}` : thinking;
  }
}
