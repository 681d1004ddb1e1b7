import type { LoadProgress } from "../api/types.ts";
import type { GpuChoice } from "../engine/engine.ts";
import type { RenderedPrompt, RenderRequest } from "../models/chat-template.ts";
import type { ModelEntry, OnProgress, Precision, StoredFile, UnfinishedFile } from "../models/model.ts";

export interface FileWork {
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** What the use cases need of the model store. */
export interface ModelFiles {
  /** The catalogue. */
  entries(): readonly ModelEntry[];
  /** By id or alias, of the catalogue or beyond it. */
  find(name: string): ModelEntry | undefined;
  /** The same for a model that is here, as the head of its file describes it: before it is loaded. */
  described(name: string): Promise<ModelEntry | undefined>;
  installed(): Promise<StoredFile[]>;
  file(modelId: string, precision: Precision): Promise<StoredFile | undefined>;
  /** Makes what is missing from the files that are here. Throws `model_not_installed`. */
  ensure(modelId: string, precision: Precision, work: FileWork): Promise<StoredFile>;
  /** Downloads; throws `offline` where that is not allowed. */
  pull(modelId: string, options: FileWork & { precision?: Precision; offline?: boolean }): Promise<StoredFile>;
  /** Downloads that stopped and would go on where they are. */
  unfinished(modelId: string): Promise<UnfinishedFile[]>;
  /** True for a file that was downloaded or made by Retort. */
  owns(file: StoredFile): boolean;
  /** Deletes what {@link owns} tells, and nothing else. */
  remove(modelId: string, precision?: Precision): Promise<StoredFile[]>;
}

/** What a model file says about prompts. */
export interface ModelFacts {
  chatTemplate: string | null;
  /** SHA-256 of the chat template, hex. */
  templateHash?: string;
  /** Texts of the begin and end tokens; "" where there is none. */
  bosText: string;
  eosText: string;
  /** See `controlTokens()`. The same array for the life of the model. */
  controlTokens: readonly string[];
  embedding: boolean;
  /** Bytes of the weights that one step of generation reads. */
  weightsRead?: number;
}

export type ReadFacts = (path: string, signal: AbortSignal) => Promise<ModelFacts>;

/** How every model of this runtime is loaded. */
export interface LoadSettings {
  gpu: GpuChoice;
  gpuLayers: number | "auto";
  threads: number;
  /** Tokens per slot; a model with a shorter trained context gets that. */
  contextSize: number;
  slots: number;
  kvCacheType: "f16" | "q8_0";
}

/** Memory of a load before it happens, in bytes. */
export interface MemoryNeed {
  total: number;
  /** One action that would make it fit, or null when nothing does. */
  nearestFit: string | null;
}

/** Looks at a file's head only. */
export interface MemoryPlanner {
  /** Bytes that all loaded models together may use. */
  budget(): Promise<number>;
  need(file: StoredFile, settings: LoadSettings, budget: number): Promise<MemoryNeed>;
  /** Bytes of a further context of a model that is in memory. */
  contextNeed(file: StoredFile, settings: LoadSettings): Promise<number>;
  /** Bytes that are free on the device which computes; null where it does not tell. */
  free(): Promise<number | null>;
}

export interface PromptRenderer {
  render(request: RenderRequest): Promise<RenderedPrompt>;
}

export type OnLoadProgress = (progress: LoadProgress) => void;
