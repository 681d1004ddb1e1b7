const OTHER_REASONS = [
  "off", "off_for_language", "off_for_file", "manual", "snoozed", "battery",
  "comment", "string", "inside_word", "selection", "too_large",
  "refused", "engine_failed",
  "superseded",
] as const;

const FILTER_REASONS = [
  "empty", "repetition", "repeats_next_line", "duplicate_closing", "suffix_overlap", "scope", "too_short", "unsure",
] as const;

/** What a filter found wrong with the model's text. */
export type FilterReason = (typeof FILTER_REASONS)[number];

/** Why nothing was shown. The text that a person reads is made at the edge. */
export type Reason = (typeof OTHER_REASONS)[number] | FilterReason;

export function isReason(text: string): text is Reason {
  return ([...OTHER_REASONS, ...FILTER_REASONS] as readonly string[]).includes(text);
}

/** True when the engine did answer. */
export function isFilterReason(reason: Reason): reason is FilterReason {
  return (FILTER_REASONS as readonly Reason[]).includes(reason);
}
