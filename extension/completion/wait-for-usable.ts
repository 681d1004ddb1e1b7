import type { Clock } from "./clock.ts";
import type { DocumentView } from "./document-view.ts";
import type { Draft } from "./draft.ts";
import type { Shape } from "./line-policy.ts";
import { completeLines, usableLength } from "./stream-cut.ts";

/** So long a block may take to complete, once its first line is there. Then what is complete is shown. In ms. */
const BLOCK_PATIENCE_MS = 400;

/**
 * Waits until `draft` has a line or a block to show at `view`. Null when it has none: all of it is in the document
 * already, or the model went another way than the person. Rejects with `cancelled` when `signal` is aborted.
 */
export async function waitForUsable(draft: Draft, view: DocumentView, shape: Shape, clock: Clock, signal: AbortSignal): Promise<{ offset: number; length: number } | null> {
  let impatientAt = Infinity;
  for (;;) {
    const offset = draft.consumed(view);
    if (offset === null) return null;
    if (offset !== "ahead") {
      const rest = draft.text.slice(offset);
      const length = usableLength(rest, draft.end, shape, view);
      if (length !== null && rest.slice(0, length).trim() !== "") return { offset, length };
      // That the model has nothing to say here is an answer, too; that it said it all is none.
      if (draft.end !== null) return draft.end !== "cut" && offset === 0 ? { offset, length: 0 } : null;
      const lines = completeLines(rest);
      if (lines !== null) {
        impatientAt = Math.min(impatientAt, clock.now() + BLOCK_PATIENCE_MS);
        if (clock.now() >= impatientAt) return { offset, length: lines };
      }
    }
    await changeOrTime(draft, clock, impatientAt, signal);
  }
}

async function changeOrTime(draft: Draft, clock: Clock, until: number, signal: AbortSignal): Promise<void> {
  if (until === Infinity) return draft.changed(signal);
  const race = new AbortController();
  const either = AbortSignal.any([signal, race.signal]);
  const losers = (promise: Promise<void>): Promise<void> => promise.finally(() => race.abort());
  const [first] = await Promise.allSettled([
    Promise.race([losers(draft.changed(either)), losers(clock.sleep(Math.max(0, until - clock.now()), either))]),
  ]);
  if (first.status === "rejected") throw first.reason;
}
