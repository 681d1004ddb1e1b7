import type { Cell, NotebookScope, SettingsCell } from "./cell.ts";
import { fieldNames } from "./chart-table.ts";
import { tableOf } from "./check-chart.ts";
import type { Completion } from "./completion.ts";
import type { KindKey } from "./kind-key.ts";
import { kindLanguage } from "./kind-keys.ts";

/** Keys of a chart whose values are fields of its data; in a whole specification, `field`. */
const FIELD_KEYS: readonly string[] = ["x", "y", "series", "value", "field"];

export function isSettingsCell(cell: Cell): cell is SettingsCell {
  return cell.kind === "bench" || cell.kind === "compare" || cell.kind === "chart";
}

/** Keys that may stand in a `%%bench`, `%%compare` or `%%chart` cell; under `parent`, where it is not null. */
export function completeKindKeys(cell: SettingsCell, parent: string | null): Completion[] {
  const keys = kindLanguage(cell.kind)?.keys ?? [];
  if (parent !== null) {
    const under = keys.find(({ name }) => name === parent)?.under ?? [];
    return under.map((text) => ({ text: `${text}: `, type: "property", detail: `under ${parent}` }));
  }
  const used = cell.settings.map(({ key }) => key);
  return keys.filter(({ name }) => !used.includes(name)).map(({ name, takes, defaultText }) => ({ text: `${name}: `, type: "property", detail: `${takes}; default ${defaultText}` }));
}

export function completeKindValues(cell: SettingsCell, key: string, scope: NotebookScope): Completion[] {
  const spec = kindLanguage(cell.kind)?.keys.find(({ name }) => name === key);
  if (cell.kind === "chart" && FIELD_KEYS.includes(key)) {
    const table = tableOf(cell, scope);
    if (table !== null && table.rows.length > 0) return fieldNames(table).map((text) => ({ text, type: "value", detail: "field" }));
  }
  return spec === undefined ? [] : valuesOf(spec, scope).map((text) => ({ text, type: "value", detail: key }));
}

function valuesOf({ values, name, example }: KindKey, scope: NotebookScope): readonly string[] {
  if (values === "models") return scope.models;
  if (values === "results") return Object.entries(scope.values).filter(([, value]) => isResult(value)).map(([result]) => result);
  return values ?? [example.slice(name.length + 2)];
}

/** A result that has not run yet counts: it may have by then. */
function isResult(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && "runs" in value);
}
