import { type AuditMode, type AuditSettings, DEFAULT_AUDIT } from "./audit/audit-settings.ts";
import type { GpuChoice } from "./engine/engine.ts";
import { RetortError } from "./errors.ts";
import { DEFAULT_BUDGET, type MemoryBudget } from "./inference/memory-planner.ts";
import type { Precision } from "./models/model.ts";

/** What a user may choose about a runtime. Every one has a default. */
export interface RuntimeSettings {
  gpu: GpuChoice;
  gpuLayers: number | "auto";
  /** Null: the physical cores. */
  threads: number | null;
  /** Tokens per slot. */
  contextSize: number;
  /** Requests that a model answers at once. */
  slots: number;
  /** Requests that may wait for one model; one more is refused. */
  queueCapacity: number;
  /** A model that nobody has used for this long leaves the memory. Null: it stays until its place is needed. */
  keepAliveMs: number | null;
  memoryBudget: MemoryBudget;
  /** Null: by device and memory. */
  precision: Precision | null;
  kvCacheType: "f16" | "q8_0";
  /** What to do when the GPU is lost. */
  fallback: "cpu" | "fail";
  /** An engine without a token for this long counts as dead. */
  watchdogMs: number;
  /** Null: stay for ever. */
  idleExitMs: number | null;
  offline: boolean;
  /** What the audit log keeps. */
  audit: AuditMode;
  auditRedact: AuditSettings["redact"];
  auditFileBytes: number;
  /** What the audit log keeps when it prunes itself; null: all. */
  auditKeepDays: number | null;
  auditKeepBytes: number | null;
  /** Room for evaluated prompts that outlive the runtime. Null: none are kept. */
  savedPrefixBytes: number | null;
}

export const DEFAULT_SETTINGS: RuntimeSettings = {
  gpu: "auto",
  gpuLayers: "auto",
  threads: null,
  contextSize: 4096,
  slots: 4,
  queueCapacity: 64,
  keepAliveMs: null,
  memoryBudget: DEFAULT_BUDGET,
  precision: null,
  kvCacheType: "f16",
  fallback: "cpu",
  watchdogMs: 60_000,
  idleExitMs: 10 * 60_000,
  offline: false,
  audit: DEFAULT_AUDIT.mode,
  auditRedact: DEFAULT_AUDIT.redact,
  auditFileBytes: DEFAULT_AUDIT.fileBytes,
  auditKeepDays: DEFAULT_AUDIT.keep.days,
  auditKeepBytes: DEFAULT_AUDIT.keep.bytes,
  savedPrefixBytes: null,
};

const MEBIBYTE = 1024 * 1024;

type Parser<T> = (text: string, name: string) => T;

/** How the text of one setting becomes its value. The same for environment variables and for flags. */
const PARSERS: { [K in keyof RuntimeSettings]: Parser<RuntimeSettings[K]> } = {
  gpu: choice(["auto", "cuda", "vulkan", "metal", "cpu"]),
  gpuLayers: (text, name) => (text === "auto" ? "auto" : integer(0, 10_000)(text, name)),
  threads: integer(1, 1024),
  contextSize: integer(128, 1_048_576),
  slots: integer(1, 64),
  queueCapacity: integer(0, 10_000),
  keepAliveMs: (text, name) => (text === "never" ? null : integer(0, 604_800)(text, name) * 1000),
  memoryBudget,
  precision: choice(["fp16", "int8", "q4"]),
  kvCacheType: choice(["f16", "q8_0"]),
  fallback: choice(["cpu", "fail"]),
  watchdogMs: (text, name) => integer(1, 86_400)(text, name) * 1000,
  idleExitMs: (text, name) => (text === "never" ? null : integer(1, 604_800)(text, name) * 1000),
  offline: (text, name) => choice(["0", "1"])(text, name) === "1",
  audit: choice(["off", "hash", "full"]),
  auditRedact: choice(["secrets", "emails"]),
  auditFileBytes: (text, name) => integer(1, 4096)(text, name) * MEBIBYTE,
  auditKeepDays: (text, name) => (text === "all" ? null : integer(1, 36_500)(text, name)),
  auditKeepBytes: (text, name) => (text === "all" ? null : integer(1, 1_048_576)(text, name) * MEBIBYTE),
  savedPrefixBytes: (text, name) => (text === "off" ? null : integer(1, 1_048_576)(text, name) * MEBIBYTE),
};

