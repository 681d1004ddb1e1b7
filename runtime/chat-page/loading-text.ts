import type { LoadProgress } from "../api/types.ts";
import { formatBytes } from "../bytes.ts";

/** How far a model is on its way: `Loading… 45 %`. */
export function loadingText({ step, done, total, unit }: LoadProgress): string {
  const name = `${step.charAt(0).toUpperCase()}${step.slice(1)}`;
  if (total !== null && total > 0) return `${name}… ${Math.min(100, Math.floor(done * 100 / total))} %`;
  return done === 0 ? `${name}…` : `${name}… ${unit === "bytes" ? formatBytes(done) : String(done)}`;
}
