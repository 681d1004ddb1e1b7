import type { OutputFormat } from "../cells/output.ts";
import type { PromptSettings } from "../cells/settings.ts";

/** Settings that prompt files and cells both know, by our names. */
export type FileSettings = Pick<PromptSettings,
  "model" | "temperature" | "top_p" | "top_k" | "min_p" | "max_tokens" | "seed" | "stop" | "frequency_penalty" | "presence_penalty">;

export interface FileMessage {
  role: "system" | "user" | "assistant";
  /** In our template language. */
  template: string;
}

/** A prompt between two formats: what a cell and a prompt file have in common. */
export interface PromptFile {
  name: string | null;
  description: string | null;
  settings: FileSettings;
  output: OutputFormat | null;
  messages: FileMessage[];
  /** Example or default values of the template's variables. */
  inputs: Record<string, unknown>;
  /** Rows of test data, and what their answers are held against, as keys of a cell. */
  tests: { rows: Array<Record<string, unknown>>; assert: Array<Record<string, unknown>> };
}

export const SETTING_NAMES = ["model", "temperature", "top_p", "top_k", "min_p", "max_tokens", "seed", "stop", "frequency_penalty", "presence_penalty"] as const satisfies ReadonlyArray<keyof FileSettings>;

/** Names of settings in one format: ours to theirs. */
export type Names = Partial<Record<keyof FileSettings, string>>;

/** Our settings under their names. What they have no name for is listed. */
export function settingsTo(settings: FileSettings, names: Names, losses: string[]): Record<string, unknown> {
  const entries = SETTING_NAMES.flatMap((key) => {
    const value = settings[key];
    if (value === undefined || key === "model") return [];
    const theirs = names[key];
    if (theirs === undefined) losses.push(`\`${key}: ${JSON.stringify(value)}\``);
    return theirs === undefined ? [] : [[theirs, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Their settings under our names, checked for type. What we have no name for is listed. */
export function settingsFrom(given: Record<string, unknown>, names: ReadonlyArray<Names>, losses: string[]): FileSettings {
  const found: Record<string, unknown> = {};
  for (const [theirs, value] of Object.entries(given)) {
    const key = SETTING_NAMES.find((ours) => names.some((table) => table[ours] === theirs));
    const fitting = key === undefined || value === null ? undefined : fitted(key, value);
    if (key === undefined || fitting === undefined) losses.push(`\`${theirs}: ${JSON.stringify(value)}\``);
    else found[key] = fitting;
  }
  return found;
}

function fitted(key: keyof FileSettings, value: unknown): unknown {
  if (key === "model") return typeof value === "string" ? value : undefined;
  if (key === "stop") {
    const list = [value].flat();
    return list.length > 0 && list.every((item) => typeof item === "string") ? list : undefined;
  }
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOr(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
