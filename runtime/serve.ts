import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { AccessRules, isLoopback } from "./api/access.ts";
import { shuttingDown } from "./api/answer.ts";
import { type ApiLimits, DEFAULT_LIMITS } from "./api/context.ts";
import { IdleWatch } from "./api/idle-watch.ts";
import { LeaseBook } from "./api/lease-book.ts";
import { listenOn } from "./api/listen.ts";
import { RuntimeMetrics } from "./api/metrics/runtime-metrics.ts";
import type { RequestEntry } from "./api/request-log.ts";
import { RequestScopes } from "./api/request-scopes.ts";
import { buildServer } from "./api/server.ts";
import { AuditLog } from "./audit/audit-log.ts";
import { removeRecord, writeRecord } from "./client/discovery.ts";
import { readOwnModels } from "./client/own-models.ts";
import { stateError } from "./client/state-error.ts";
import type { Disposable } from "./dispose.ts";
import { DisposableStack } from "./dispose.ts";
import { physicalCores } from "./engine/cores.ts";
import type { Engine } from "./engine/engine.ts";
import { EngineSupervisor } from "./engine/supervisor.ts";
import { chatPageFolder, packageVersion } from "./entry.ts";
import { asRetortError, RetortError } from "./errors.ts";
import { AdapterBook } from "./inference/adapter-book.ts";
import { defaultPrecision } from "./inference/default-precision.ts";
import { LoadedModels } from "./inference/loaded-models.ts";
import { FileMemoryPlanner } from "./inference/memory-planner.ts";
import { readModelFacts } from "./inference/model-facts.ts";
import { DEFAULT_MODEL, ModelNames } from "./inference/model-names.ts";
import { PrefixFiles } from "./inference/prefix-files.ts";
import { SavedPrefixes } from "./inference/saved-prefixes.ts";
import type { MemoryPlanner, ModelFiles, OnLoadProgress, PromptRenderer, ReadFacts } from "./inference/ports.ts";
import type { NamedAdapter } from "./models/adapters/adapter.ts";
import { TemplateRenderer } from "./models/chat-template.ts";
import { openModelStore } from "./models/open-store.ts";
import { retortPaths, type RetortPaths } from "./paths.ts";
import { DEFAULT_SETTINGS, type RuntimeSettings } from "./runtime-settings.ts";
import { nowMs } from "./timing.ts";

export type { RequestEntry } from "./api/request-log.ts";
export { DEFAULT_SETTINGS, ENVIRONMENT, parseSettings, type RuntimeSettings, settingsFromEnv, type SettingTexts } from "./runtime-settings.ts";

export interface RuntimeOptions {
  /** Default 127.0.0.1. Any address that others can reach needs a key of one's own. */
  host?: string;
  /** Default 0: any free one. */
  port?: number;
  /** Bearer token. Default: a random one. `"none"` accepts any or none, on loopback only. */
  apiKey?: string;
  /** Models to make ready by {@link RunningRuntime.preload}; the first one is the default model. */
  models?: readonly string[];
  /** Adapters that requests may name. */
  adapters?: readonly NamedAdapter[];
  /** Other names for models. */
  aliases?: Readonly<Record<string, string>>;
  allowedHosts?: readonly string[];
  allowedOrigins?: readonly string[];
  settings?: Partial<RuntimeSettings>;
  limits?: Partial<ApiLimits>;
  env?: NodeJS.ProcessEnv;
  /** Write the discovery file, so that clients of this user find the runtime. Default false. */
  discoverable?: boolean;
  /** A lease that is not renewed for this long is forgotten. */
  leaseTtlMs?: number;
  /** Time for running requests when the runtime ends. */
  drainMs?: number;
  version?: string;
  /** The built chat page. Default: in dist/. */
  pageFolder?: string;
  log?: (line: string) => void;
  /** Gets an entry for every request that was answered. */
  requestLog?: (entry: RequestEntry) => void;
  /** Where the audit log goes. Default: there is none, whatever the settings say. */
  auditFolder?: string;
  /** Parts to use instead of the real ones. */
  parts?: Partial<RuntimeParts>;
}

/** What a runtime is made of besides its front. */
export interface RuntimeParts {
  engine: Engine;
  files: ModelFiles;
  renderer: PromptRenderer & Partial<Disposable>;
  planner: MemoryPlanner;
  readFacts: ReadFacts;
}

