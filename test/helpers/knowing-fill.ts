import type { FillRequest } from "../../extension/completion/completion-engine.ts";
import type { Script } from "./scripted-fill.ts";

export interface Knowledge {
  /** The text that is being written, what stands before it, and where it ends. */
  before: string;
  written: string;
  /** Share of the lines that the model knows. */
  knows: number;
  ttftMs: number;
  tokenMs: number;
}

/** What the model writes in place of a line that it does not know. */
const GUESS = "guessed_value(first, other)";

/**
 * A model that knows some lines of a text and guesses at the others, always the same: so a replay of typing in virtual
 * time counts the same tokens each time, on any machine.
 */
export function knowingFill({ before, written, knows, ttftMs, tokenMs }: Knowledge): (request: FillRequest) => Script {
  const whole = before + written;
  return ({ prefix, typed }) => {
    const at = placeOf(whole, prefix + typed, before.length);
    const text = at === null ? `${GUESS}\n`.repeat(4) : tell(whole.slice(at), lineOf(whole, at), knows);
    return { pieces: text.match(/\n\s*|[^\S\n]*\S{1,4}|[^\S\n]+/g) ?? [], probability: 0.8, ttftMs, tokenMs };
  };
}

/** Where the text goes on; null when something else was typed. */
function placeOf(whole: string, shown: string, from: number): number | null {
  const tail = shown.slice(-400);
  const at = whole.indexOf(tail, Math.max(0, from - tail.length));
  return at === -1 ? null : at + tail.length;
}

function lineOf(whole: string, at: number): number {
  return whole.slice(0, at).split("\n").length;
}

function tell(rest: string, line: number, knows: number): string {
  return rest.split("\n").map((text, index) => (isKnown(line + index, knows) ? text : `${/^\s*/.exec(text)?.[0] ?? ""}${GUESS}`)).join("\n");
}

/** The same lines each time, spread evenly. */
function isKnown(line: number, knows: number): boolean {
  return (line * 0.618_034) % 1 < knows;
}
