import type { OutputEvent } from "../../kernel/jupyter/client/output-collector.ts";

/** Displays of the kernel that tell how far it is have ids that begin so. */
const PROGRESS_PREFIX = "retort-progress-";

export interface Progress {
  text: string;
  /** 0 to 1, where the text says it. */
  share?: number;
}

/** The progress that `event` shows; null: what was shown before is over; undefined: it has nothing to do with progress. */
export function progressOf(event: OutputEvent): Progress | null | undefined {
  if (event.type === "clear") return null;
  if (event.type === "text" || event.displayId?.startsWith(PROGRESS_PREFIX) !== true) return undefined;
  const { data } = event.output as { data?: Record<string, unknown> };
  const text = data?.["text/plain"];
  return typeof text === "string" ? { text, ...shareIn(text) } : undefined;
}

/** "12 of 40 requests" and "downloading, 40 % of 93 MB" say a share. */
function shareIn(text: string): { share?: number } {
  const percent = /(\d+) %/.exec(text)?.[1];
  if (percent !== undefined) return { share: Math.min(1, Number(percent) / 100) };
  const [, done, total] = /^(\d+) of (\d+)\b/.exec(text) ?? [];
  return total === undefined || Number(total) === 0 ? {} : { share: Math.min(1, Number(done) / Number(total)) };
}
