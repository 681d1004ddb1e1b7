import type { ModelOffer, ModelOffers, PrecisionOffer, RuntimeStatus } from "../../../../runtime/api/types.ts";

export function offer(over: Partial<PrecisionOffer> = {}): PrecisionOffer {
  return { precision: "int8", quant: "Q8_0", state: "installed", bytes: 1e9, download_bytes: 0, partial_bytes: 0, loaded: false, removable: true, from: "hf:o/r/f.gguf", need_bytes: 1.2e9, fit: "fits", ...over };
}

export function model(id: string, precisions: PrecisionOffer[], over: Partial<ModelOffer> = {}): ModelOffer {
  return { id, name: id.toUpperCase(), description: "Described.", licence: "MIT", parameters: 1e9, context: 4096, capabilities: ["chat"], precisions, ...over };
}

export function offers(...models: ModelOffer[]): ModelOffers {
  return { models, memory: { budget_bytes: 8e9, free_bytes: 4e9, used_bytes: 0 } };
}

export function status(over: Partial<RuntimeStatus> = {}): RuntimeStatus {
  return { state: "ok", version: "1", pid: 1, uptime_s: 1, active: 0, queued: 0, leases: 1, loaded: [], loading: [], active_precision: {}, fallback: null, audit: { mode: "off", state: "off", written: 0, lost: 0, problem: null }, ...over };
}

export function loaded(id: string, over: Partial<RuntimeStatus["loaded"][number]> = {}): RuntimeStatus["loaded"][number] {
  return {
    model: id, precision: "int8", quant: "Q8_0", file_sha256: id, backend: "cpu", device: "A CPU", threads: 1, context: 4096, slots: 1, gpu_layers: 0,
    memory: { weights: 1e9, kv_cache: 1e8, compute: 1e7 }, load_ms: 1, active: 0, queued: 0, ...over,
  };
}
