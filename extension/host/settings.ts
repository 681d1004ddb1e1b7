import * as vscode from "vscode";

import type { SettingSchema, SettingSpec } from "../contributes/contribution.ts";
import { PARTS } from "../contributes/parts.ts";

type SettingsOf<P> = P extends { settings: infer S } ? S : never;
type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
type AllSettings = UnionToIntersection<SettingsOf<(typeof PARTS)[number]>>;

export type SettingName = keyof AllSettings & string;
export type SettingValue<N extends SettingName> = AllSettings[N] extends SettingSpec<infer T> ? T : never;

/** The settings of {@link PARTS}, typed. A value of the wrong type counts as not set, and is reported once. */
export class Settings {
  readonly #specs = new Map(PARTS.flatMap((part) => Object.entries(("settings" in part ? part.settings : {}) as Record<string, SettingSpec<unknown>>)));
  readonly #report: (message: string) => void;
  readonly #reported = new Set<string>();

  constructor(report: (message: string) => void) {
    this.#report = report;
  }

  get<N extends SettingName>(name: N, scope?: vscode.ConfigurationScope): SettingValue<N> {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new Error(`There is no setting ${name}.`);
    const value: unknown = vscode.workspace.getConfiguration(undefined, scope).get(name);
    if (value === undefined) return spec.default as SettingValue<N>;
    if (fits(spec.schema, value)) return value as SettingValue<N>;
    if (!this.#reported.has(name)) this.#report(`The setting ${name} has a value of the wrong kind (${JSON.stringify(value).slice(0, 60)}); ${JSON.stringify(spec.default)} is used. Correct it in the settings.`);
    this.#reported.add(name);
    return spec.default as SettingValue<N>;
  }

  async update<N extends SettingName>(name: N, value: SettingValue<N> | undefined, target = vscode.ConfigurationTarget.Global, scope?: vscode.ConfigurationScope): Promise<void> {
    await vscode.workspace.getConfiguration(undefined, scope).update(name, value, target);
  }

  /** Calls `listener` when a setting whose name begins with one of `names` has changed. */
  onDidChange(names: readonly string[], listener: () => void): vscode.Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (names.some((name) => event.affectsConfiguration(name))) listener();
    });
  }
}

/** The little of JSON Schema that the tables use. */
export function fits(schema: SettingSchema, value: unknown): boolean {
  const types = typeof schema.type === "string" ? [schema.type] : schema.type;
  if (!types.includes(typeOf(value)) && !(Number.isInteger(value) && types.includes("integer"))) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) return false;
  if (typeof value === "number" && (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))) return false;
  return typeof value !== "string" || schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
