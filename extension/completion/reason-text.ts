import type { Translate } from "../host/translate.ts";
import type { Reason } from "./reasons.ts";
import type { Answer } from "./request.ts";

/** One line: why nothing was shown, and what to do where something can be done. Pure. */
export function reasonText(answer: Answer | null, t: Translate): string {
  if (answer === null) return t("No suggestion was asked for yet: type in a file, or press Alt+\\.");
  if (answer.kind === "shown") return t("The last request had a suggestion. If you did not see it, check the setting editor.inlineSuggest.enabled.");
  if (answer.reason === "refused") return refusedText(answer.model ?? "", answer.instead ?? null, t);
  if (answer.reason === "engine_failed") return t("The engine failed: {0} {1}", answer.error?.message ?? "", answer.error?.hint ?? "").trim();
  return texts(t)[answer.reason];
}

export function refusedText(model: string, instead: string | null, t: Translate): string {
  const what = model === "" ? t("No model on this machine can complete code.") : t("{0} cannot complete code.", model);
  return instead === null ? `${what} ${t("Choose another model.")}` : `${what} ${t("{0} can: get it with Retort: Get a First Model.", instead)}`;
}

/** A few words for tables. */
export function texts(t: Translate): Record<Exclude<Reason, "refused" | "engine_failed">, string> {
  return {
    off: t("Completion is off. Run Retort: Toggle Code Completion."),
    off_for_language: t("Completion is off for this language: see the setting retort.completion.enable."),
    off_for_file: t("Completion is off for this file: it matches retort.completion.disableInFiles, or it may hold secrets."),
    manual: t("Suggestions come only when asked for: see the setting retort.completion.triggerMode."),
    snoozed: t("Completion is snoozed. Run Retort: Snooze Code Completion to resume."),
    battery: t("Completion pauses on battery: see the setting retort.completion.pauseOnBattery."),
    comment: t("The cursor is in a comment: see the setting retort.completion.disableInsideComments."),
    string: t("The cursor is in a string: see the setting retort.completion.disableInsideStrings."),
    inside_word: t("The cursor is inside a word."),
    selection: t("Something is selected, or there are several cursors."),
    too_large: t("The file is too large for suggestions."),
    superseded: t("The editor asked again before there was an answer."),
    empty: t("The model had nothing to add here."),
    repetition: t("The model repeated itself."),
    repeats_next_line: t("The suggestion was what stands below already."),
    duplicate_closing: t("The suggestion only closed what is closed already."),
    suffix_overlap: t("The suggestion was what stands behind the cursor already."),
    scope: t("The suggestion did not belong to the block at the cursor."),
    too_short: t("The suggestion was too short to be of use."),
    unsure: t("The model was not sure enough: see the setting retort.completion.confidence."),
  };
}
