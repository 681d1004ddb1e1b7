import type { Output } from "./bundle.ts";

/** Fields of an output's record that say what ran; all else can be had again by running it. */
const KEPT = ["run", "format", "name", "model", "prompt_sha256", "seeds", "counts", "partial", "versions"];
/** Seeds kept of a long series. */
const MAX_SEEDS = 20;

/**
 * Outputs for a file under version control: plain text and a small record. Pictures fall away, with the JSON and the
 * samples; the plain text of tables and answers is whole.
 */
export function slimOutputs(outputs: readonly Output[]): Output[] {
  return outputs.filter(({ data }) => !("image/png" in data)).map(({ data, metadata }) => ({ data: { "text/plain": data["text/plain"] ?? "" }, metadata: slimMetadata(metadata) }));
}

function slimMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const record = metadata["retort"];
  if (typeof record !== "object" || record === null) return {};
  const kept = Object.entries(record).filter(([key]) => KEPT.includes(key)).map(([key, value]) => [key, key === "seeds" && Array.isArray(value) ? value.slice(0, MAX_SEEDS) as unknown[] : value as unknown]);
  return { retort: { ...Object.fromEntries(kept), slim: true } };
}
