import { type ChatSettings, NO_SETTINGS, type NumberField, NUMBER_FIELDS, readNumber } from "../chat-settings.ts";
import type { Conversation } from "../conversation.ts";
import type { ReplyMeasures } from "../reply-measures.ts";
import { button, element, iconButton } from "./dom.ts";

/** The settings of a conversation. What is empty is the model's own; what that is, the latest reply tells. */
export class SettingsPanel {
  readonly #system = element("textarea");
  readonly #fields: ReadonlyArray<{ field: NumberField; input: HTMLInputElement; problem: HTMLElement }>;
  readonly #change: (settings: ChatSettings) => void;
  #settings: ChatSettings = NO_SETTINGS;
  #shownOf = "";

  constructor(root: HTMLElement, change: (settings: ChatSettings) => void, close: () => void, exportMarkdown: () => void) {
    this.#change = change;
    this.#system.id = "set-system";
    this.#system.rows = 4;
    this.#system.placeholder = "none";
    this.#system.addEventListener("input", () => this.#set({ system: this.#system.value }));
    this.#fields = NUMBER_FIELDS.map((field) => this.#numberField(field));
    const head = element("div", "panel-head");
    head.append(element("h2", "", "Settings"), iconButton("close", "Close the settings", close));
    root.append(
      head,
      element("p", "hint", "They belong to this conversation. Empty fields leave the choice to the model's own rules."),
      labelled("System prompt", this.#system),
      ...this.#fields.map(({ field, input, problem }) => {
        const row = labelled(field.label, input);
        row.append(element("p", "hint", field.help), problem);
        return row;
      }),
      button("Back to the model's own", () => this.#reset()),
      button("Save the conversation as Markdown", exportMarkdown),
    );
  }

  draw({ id, settings }: Conversation, latest: ReplyMeasures | null): void {
    if (id !== this.#shownOf) this.#clearProblems();
    this.#shownOf = id;
    this.#settings = settings;
    if (document.activeElement !== this.#system) this.#system.value = settings.system;
    for (const { field, input, problem } of this.#fields) {
      const used = latest?.settings[field.key];
      input.placeholder = used === undefined ? "the model's own" : `${used} (latest answer)`;
      if (document.activeElement === input || !problem.hidden) continue;
      input.value = settings[field.key] === null ? "" : String(settings[field.key]);
    }
  }

  #numberField(field: NumberField): { field: NumberField; input: HTMLInputElement; problem: HTMLElement } {
    const input = element("input");
    const problem = element("p", "problem");
    problem.hidden = true;
    problem.id = `set-${field.key}-problem`;
    problem.setAttribute("role", "alert");
    Object.assign(input, { id: `set-${field.key}`, type: "text", inputMode: field.whole ? "numeric" : "decimal", autocomplete: "off" });
    input.setAttribute("aria-describedby", problem.id);
    input.addEventListener("input", () => {
      const read = readNumber(field, input.value);
      const wrong = "problem" in read ? read.problem : "";
      problem.textContent = wrong;
      problem.hidden = wrong === "";
      input.setAttribute("aria-invalid", String(wrong !== ""));
      if ("value" in read) this.#set({ [field.key]: read.value });
    });
    return { field, input, problem };
  }

  #set(change: Partial<ChatSettings>): void {
    this.#settings = { ...this.#settings, ...change };
    this.#change(this.#settings);
  }

  #reset(): void {
    this.#clearProblems();
    this.#set(NO_SETTINGS);
  }

  #clearProblems(): void {
    for (const { input, problem } of this.#fields) {
      problem.hidden = true;
      input.removeAttribute("aria-invalid");
    }
  }
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  const row = element("div", "row");
  const label = element("label", "", text);
  label.htmlFor = field.id;
  row.append(label, field);
  return row;
}
