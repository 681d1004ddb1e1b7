import type { CountedPart, PartKind } from "./context-part.ts";
import { trimText } from "./trim-text.ts";

/** From what must be there to what is good to have. */
const RANKING: readonly PartKind[] = ["subject", "diagnostics", "function", "signature", "imports", "outline"];
/** Fences, labels and line ends around a part. */
const FRAME_TOKENS = 12;
/** A remnant shorter than this tells the model nothing. */
const LEAST_TOKENS = 24;

/** The context that goes into a prompt. */
export interface FittedContext {
  /** In the order of the ranking. */
  parts: CountedPart[];
  /** Labels of parts of which only a piece is there. */
  cut: string[];
  /** Labels of parts for which there was no room. */
  left: string[];
  /** Tokens of all parts with their frames. */
  used: number;
  /** Tokens that the context may have. */
  budget: number;
}

/** Takes parts by rank until the budget is used up; a part that does not fit is trimmed, or left out where it cannot be. */
export function fitContext(parts: readonly CountedPart[], budget: number): FittedContext {
  const fitted: FittedContext = { parts: [], cut: [], left: [], used: 0, budget };
  for (const part of ranked(parts)) {
    const room = budget - fitted.used - FRAME_TOKENS;
    const kept = part.tokens <= room ? part : trimmed(part, room);
    if (kept === null) {
      fitted.left.push(part.label);
      continue;
    }
    if (kept !== part) fitted.cut.push(part.label);
    fitted.parts.push(kept);
    fitted.used += kept.tokens + FRAME_TOKENS;
  }
  return fitted;
}

function ranked(parts: readonly CountedPart[]): CountedPart[] {
  return [...parts].filter(({ text }) => text.trim() !== "").sort((a, b) => RANKING.indexOf(a.kind) - RANKING.indexOf(b.kind));
}

function trimmed(part: CountedPart, room: number): CountedPart | null {
  if (part.trim === "none" || room < LEAST_TOKENS) return null;
  // The text's own ratio of characters to tokens, with a little in hand: its pieces are never all alike.
  const characters = Math.floor((part.text.length * room * 0.95) / part.tokens);
  const text = trimText(part.text, characters, part.trim);
  return { ...part, text, tokens: Math.min(room, Math.ceil((part.tokens * text.length) / part.text.length)) };
}
