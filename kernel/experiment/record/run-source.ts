import type { Provenance } from "../../../runtime/api/types.ts";
import type { RunRecord } from "../result.ts";

/** All that decides what an answer is and how fast it comes, besides the prompt and its settings. Null: the back end does not tell. */
export interface RunSource {
  model: string;
  precision: string;
  quant: string;
  file_sha256: string;
  made_from: string | null;
  backend: string;
  device: string;
  driver: string | null;
  threads: number;
  context: number;
  slots: number;
  batch: number | null;
  flash_attention: boolean | "auto" | null;
  kv_cache_type: string | null;
  engine: string;
  template_sha256: string | null;
  /** What a reader must know of the figures: a busy machine, weights made from a smaller type, a lost GPU. */
  notes: string[];
}

export function runSource(provenance: Provenance): RunSource {
  const { model, precision, quant, file_sha256, backend, device, threads, context, slots, engine_version, warnings, fallback } = provenance;
  return {
    model, precision, quant, file_sha256, made_from: provenance.made_from ?? null,
    backend, device, driver: provenance.driver ?? null, threads, context, slots, batch: provenance.batch ?? null,
    flash_attention: provenance.flash_attention ?? null, kv_cache_type: provenance.kv_cache_type ?? null,
    engine: engine_version, template_sha256: provenance.template_sha256 ?? null,
    notes: [...warnings, ...(fallback === undefined ? [] : [`${fallback.to} instead of ${fallback.from}: ${fallback.reason}`])],
  };
}

/** The sources of some runs, each once, and which of them made which run. */
export interface Sources {
  list: RunSource[];
  /** Position in `list`; null for a run without a reply, and for a back end that tells nothing. */
  indexOf(run: RunRecord): number | null;
}

export function sourcesOf(runs: readonly RunRecord[]): Sources {
  const positions = new Map<string, number>();
  const list: RunSource[] = [];
  const keyOf = (run: RunRecord): string | null => {
    const provenance = run.reply?.provenance ?? null;
    return provenance === null ? null : JSON.stringify(runSource(provenance));
  };
  for (const run of runs) {
    const key = keyOf(run);
    if (key === null || positions.has(key)) continue;
    positions.set(key, list.length);
    list.push(JSON.parse(key) as RunSource);
  }
  return { list, indexOf: (run) => positions.get(keyOf(run) ?? "") ?? null };
}
