import type { RetortError } from "../../runtime/errors.ts";
import type { DocumentView } from "./document-view.ts";
import type { Multiline } from "./line-policy.ts";
import type { Reason } from "./reasons.ts";

/** The item that is selected in the suggest widget: a suggestion has to begin with it. */
export interface SelectedItem {
  text: string;
  /** Characters before and after the cursor that the item takes the place of. */
  before: number;
  after: number;
}

/** How a person wants suggestions at this place. */
export interface CompletionPolicy {
  /** False: only when asked for. */
  automatic: boolean;
  multiline: Multiline;
  maxLines: number;
  /** 0 to 1. */
  confidence: number;
  /** In ms; null adapts to typing. */
  debounceMs: number | null;
  insideComments: boolean;
  insideStrings: boolean;
}

export interface CompletionRequest {
  id: string;
  view: DocumentView;
  /** Asked for by a command or key, not by typing. */
  invoked: boolean;
  selected: SelectedItem | null;
  policy: CompletionPolicy;
}

/** What to put at the cursor. With a {@link SelectedItem} the item's text is not part of it. */
export interface Suggestion {
  text: string;
  /** Characters behind the cursor that it takes the place of. */
  replaced: number;
}

/** Where a suggestion came from: typed along, what the model wrote ahead, a stream that was running, a new request. */
export type Source = "typed" | "ahead" | "stream" | "new";

export type Answer =
  | { kind: "shown"; suggestions: readonly [Suggestion, ...Suggestion[]]; source: Source }
  | { kind: "none"; reason: Reason; model?: string; instead?: string | null; error?: RetortError };

/** Where the time of a request went, in ms. Null: did not happen, or the server does not tell. */
export interface Stages {
  debounce: number | null;
  queue: number | null;
  /** To the first text of the engine. */
  ttft: number | null;
  /** From the first text to enough of it. */
  decode: number | null;
  filter: number | null;
  total: number;
}

/** One request, for the log and the statistics. */
export interface RequestRecord {
  id: string;
  languageId: string;
  invoked: boolean;
  answer: Answer;
  stages: Stages;
  /** Null where no request to the engine belongs to it, or the engine was stopped before it could tell. */
  promptTokens: number | null;
  cachedTokens: number | null;
  /** Tokens that the engine generated for this request, those for later included. */
  generatedTokens: number;
}
