import type { LoadProgress } from "../../runtime/api/types.ts";
import { formatBytes } from "../display/numbers.ts";

/** One step of making a model ready, in words: "downloading, 40 % of 93 MB". */
export function progressText({ step, done, total, unit }: LoadProgress): string {
  if (total === null || total === 0) return unit === "bytes" ? `${step}, ${formatBytes(done)}` : step;
  const share = `${Math.floor((100 * done) / total)} %`;
  return unit === "bytes" ? `${step}, ${share} of ${formatBytes(total)}` : `${step}, ${share}`;
}
