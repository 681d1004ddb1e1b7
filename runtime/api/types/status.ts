import type { FallbackNotice } from "../../engine/engine.ts";
import type { Precision } from "../../models/model.ts";

/** `GET /health`: needs no key and tells nothing that a key protects. */
export interface Health {
  status: "ok" | "loading" | "closing";
  version: string;
}

/** A model file in memory. */
export interface LoadedInfo {
  model: string;
  precision: Precision;
  quant: string;
  file_sha256: string;
  backend: string;
  device: string;
  threads: number;
  context: number;
  slots: number;
  gpu_layers: number;
  memory: { weights: number; kv_cache: number; compute: number };
  /** Bytes of the weights that one step of generation reads: all but an embedding matrix that is only looked up. */
  weights_read?: number;
  load_ms: number;
  /** Requests that hold a slot, and requests that wait for one. */
  active: number;
  queued: number;
  /** Further contexts on the same weights, with adapters. */
  adapted?: AdaptedInfo[];
}

/** A context with adapters on a model's weights. */
export interface AdaptedInfo {
  lora: Array<{ name: string; scale: number }>;
  slots: number;
  /** `weights`: of the adapters. */
  memory: LoadedInfo["memory"];
  active: number;
  queued: number;
}

/** How the audit log does. */
export interface AuditStatus {
  mode: "off" | "hash" | "full";
  state: "off" | "on" | "failing";
  /** Records written since the runtime started, and records that had no place while the log could not be written. */
  written: number;
  lost: number;
  /** Code of the failure while it lasts, such as `ENOSPC`. */
  problem: string | null;
}

/** `GET /retort/status`. */
export interface RuntimeStatus {
  state: Health["status"];
  version: string;
  pid: number;
  uptime_s: number;
  /** Requests being answered, over all models; loads and leases not counted. */
  active: number;
  queued: number;
  leases: number;
  loaded: LoadedInfo[];
  /** Models being loaded: share from 0 to 1. */
  loading: Array<{ model: string; precision: Precision; share: number }>;
  /** The precision that answers a request which names none, by model id. */
  active_precision: Record<string, Precision>;
  fallback: FallbackNotice | null;
  audit: AuditStatus;
}

/** `POST /retort/lease`: the runtime stays while a lease is renewed within `ttl_s`. */
export interface Lease {
  lease: string;
  ttl_s: number;
}