/** Environment variables of a runtime. Times are in seconds there, sizes of files in MiB. */
export const ENVIRONMENT: { [K in keyof RuntimeSettings]: string } = {
  gpu: "RETORT_GPU",
  gpuLayers: "RETORT_GPU_LAYERS",
  threads: "RETORT_THREADS",
  contextSize: "RETORT_CONTEXT",
  slots: "RETORT_SLOTS",
  queueCapacity: "RETORT_QUEUE",
  keepAliveMs: "RETORT_KEEP_ALIVE_S",
  memoryBudget: "RETORT_MEMORY",
  precision: "RETORT_PRECISION",
  kvCacheType: "RETORT_KV_CACHE",
  fallback: "RETORT_FALLBACK",
  watchdogMs: "RETORT_WATCHDOG_S",
  idleExitMs: "RETORT_IDLE_EXIT_S",
  offline: "RETORT_OFFLINE",
  audit: "RETORT_AUDIT",
  auditRedact: "RETORT_AUDIT_REDACT",
  auditFileBytes: "RETORT_AUDIT_FILE_MB",
  auditKeepDays: "RETORT_AUDIT_KEEP_DAYS",
  auditKeepBytes: "RETORT_AUDIT_KEEP_MB",
  savedPrefixBytes: "RETORT_SAVE_PREFIXES",
};

/**
 * The settings that the environment gives, over those of the configuration file (by the same names), over the
 * defaults. Throws `bad_setting` naming the variable.
 */
export function settingsFromEnv(env: NodeJS.ProcessEnv, config: Readonly<Record<string, string>> = {}): RuntimeSettings {
  const texts: SettingTexts = {};
  for (const key of Object.keys(ENVIRONMENT) as Array<keyof RuntimeSettings>) {
    const name = ENVIRONMENT[key];
    const text = env[name] || config[name];
    if (text !== undefined && text !== "") texts[key] = { text, name };
  }
  return { ...DEFAULT_SETTINGS, ...parseSettings(texts) };
}

/** Models that the environment names: a request may ask for these by file, and the first of them answers where none is named. */
export function namedModels(env: NodeJS.ProcessEnv): string[] {
  const model = env.RETORT_MODEL;
  return model === undefined || model === "" ? [] : [model];
}

/** Settings as text, each with the name under which the user gave it. */
export type SettingTexts = { [K in keyof RuntimeSettings]?: { text: string; name: string } };

/** Values of the settings that are given. Throws `bad_setting`. */
export function parseSettings(texts: SettingTexts): Partial<RuntimeSettings> {
  return Object.fromEntries(Object.entries(texts).map(([key, { text, name }]) => [key, PARSERS[key as keyof RuntimeSettings](text, name)]));
}

function choice<const T extends string>(values: readonly T[]): Parser<T> {
  return (text, name) => {
    const value = values.find((one) => one === text);
    if (value === undefined) throw badSetting(name, text, `one of ${values.join(", ")}`);
    return value;
  };
}

function integer(minimum: number, maximum: number): Parser<number> {
  return (text, name) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) throw badSetting(name, text, `a whole number from ${minimum} to ${maximum}`);
    return value;
  };
}

const GIGABYTE = 1e9;

/** `8GB` or `60%`. */
function memoryBudget(text: string, name: string): MemoryBudget {
  const [, amount = "", unit] = /^(\d+(?:\.\d+)?) ?(GB|%)$/i.exec(text) ?? [];
  const value = Number(amount);
  if (unit === "%" && value >= 1 && value <= 100) return { share: value / 100 };
  if (unit !== undefined && unit !== "%" && value > 0) return { bytes: value * GIGABYTE };
  throw badSetting(name, text, "an amount such as 8GB or a share such as 60%");
}

function badSetting(name: string, text: string, wanted: string): RetortError {
  return new RetortError({ code: "bad_setting", message: `${name} is ${JSON.stringify(text.slice(0, 40))}; it must be ${wanted}.`, hint: `Correct ${name} or leave it out.`, status: 400 });
}
