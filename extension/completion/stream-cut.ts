import { firstOutOfScope } from "./block-scope.ts";
import type { DocumentView } from "./document-view.ts";
import type { Shape } from "./line-policy.ts";

/** How the model's text ended: by itself, at the token limit, because it was enough, or not yet. */
export type DraftEnd = "stop" | "length" | "cut" | null;

/**
 * How much of `text`, which the model is still writing, can be shown now: the first line or the whole block, never
 * half of one. Null: nothing yet, or nothing at all when `end` is set.
 */
export function usableLength(text: string, end: DraftEnd, shape: Shape, view: DocumentView): number | null {
  return shape.kind === "line" ? usableLine(text, end) : usableBlock(text, end, shape.maxLines, view);
}

function usableLine(text: string, end: DraftEnd): number | null {
  const start = text.search(/\S/);
  if (start === -1) return end === null ? null : 0;
  const lineEnd = text.indexOf("\n", start);
  if (lineEnd !== -1) return lineEnd;
  return end === "stop" || end === "length" ? text.length : null;
}

function usableBlock(text: string, end: DraftEnd, maxLines: number, view: DocumentView): number | null {
  const complete = text.slice(0, Math.max(0, text.lastIndexOf("\n")));
  const lines = complete.split("\n");
  if (firstOutOfScope(lines, view) !== -1 || countLines(complete) >= maxLines) return complete.length;
  if (end === null) return null;
  if (end === "stop" || countLines(complete) === 0) return end === "cut" ? null : text.length;
  return complete.length;
}

/** What can be shown of a block when waiting for its end would take too long: its complete lines. */
export function completeLines(text: string): number | null {
  const length = text.lastIndexOf("\n");
  return length > 0 && text.slice(0, length).trim() !== "" ? length : null;
}

/** Lines with something in them. */
export function countLines(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "").length;
}
