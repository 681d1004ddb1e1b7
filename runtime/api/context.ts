import type { AuditLog } from "../audit/audit-log.ts";
import type { RecordRules } from "../audit/request-record.ts";
import type { Engine } from "../engine/engine.ts";
import type { LoadedModels } from "../inference/loaded-models.ts";
import type { ModelFiles, PromptRenderer } from "../inference/ports.ts";
import type { AccessRules } from "./access.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { RuntimeMetrics } from "./metrics/runtime-metrics.ts";
import type { RequestEntry } from "./request-log.ts";
import type { RequestScopes } from "./request-scopes.ts";

/** What the routes work with. */
export interface ApiContext {
  engine: Engine;
  models: LoadedModels;
  files: ModelFiles;
  renderer: PromptRenderer;
  access: AccessRules;
  leases: LeaseBook;
  scopes: RequestScopes;
  metrics: RuntimeMetrics;
  /** Null: off. */
  audit: { log: AuditLog; rules: RecordRules } | null;
  version: string;
  /** Where the built chat page lies. */
  pageFolder: string;
  /** Monotonic ms. */
  startedAt: number;
  /** True from the moment the runtime has begun to end. */
  closing(): boolean;
  /** Begins to end the runtime; returns at once. */
  shutdown(): void;
  /** Gets a line of every request; null: nobody wants them. */
  requestLog: ((entry: RequestEntry) => void) | null;
  /** One line for the runtime's log. */
  log(line: string): void;
  limits: ApiLimits;
}

export interface ApiLimits {
  bodyBytes: number;
  /** Open connections. */
  connections: number;
  /** Time for a request's headers, and for the whole request. */
  headersMs: number;
  requestMs: number;
  /** How often these two are looked at. */
  connectionCheckMs: number;
  /** An idle kept-alive connection is closed after this. */
  keepAliveMs: number;
  /** Silence in a stream before a comment is sent. */
  pingMs: number;
  /** Bytes a slow reader may be behind. */
  pendingBytes: number;
  /** A reader that takes nothing of its answer for so long is cut off. */
  stallMs: number;
}

export const DEFAULT_LIMITS: ApiLimits = {
  bodyBytes: 4 * 1024 * 1024,
  connections: 512,
  headersMs: 10_000,
  requestMs: 60_000,
  connectionCheckMs: 2000,
  keepAliveMs: 72_000,
  pingMs: 2000,
  pendingBytes: 1024 * 1024,
  stallMs: 30_000,
};
