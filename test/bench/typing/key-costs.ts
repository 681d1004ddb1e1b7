import { tailOf } from "./replay.ts";
import type { GenerationRecord } from "./recording-engine.ts";

/** Prompt tokens that each request of a key had evaluated. */
export interface KeyCosts {
  /** Requests on the line on which a request had been made before. */
  sameLine: number[];
  /** The first requests on a line. */
  firstOnLine: number[];
}

const MIDDLE = "<|fim_middle|>";
const PREFIX = "<|fim_prefix|>";

/** Sorts the engine's requests by what they were for. `prompts[i]` is the text of `records[i]`; `places`: where keys left the cursor. */
export function keyCosts(records: readonly GenerationRecord[], prompts: readonly string[], places: ReadonlySet<string>): KeyCosts {
  const costs: KeyCosts = { sameLine: [], firstOnLine: [] };
  const lines = new Set<string>();
  for (const [index, { evaluated }] of records.entries()) {
    const before = textBefore(prompts[index] ?? "");
    // What the engine was asked ahead of the typing is no key's cost, though a key may have to pay for it afterwards.
    if (!places.has(tailOf(before))) continue;
    const line = tailOf(before.slice(0, before.lastIndexOf("\n") + 1));
    (lines.has(line) ? costs.sameLine : costs.firstOnLine).push(evaluated);
    lines.add(line);
  }
  return costs;
}

/** The document up to the cursor, as far as the model was shown it. */
function textBefore(prompt: string): string {
  const middle = prompt.lastIndexOf(MIDDLE);
  if (middle === -1) return prompt;
  const prefix = prompt.slice(prompt.indexOf(PREFIX) + PREFIX.length);
  return prefix.slice(0, prefix.indexOf("<|fim_suffix|>")) + prompt.slice(middle + MIDDLE.length);
}
