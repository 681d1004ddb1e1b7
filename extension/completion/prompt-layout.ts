import { suffixForModel } from "./closing-rest.ts";
import type { FillRequest } from "./completion-engine.ts";
import { type DocumentView, typedPart } from "./document-view.ts";

/** How much of the document the model sees. A longer prompt is read once, but each cold start pays for it. */
export interface LayoutLimits {
  prefixLines: number;
  prefixChars: number;
  /** The window's start moves in such steps, so that a new line does not move it, and with it every token. */
  stepLines: number;
  stepChars: number;
  typedChars: number;
  suffixLines: number;
  suffixChars: number;
}

export const LAYOUT_LIMITS: LayoutLimits = {
  prefixLines: 192,
  prefixChars: 6_144,
  stepLines: 64,
  stepChars: 2_048,
  typedChars: 2_048,
  suffixLines: 48,
  suffixChars: 2_048,
};

/**
 * The order that makes typing cheap: whole lines above, what follows, and last the typed part of the line, the only
 * thing that changes with a key.
 */
export function layoutPrompt(view: DocumentView, limits: LayoutLimits = LAYOUT_LIMITS): Pick<FillRequest, "prefix" | "typed" | "suffix"> {
  const typed = typedPart(view);
  return {
    prefix: prefixWindow(view.before.slice(0, view.before.length - typed.length), limits),
    typed: typed.slice(stepped(typed.length, limits.typedChars, Math.ceil(limits.typedChars / 2))),
    suffix: suffixWindow(suffixForModel(view), limits),
  };
}

function prefixWindow(above: string, limits: LayoutLimits): string {
  const byLines = lineStart(above, stepped(countLines(above), limits.prefixLines, limits.stepLines));
  const byChars = nextLineStart(above, stepped(above.length, limits.prefixChars, limits.stepChars));
  return above.slice(Math.max(byLines, byChars));
}

/** Where a window of at most `limit` begins in `length`: 0, or a multiple of `step`. */
function stepped(length: number, limit: number, step: number): number {
  return length <= limit ? 0 : Math.ceil((length - limit) / step) * step;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Where line `line` begins, counted from 0. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let passed = 0; passed < line; passed++) at = text.indexOf("\n", at) + 1;
  return at;
}

/** The first start of a line at or after `offset`. */
function nextLineStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  const end = text.indexOf("\n", offset - 1);
  return end === -1 ? text.length : end + 1;
}

function suffixWindow(suffix: string, { suffixLines, suffixChars }: LayoutLimits): string {
  const lines = suffix.split("\n", suffixLines + 1).join("\n");
  if (lines.length <= suffixChars) return lines;
  const end = lines.lastIndexOf("\n", suffixChars);
  return end > 0 ? lines.slice(0, end + 1) : lines.slice(0, suffixChars);
}
