import { lineAbove, typedPart } from "../document-view.ts";
import { drop, type Filtered, type FilterPlace, keep, keepOrDrop } from "./filter.ts";

/** So many times in a row the same line, or group of lines, is a loop. */
const LOOP = 3;
const LONGEST_GROUP = 4;
/** Within a line: so many times the same few characters, and so many characters in all. */
const INLINE_LOOP = 5;
const INLINE_CHARS = 20;
const LONGEST_PERIOD = 24;
/** Shorter lines are repeated in good code. */
const TELLING = 6;

/** Small models run into loops: cuts repeated lines after the first time, drops lines that repeat themselves. */
export function cutRepetition(text: string, { view }: FilterPlace): Filtered {
  const lines = text.split("\n");
  const first = (typedPart(view) + (lines[0] ?? "")).trim();
  const whole = first !== "" ? first : lines.find((line) => line.trim() !== "")?.trim() ?? "";
  if (isTelling(whole) && whole === lineAbove(view)?.trim()) return drop("repetition");
  const cut = cutAtLoop(lines);
  const looping = cut.findIndex((line) => loopsInline(line));
  if (looping === -1) return keep(cut.join("\n"));
  return keepOrDrop(cut.slice(0, looping).join("\n"), "repetition");
}

/** The lines up to the end of the first round of a loop. */
function cutAtLoop(lines: readonly string[]): string[] {
  for (let start = 0; start < lines.length; start++) {
    for (let group = 1; group <= LONGEST_GROUP; group++) {
      if (rounds(lines, start, group) >= LOOP) return lines.slice(0, start + group);
    }
  }
  return [...lines];
}

function rounds(lines: readonly string[], start: number, group: number): number {
  if (!lines.slice(start, start + group).some((line) => isTelling(line.trim()))) return 0;
  let n = 1;
  while (lines.slice(start, start + group).every((line, i) => lines[start + n * group + i]?.trim() === line.trim())) n++;
  return n;
}

function isTelling(line: string): boolean {
  return line.length >= TELLING && /\w/.test(line);
}

/** True when a line ends in the same few characters again and again. Rules of `-` or `=` are no loop. */
function loopsInline(line: string): boolean {
  const text = line.trimEnd();
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const unit = text.slice(-period);
    if (unit.length < period || !/\w/.test(unit)) continue;
    let same = 0;
    while (text[text.length - 1 - same - period] !== undefined && text[text.length - 1 - same - period] === text[text.length - 1 - same]) same++;
    const length = same + period;
    if (length >= INLINE_CHARS && length / period >= INLINE_LOOP) return true;
  }
  return false;
}
