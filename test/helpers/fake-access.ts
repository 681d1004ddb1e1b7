import type { LoadedInfo, RuntimeStatus } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { Model } from "../../kernel/experiment/model.ts";
import type { ModelAccess, ModelConnection, RuntimeApi } from "../../kernel/session/model-access.ts";

/** A ModelAccess with a runtime that only remembers what it was asked for. */
export class FakeAccess implements ModelAccess {
  readonly calls: string[] = [];
  connects = 0;
  /** Milliseconds that `load` takes. */
  loadMs = 0;
  readonly #model: Model;
  #current: ModelConnection | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  get current(): ModelConnection | null {
    return this.#current;
  }

  async connect(): Promise<ModelConnection> {
    this.connects++;
    this.#current ??= { model: this.#model, runtime: this.#runtime() };
    return this.#current;
  }

  dispose(): void {
    this.#current = null;
  }

  #runtime(): RuntimeApi {
    const loaded = new Map<string, LoadedInfo>();
    const load = async (kind: string, model: string, precision: Precision = "int8") => {
      this.calls.push(`${kind} ${model} ${precision}`);
      if (this.loadMs > 0) await new Promise((resolve) => setTimeout(resolve, this.loadMs));
      const info = loadedInfo(model, precision);
      loaded.set(`${model}@${precision}`, info);
      return info;
    };
    return {
      local: true,
      models: async () => [
        { id: "not-there", object: "model", created: 0, owned_by: "t", retort: card(false) },
        { id: "here", object: "model", created: 0, owned_by: "t", retort: card(true) },
      ],
      status: async () => runtimeStatus([...loaded.values()]),
      devices: async () => ({ devices: [], backend: "cpu", reason: "the only one here", engineVersion: "0.0.0", threads: 2 }),
      memory: async () => ({ models: [], process: { rss: 1e8, rssAnon: null, swap: null }, vram: null }),
      load: (model, precision) => load("load", model, precision),
      precision: (model, precision) => load("precision", model, precision),
      unload: async (model) => {
        this.calls.push(`unload ${model}`);
        for (const key of loaded.keys()) if (key.startsWith(`${model}@`)) loaded.delete(key);
      },
      score: async () => { throw new Error("The fake has no probabilities."); },
      embeddings: async ({ model, input }) => ({
        object: "list", model, usage: { prompt_tokens: 0, total_tokens: 0 },
        data: [input].flat().map((text, index) => ({ object: "embedding", index, embedding: letterCounts(text) })),
      }),
      tokenize: async ({ content }) => content.split(/\s+/).map((_, i) => i),
    };
  }
}

/** Texts with the same letters are alike. */
function letterCounts(text: string): number[] {
  const letters = [...text.toLowerCase()];
  return [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => letters.filter((each) => each === letter).length);
}

function card(installed: boolean) {
  return { capabilities: ["chat"], context: 2048, precisions: [{ precision: "int8" as const, quant: "Q8_0", bytes: 1e8, loaded: false, installed }], active_precision: null };
}

function loadedInfo(model: string, precision: Precision): LoadedInfo {
  return {
    model, precision, quant: "Q8_0", file_sha256: "ab".repeat(32), backend: "cpu", device: "fake device", threads: 2, context: 2048, slots: 1, gpu_layers: 0,
    memory: { weights: 1e8, kv_cache: 1e7, compute: 1e6 }, load_ms: 1, active: 0, queued: 0,
  };
}

function runtimeStatus(loaded: LoadedInfo[]): RuntimeStatus {
  return { state: "ok", version: "0", pid: 1, uptime_s: 1, active: 0, queued: 0, leases: 1, loaded, loading: [], active_precision: {}, fallback: null, audit: { mode: "hash", state: "on", written: 1, lost: 0, problem: null } };
}