export interface RunningRuntime extends Disposable {
  /** Base URL without `/v1`. */
  readonly url: string;
  /** The bearer token; null when any is accepted. */
  readonly token: string | null;
  /** Loads the models that were named at the start. */
  preload(onProgress: OnLoadProgress, signal: AbortSignal): Promise<void>;
  /** Resolves when the runtime has ended, by `dispose` or by itself. */
  readonly ended: Promise<void>;
  /** Drains running requests, then ends everything. */
  dispose(): Promise<void>;
}

const LEASE_TTL_MS = 60_000;
const DRAIN_MS = 5000;
/** For handlers to notice that they were cancelled. */
const ABORT_GRACE_MS = 2000;
/** For what slots hold to reach the disk. */
const SAVE_MS = 10_000;
/** For last bytes to reach their clients. */
const CLOSE_GRACE_MS = 1000;

/** Builds a runtime and lets it listen. Errors: `port_in_use`, `port_refused`, `address_unknown`, `key_required`, `state_unusable`. */
export async function startRuntime(options: RuntimeOptions = {}): Promise<RunningRuntime> {
  const host = options.host ?? "127.0.0.1";
  const token = chooseToken(options.apiKey, host);
  const env = options.env ?? process.env;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const version = options.version ?? packageVersion();
  const log = options.log ?? (() => undefined);
  const owned = new DisposableStack();
  const { engine, files, renderer, models } = buildModels(options, settings, env, log, owned);
  const audit = openAudit(options.auditFolder, settings, version, log, owned);

  const scopes = new RequestScopes(nowMs);
  const leases = new LeaseBook(options.leaseTtlMs ?? LEASE_TTL_MS, nowMs);
  let ending: Promise<void> | undefined;
  const app = buildServer({
    engine,
    models,
    files,
    renderer,
    leases,
    scopes,
    metrics: new RuntimeMetrics(),
    requestLog: options.requestLog ?? null,
    version,
    pageFolder: options.pageFolder ?? chatPageFolder(),
    log,
    audit: audit === null ? null : { log: audit, rules: { mode: settings.audit, known: token === null ? [] : [token], emails: settings.auditRedact === "emails" } },
    access: new AccessRules({
      keys: token === null ? null : [token],
      host,
      allowedHosts: options.allowedHosts ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
    }),
    startedAt: nowMs(),
    closing: () => ending !== undefined,
    shutdown: () => void end(),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => { finish = resolve; });

  const end = (): Promise<void> => {
    ending ??= (async () => {
      await drain(scopes, options.drainMs ?? DRAIN_MS);
      const closed = app.close().then(() => undefined);
      await within(CLOSE_GRACE_MS, closed);
      app.server.closeAllConnections();
      await closed;
      await within(SAVE_MS, models.savePrefixes());
      await owned.dispose();
      finish();
    })();
    return ending;
  };

  try {
    await models.refreshNames();
    await models.adapterBook.openAll();
    const url = await listenOn(app, host, options.port ?? 0);
    if (options.discoverable === true) await publish(retortPaths(env), { url, token: token ?? "", pid: process.pid, version, startedAt: new Date().toISOString() }, owned);
    if (settings.idleExitMs !== null) owned.own(new IdleWatch(settings.idleExitMs, scopes, leases, nowMs, () => void end()));
    return {
      url,
      token,
      ended,
      dispose: end,
      preload: async (onProgress, signal) => {
        for (const model of options.models ?? []) await models.load(model, undefined, signal, onProgress);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function openAudit(folder: string | undefined, settings: RuntimeSettings, version: string, warn: (line: string) => void, owned: DisposableStack): AuditLog | null {
  const { audit: mode, auditRedact: redact, auditFileBytes: fileBytes, auditKeepDays: days, auditKeepBytes: bytes } = settings;
  if (folder === undefined || mode === "off") return null;
  const log = new AuditLog({ folder, settings: { mode, redact, fileBytes, keep: { days, bytes } }, version, warn });
  owned.own(log);
  return log;
}

function buildModels(options: RuntimeOptions, settings: RuntimeSettings, env: NodeJS.ProcessEnv, log: (line: string) => void, owned: DisposableStack): {
  engine: Engine;
  files: ModelFiles;
  renderer: PromptRenderer;
  models: LoadedModels;
} {
  const parts = options.parts ?? {};
  const engine = parts.engine ?? new EngineSupervisor({
    fallback: settings.fallback,
    stallMs: settings.watchdogMs,
    onReload: (loaded) => models.reloaded(loaded),
  });
  owned.own(engine);
  const files = parts.files ?? openModelStore(env);
  const renderer = parts.renderer ?? warmRenderer(log);
  owned.defer(() => renderer.dispose?.());
  const planner = parts.planner ?? new FileMemoryPlanner(engine, settings.memoryBudget);
  const load = {
    gpu: settings.gpu,
    gpuLayers: settings.gpuLayers,
    threads: settings.threads ?? physicalCores(),
    contextSize: settings.contextSize,
    slots: settings.slots,
    kvCacheType: settings.kvCacheType,
  };
  // Only the user's own runtime opens the user's own files: other servers have other users.
  const own = options.discoverable === true ? { readOwn: () => ownFileIds(env, log) } : {};
  const names = new ModelNames({ files, aliases: options.aliases ?? {}, named: options.models ?? [], ...own });
  const models: LoadedModels = new LoadedModels({
    engine,
    files,
    planner,
    readFacts: parts.readFacts ?? readModelFacts,
    settings: load,
    queueCapacity: settings.queueCapacity,
    keepAliveMs: settings.keepAliveMs,
    names,
    adapters: new AdapterBook(freeNames(options.adapters ?? [], [...Object.keys(options.aliases ?? {}), ...files.entries().flatMap(({ id, aliases }) => [id, ...aliases])])),
    choosePrecision: (entry) => defaultPrecision({ engine, files, planner, settings: load, wanted: settings.precision }, entry),
    offline: settings.offline,
    prefixes: settings.savedPrefixBytes === null ? null : new SavedPrefixes(engine, new PrefixFiles(join(retortPaths(env).state, "prefixes")), settings.savedPrefixBytes, log),
  });
  owned.own(models);
  return { engine, files, renderer, models };
}

/** An adapter is a model to clients, so its name must be free. */
function freeNames(adapters: readonly NamedAdapter[], taken: readonly string[]): readonly NamedAdapter[] {
  const clash = adapters.find(({ name }) => name === DEFAULT_MODEL || taken.includes(name));
  if (clash === undefined) return adapters;
  throw new RetortError({ code: "bad_setting", message: `The adapter's name ${clash.name} already stands for a model.`, hint: "Choose another name for the adapter.", status: 400 });
}

/** The user's own files by name. A list that cannot be read counts as empty; the log says why. */
async function ownFileIds(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<Record<string, string>> {
  try {
    return Object.fromEntries(Object.entries(await readOwnModels(retortPaths(env))).map(([name, path]) => [name, `file:${path}`]));
  } catch (error) {
    log(asRetortError(error).message);
    return {};
  }
}

/** Its process starts now, so that the first prompt need not wait for it. */
function warmRenderer(log: (line: string) => void): TemplateRenderer {
  const renderer = new TemplateRenderer();
  renderer.warm().catch((error: unknown) => log(`the template process did not start: ${String(error)}`));
  return renderer;
}

function chooseToken(apiKey: string | undefined, host: string): string | null {
  if (!isLoopback(host) && (apiKey === undefined || apiKey === "none" || apiKey === "")) {
    throw new RetortError({
      code: "key_required",
      message: `${host} can be reached from other machines, so a key is needed.`,
      hint: "Give --api-key KEY, or listen on 127.0.0.1.",
      status: 400,
    });
  }
  if (apiKey === "none") return null;
  return apiKey === undefined || apiKey === "" ? randomBytes(24).toString("base64url") : apiKey;
}

async function publish(paths: RetortPaths, record: Parameters<typeof writeRecord>[1], owned: DisposableStack): Promise<void> {
  await writeRecord(paths, record).catch((error: unknown) => { throw stateError(error, paths.state); });
  owned.defer(() => removeRecord(paths, record.pid));
}

/** Lets running requests end, then cancels the rest, which tell their clients why. */
async function drain(scopes: RequestScopes, drainMs: number): Promise<void> {
  await within(drainMs, scopes.idle());
  scopes.abortAll(shuttingDown());
  await within(ABORT_GRACE_MS, scopes.idle());
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => { timer = setTimeout(resolve, ms); });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
