import type { Provenance } from "../api/types.ts";
import type { FallbackNotice, MemoryReport } from "../engine/engine.ts";
import type { Settings } from "../models/profile.ts";
import type { ReadyModel } from "./loaded-model.ts";

/** Shorter pauses do not show in any figure. */
const TOLD_PAUSE_MS = 20;

export interface ProvenanceFacts {
  model: ReadyModel;
  settings: Settings;
  warnings: string[];
  promptHash: string;
  fallback: FallbackNotice | null;
  engineVersion: string;
  memory: MemoryReport | undefined;
  /** The fewest threads of the generation. */
  threads: number;
  /** How long it stood still for completions, in ms. */
  pausedMs: number;
}

/** What a result must say about where it came from. */
export function provenance(facts: ProvenanceFacts): Provenance {
  const { entry, file, engine, adapters } = facts.model;
  const { fallback } = facts;
  const madeFrom = file.madeFrom;
  return {
    model: entry.id,
    precision: file.precision,
    quant: file.quant,
    file_sha256: file.sha256,
    ...(madeFrom === undefined ? {} : { made_from: `${madeFrom.quant} ${madeFrom.sha256}` }),
    ...(adapters.length === 0 ? {} : { lora: adapters.map(({ adapter, scale }) => ({ name: adapter.name, scale, file_sha256: adapter.sha256 })) }),
    backend: fallback?.to ?? engine.backend,
    device: engine.device,
    threads: facts.threads,
    context: engine.contextSize,
    slots: engine.sequences,
    engine_version: facts.engineVersion,
    kv_cache_type: engine.kvCacheType,
    batch: engine.batchSize,
    flash_attention: engine.flashAttention,
    driver: engine.driver,
    template_sha256: facts.model.facts.templateHash ?? null,
    settings: facts.settings,
    warnings: [...facts.warnings, ...fileWarnings(facts.model), ...loadWarnings(facts)],
    ...(fallback === null ? {} : { fallback }),
    prompt_sha256: facts.promptHash,
    ...(facts.memory === undefined ? {} : { memory: memoryOf(engine.handle, facts.memory) }),
  };
}

/** Weights cannot gain what an earlier quantisation took from them. */
function fileWarnings({ file }: ReadyModel): string[] {
  if (file.madeFrom === undefined || /^(F32|F16|BF16)$/.test(file.madeFrom.quant)) return [];
  return [`The ${file.quant} file was made from ${file.madeFrom.quant} weights: it has their quality, not that of the original model.`];
}

/** A timing that was taken on a busy machine must not look like one that was not. */
function loadWarnings({ threads, pausedMs, model }: ProvenanceFacts): string[] {
  return [
    ...(threads < model.engine.threads ? [`Other programs kept the processor busy: ${threads} of ${model.engine.threads} threads were used.`] : []),
    ...(pausedMs >= TOLD_PAUSE_MS ? [`Code completion went first for ${Math.round(pausedMs)} ms; its times are longer by as much.`] : []),
  ];
}

function memoryOf(handle: string, report: MemoryReport): NonNullable<Provenance["memory"]> {
  const own = report.models.find((model) => model.handle === handle);
  return {
    weights: own?.weights ?? 0,
    kv_cache: own?.kvCache ?? 0,
    rss: report.process.rss,
    vram_used: report.vram?.used ?? null,
  };
}
