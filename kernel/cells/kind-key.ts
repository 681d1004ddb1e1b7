import type { Diagnostic, NotebookScope, Setting, SettingsCell } from "./cell.ts";
import type { KeySpec } from "./keys.ts";
import { rangeText, readScalar, type ValueResult } from "./setting-value.ts";

/** A key of a `%%bench`, `%%compare` or `%%chart` cell, as data for validation, completion, hover and `%help`. */
export interface KindKey {
  name: string;
  /** The values it takes, in words: "a whole number from 1 to 64". */
  takes: string;
  /** What holds when it is not set, in words. */
  defaultText: string;
  meaning: string;
  example: string;
  /** What completion offers as its value. */
  values?: readonly string[] | "models" | "results";
  /** The keys that may stand under it, for completion. */
  under?: readonly string[];
  read(value: unknown, scope: NotebookScope): ValueResult;
}

/** What makes up the language of one kind of cell that is settings only. */
export interface KindLanguage {
  keys: readonly KindKey[];
  /** Names that other tools give to these keys. */
  otherNames: Readonly<Record<string, string>>;
  /** Keys that the cell cannot do without. */
  required: readonly string[];
  /** What only several settings together can have wrong. Asked only where each of them is right. */
  together(cell: SettingsCell, scope: NotebookScope): Diagnostic[];
}

type Scalar = Pick<KeySpec, "name" | "defaultText" | "meaning" | "example"> & Partial<Pick<KeySpec, "min" | "max" | "aboveMin" | "values">>
  & { type: "number" | "integer" | "boolean" | "name" | "model" | "enum" };

/** A key with one plain value, read and described as prompt cells do it. */
export function scalarKey(scalar: Scalar): KindKey {
  const spec: KeySpec = { ...scalar, sweep: false, cascade: false };
  const values = scalar.type === "model" ? "models" as const : scalar.type === "boolean" ? ["on", "off"] : scalar.values;
  const { name, defaultText, meaning, example } = scalar;
  return { name, takes: rangeText(spec), defaultText, meaning, example, ...(values === undefined ? {} : { values }), read: (value) => readScalar(spec, value) };
}

export function problem(code: string, message: string, replacement?: string): ValueResult {
  return { ok: false, code, message, ...(replacement === undefined ? {} : { replacement }) };
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a cell that was found free of errors, by key. */
export function valuesOf(settings: readonly Setting[], { keys }: KindLanguage, scope: NotebookScope): Record<string, unknown> {
  return Object.fromEntries(settings.flatMap(({ key, value }): Array<[string, unknown]> => {
    const result = keys.find(({ name }) => name === key)?.read(value, scope);
    return result?.ok === true ? [[key, result.value]] : [];
  }));
}
