import type { IOutput } from "@jupyterlab/nbformat";
import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";

/** An output at its place among the cell's outputs. */
export interface Placed {
  index: number;
  output: IOutput;
  displayId?: string;
}

export type Change =
  | ({ type: "append" } & Placed)
  | ({ type: "replace" } & Placed)
  | { type: "text"; index: number; name: "stdout" | "stderr"; text: string };

/** What a series of events comes to. */
export interface Batch {
  /** All that stands in the cell goes first. */
  clears: boolean;
  /** At most one for each output, in order of appearance. */
  changes: Change[];
}

/**
 * Many small events as few changes: text is joined, what was replaced is not shown before, and what stood before a
 * clearing is left out. The outputs come out the same as if every event had been carried out.
 */
export function batchOf(events: readonly OutputEvent[]): Batch {
  const lastClear = events.findLastIndex(({ type }) => type === "clear");
  const changes = new Map<number, Change>();
  for (const event of events.slice(lastClear + 1)) {
    if (event.type === "clear") continue;
    const before = changes.get(event.index);
    changes.set(event.index, before === undefined ? event : merged(before, event));
  }
  return { clears: lastClear >= 0, changes: [...changes.values()] };
}

function merged(before: Change, event: Change): Change {
  if (event.type === "text") {
    if (before.type === "text") return { ...before, text: before.text + event.text };
    return { ...before, output: { ...before.output, text: `${String(before.output["text"])}${event.text}` } };
  }
  // An output that was not shown yet appears in its newest form.
  return before.type === "append" ? { ...event, type: "append" } : event;
}
