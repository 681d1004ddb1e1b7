import type { Translate } from "../../host/translate.ts";

/** Every text of the view, in the user's language. */
export interface Labels {
  answer: string;
  actions: string;
  answerNow: string;
  stop: string;
  copy: string;
  again: string;
  notebook: string;
  copyCode: string;
  insert: string;
  replace: string;
  waiting: string;
  thinking: string;
  /** `{0}`: seconds. */
  thought: string;
  /** `{0}`: seconds. */
  thoughtCut: string;
  writing: string;
  finished: string;
  empty: string;
}

export function labelsOf(t: Translate): Labels {
  return {
    answer: t("Answer"),
    actions: t("Actions"),
    answerNow: t("Answer Now"),
    stop: t("Stop"),
    copy: t("Copy Answer"),
    again: t("Ask Again"),
    notebook: t("Open as Notebook Cell"),
    copyCode: t("Copy"),
    insert: t("Insert at Cursor"),
    replace: t("Replace Selection"),
    waiting: t("Waiting for the model…"),
    thinking: t("Thinking…"),
    thought: t("Thought for {0} s"),
    thoughtCut: t("Thought for {0} s, then had to answer"),
    writing: t("Writing…"),
    finished: t("Finished."),
    empty: t("Select code and run a Retort command to see an explanation here."),
  };
}
