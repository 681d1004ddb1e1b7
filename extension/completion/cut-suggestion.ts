import { confidentLength } from "./confidence-gate.ts";
import type { Draft } from "./draft.ts";
import { filterSuggestion } from "./filters/pipeline.ts";
import type { Shape } from "./line-policy.ts";
import type { FilterReason } from "./reasons.ts";
import { replacedLength } from "./replace-range.ts";
import type { CompletionRequest, Suggestion } from "./request.ts";
import { restOfLine } from "./document-view.ts";

/** Shorter suggestions come only when asked for. In characters that are not white space. */
const SHORTEST = 3;

/** Makes `length` characters of a draft from `offset` on into what is shown, or says why not. Pure. */
export function cutSuggestion(draft: Draft, offset: number, length: number, shape: Shape, { view, invoked, policy }: CompletionRequest): Suggestion | { reason: FilterReason } {
  const sure = invoked ? length : confidentLength(draft.text, offset, offset + length, draft.tokens, policy.confidence);
  if (sure === 0 && length > 0) return { reason: "unsure" };
  const place = { view, maxLines: shape.maxLines, minLength: invoked ? 1 : SHORTEST };
  const filtered = filterSuggestion(draft.text.slice(offset, offset + sure), place);
  if ("reason" in filtered) return filtered;
  return { text: filtered.text, replaced: replacedLength(filtered.text, restOfLine(view)) };
}
