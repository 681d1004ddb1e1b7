import type { RunningReply } from "../chat-session.ts";
import type { ReplyTurn } from "../conversation.ts";
import { renderBlocks } from "../markdown.ts";
import { measuresLine, seconds } from "../reply-measures.ts";
import { loadingText } from "../loading-text.ts";
import { BlockList, copyWithSign } from "./block-list.ts";
import { button, element, iconButton } from "./dom.ts";
import type { TurnActions } from "./turn-actions.ts";
import { VersionSwitch } from "./version-switch.ts";

/** What of a long thought is shown; the end of it is what matters while it grows. */
const MOST_THINKING = 20_000;

/** A reply: folded thinking, text, measures, and what can be done with it. */
export class ReplyView {
  readonly element = element("article", "turn reply");
  readonly #actions: TurnActions;
  readonly #thought = element("details", "thinking");
  readonly #summary = element("summary");
  readonly #thoughts = element("div", "thoughts");
  readonly #blocks = new BlockList();
  readonly #waiting = element("p", "waiting");
  readonly #notes = element("div", "notes");
  readonly #measures = element("p", "measures");
  readonly #versions: VersionSwitch;
  readonly #copy: HTMLButtonElement;
  readonly #again: HTMLButtonElement;
  #turn: ReplyTurn;
  #drawn: ReplyTurn | null = null;

  constructor(turn: ReplyTurn, actions: TurnActions) {
    this.#turn = turn;
    this.#actions = actions;
    this.#versions = new VersionSwitch("answer", (step) => actions.showVersion(turn.id, step));
    this.#copy = iconButton("copy", "Copy the answer", () => void copyWithSign(this.#copy, this.#turn.text));
    this.#again = iconButton("again", "Answer once more", () => actions.regenerate(turn.id));
    this.#thought.append(this.#summary, this.#thoughts);
    // The text is read out when it is complete: once, not with every token.
    this.element.setAttribute("aria-label", "Answer");
    const bar = element("div", "turn-bar");
    bar.append(this.#versions.element, this.#copy, this.#again, this.#measures);
    this.element.append(this.#thought, this.#waiting, this.#blocks.element, this.#notes, bar);
  }

  draw(turn: ReplyTurn, running: RunningReply | null, now: number, busy: boolean, place: number, versions: number): void {
    this.#turn = turn;
    const own = running?.id === turn.id ? running : null;
    this.element.setAttribute("aria-busy", String(own !== null));
    this.element.dataset.state = turn.state;
    this.#drawThinking(turn, own, now);
    this.#waiting.textContent = own === null || turn.text !== "" || turn.thinking !== "" ? "" : own.loading === null ? "Reading…" : loadingText(own.loading);
    if (this.#drawn?.text !== turn.text) this.#blocks.draw(renderBlocks(turn.text));
    if (this.#drawn?.state !== turn.state || this.#drawn.problem !== turn.problem) this.#drawNotes(turn);
    this.#measures.textContent = own !== null ? own.meter.line() : turn.measures === null ? "" : measuresLine(turn.measures);
    this.#versions.draw(place, versions, busy);
    this.#copy.hidden = turn.text === "";
    this.#again.disabled = busy;
    this.#drawn = turn;
  }

  #drawThinking({ thinking, thinkingMs, state }: ReplyTurn, running: RunningReply | null, now: number): void {
    this.#thought.hidden = thinking === "";
    if (thinking === "") return;
    const going = state === "running" && thinkingMs === null && running?.thinkingSince != null;
    this.#thought.dataset.going = String(going);
    this.#summary.textContent = going ? `Thinking… ${((now - (running.thinkingSince ?? now)) / 1000).toFixed(0)} s` : `Thought${thinkingMs === null ? "" : ` for ${seconds(thinkingMs)}`}`;
    const shown = thinking.length > MOST_THINKING ? `…${thinking.slice(-MOST_THINKING)}` : thinking;
    if (this.#thoughts.textContent !== shown) this.#thoughts.textContent = shown;
  }

  #drawNotes({ state, finish, problem, measures, id, text }: ReplyTurn): void {
    this.#notes.replaceChildren();
    const note = (text: string, kind = "note"): void => { this.#notes.append(element("p", kind, text)); };
    if (state === "stopped") note("Stopped.");
    for (const warning of measures?.warnings ?? []) note(warning);
    if (finish === "length") note("The limit of new tokens ended this answer.");
    if (finish === "length" && text !== "") this.#notes.append(button("Go on", () => this.#actions.goOn(id)));
    if (problem === null) return;
    note(problem.message, "note problem");
    if (problem.hint !== "") note(problem.hint);
    this.#notes.append(button("Try again", () => this.#actions.regenerate(id)));
  }
}
