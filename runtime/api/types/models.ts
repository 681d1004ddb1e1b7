import type { Precision, Progress } from "../../models/model.ts";

export interface ModelCard {
  id: string;
  object: "model";
  created: number;
  owned_by: string;
  /** Of an adapter: the model that it works on. vLLM's name. */
  parent?: string;
  retort: {
    capabilities: string[];
    context: number;
    precisions: Array<{ precision: Precision; quant: string; bytes: number; loaded: boolean; installed: boolean }>;
    active_precision: Precision | null;
  };
}

/** A model that could be used here, in one of its precisions. Sizes in bytes. */
export interface PrecisionOffer {
  precision: Precision;
  quant: string;
  /** `make`: from a file that is here, without a download. */
  state: "installed" | "download" | "make";
  /** Of the file; reckoned from the number of weights where nobody states it, null where that is unknown, too. */
  bytes: number | null;
  /** What has to be fetched, and how much of it an earlier, unfinished download has brought. */
  download_bytes: number | null;
  partial_bytes: number;
  loaded: boolean;
  /** True for a file that Retort downloaded or made: `/retort/remove` deletes it. */
  removable: boolean;
  /** Where it comes from: a source, another program's name for it, or the type it is made from. */
  from: string;
  /** In memory, with this runtime's context and slots. Null: unknown. */
  need_bytes: number | null;
  /** `tight`: only when other programs give memory back. */
  fit: "fits" | "tight" | "too-big" | null;
}

export interface ModelOffer {
  id: string;
  name: string;
  description: string;
  licence: string;
  /** 0: unknown until its file has been read. */
  parameters: number;
  context: number;
  capabilities: string[];
  precisions: PrecisionOffer[];
}

/** `GET /retort/models`: the catalogue and what is on this machine, for choosing. */
export interface ModelOffers {
  models: ModelOffer[];
  memory: { budget_bytes: number; free_bytes: number | null; used_bytes: number };
}

/** `POST /retort/remove`. */
export interface Removed {
  model: string;
  removed: Array<{ precision: Precision; quant: string; bytes: number }>;
}

/** `POST /retort/load` and `/retort/precision`. With `stream`, progress arrives as server-sent events before the result. */
export interface LoadBody {
  model: string;
  precision?: Precision;
  stream?: boolean;
}

/** One step of making a model ready: downloading, converting, loading. */
export type LoadProgress = Progress;
