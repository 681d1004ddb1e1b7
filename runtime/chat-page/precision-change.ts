import type { LoadedInfo } from "../api/types.ts";
import { formatBytes } from "../bytes.ts";
import { seconds } from "./reply-measures.ts";
import type { Conversation } from "./conversation.ts";

/** What a change of precision brought, in sentences. `before` is null where nothing was in memory. */
export function precisionChange(before: LoadedInfo | null, after: LoadedInfo): string[] {
  const { precision, quant, memory, load_ms: loadMs, backend } = after;
  const compared = before === null || before.precision === precision ? "" : ` instead of ${formatBytes(before.memory.weights)}`;
  const ratio = before === null ? 1 : memory.weights / before.memory.weights;
  const share = compared === "" || !Number.isFinite(ratio) || Math.abs(ratio - 1) < 0.01 ? "" : ` (${ratio < 1 ? "−" : "+"}${Math.abs((ratio - 1) * 100).toFixed(0)} %)`;
  return [
    `Answers come from ${precision.toUpperCase()} now (${quant}, ${backend}).`,
    `Weights take ${formatBytes(memory.weights)}${compared}${share}.`,
    `Loaded in ${seconds(loadMs)}.`,
  ];
}

/** How fast the replies of a conversation were in each precision, the latest of each; empty with less than two precisions. */
export function speedComparison({ turns }: Conversation, model: string): string {
  const speeds = new Map<string, number>();
  for (const turn of turns) {
    if (turn.role !== "assistant" || turn.measures === null) continue;
    const { precision, tokensPerSecond, model: by } = turn.measures;
    if (by === model && precision !== null && tokensPerSecond !== null) speeds.set(precision, tokensPerSecond);
  }
  if (speeds.size < 2) return "";
  return `Speed of the latest answers: ${[...speeds].map(([precision, speed]) => `${precision.toUpperCase()} ${speed.toFixed(1)} tok/s`).join(", ")}.`;
}
