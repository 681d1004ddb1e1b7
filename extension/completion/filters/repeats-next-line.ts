import { linesBelow, typedPart } from "../document-view.ts";
import { closesOnly } from "../block-scope.ts";
import { type Filtered, type FilterPlace, keep, keepOrDrop } from "./filter.ts";

const LOOK_BELOW = 40;
/** From this length on one equal line is enough; shorter ones are equal by chance, unless all that follows is equal. */
const TELLING = 8;

/** Cuts what stands below the cursor already. */
export function cutRepeatOfNextLine(text: string, { view }: FilterPlace): Filtered {
  const below = linesBelow(view, LOOK_BELOW).map((line) => line.trim()).filter((line) => line !== "");
  const next = below[0];
  if (next === undefined) return keep(text);
  const typed = typedPart(view);
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = (i === 0 ? typed + (lines[0] as string) : (lines[i] as string)).trim();
    if (line !== next || closesOnly(line)) continue;
    if (line.length >= TELLING || restIsBelow(lines.slice(i + 1), below.slice(1))) return keepOrDrop(lines.slice(0, i).join("\n"), "repeats_next_line");
  }
  return keep(text);
}

function restIsBelow(lines: readonly string[], below: readonly string[]): boolean {
  return lines.map((line) => line.trim()).filter((line) => line !== "").every((line, i) => line === below[i]);
}
