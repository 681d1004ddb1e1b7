import type { Diagnostic, NotebookScope, Setting, SettingsCell } from "./cell.ts";
import { type ChartTable, chartTable, fieldNames, splitField } from "./chart-table.ts";
import { checkVegaLite, type SpecFault, unknownField } from "./check-vega-lite.ts";
import { errorAt, replaceFix } from "./diagnostic.ts";
import { isMapping } from "./kind-key.ts";
import { LAST_RESULT } from "./last-result.ts";
import { followPath } from "./value-path.ts";
import { yamlPlace } from "./yaml-place.ts";

/** Keys of a short chart that a whole specification says by itself. */
const SHORT_ONLY: readonly string[] = ["x", "y", "series", "value", "type", "bars"];
/** One of these makes a cell a Vega-Lite specification. */
const SPEC_MARKERS: readonly string[] = ["mark", "encoding", "layer", "hconcat", "vconcat", "concat", "facet", "repeat", "spec"];
const OUTSIDE_SPEC: readonly string[] = ["data", "where", "interactive", ...SHORT_ONLY];

/** True for a cell that holds a Vega-Lite specification, false for one of the short keys. */
export function isVegaLite(settings: readonly Setting[]): boolean {
  return settings.some(({ key }) => SPEC_MARKERS.includes(key));
}

/** The specification in a `%%chart` cell, without what is Retort's. */
export function specOf(settings: readonly Setting[]): Record<string, unknown> {
  return Object.fromEntries(settings.filter(({ key }) => !OUTSIDE_SPEC.includes(key)).map(({ key, value }) => [key, value]));
}

/** What only the whole `%%chart` cell can have wrong: keys that do not go together, and fields that the data does not have. */
export function checkChart(cell: SettingsCell, scope: NotebookScope): Diagnostic[] {
  const table = tableOf(cell, scope);
  const names = table === null || table.rows.length === 0 || table.isWhole === false ? null : fieldNames(table);
  const faults = isVegaLite(cell.settings) ? checkSpec(cell, names) : checkShort(cell, table, names);
  return [...faults, ...whereFaults(cell, names)].map((fault) => diagnosticOf(fault, cell));
}

function checkSpec({ settings }: SettingsCell, names: readonly string[] | null): SpecFault[] {
  const conflicts = settings.filter(({ key }) => SHORT_ONLY.includes(key));
  if (conflicts.length > 0) return conflicts.map(({ key }) => ({ code: "conflict", message: `\`${key}\` is a short form; beside \`mark\` and \`encoding\` it says nothing. Keep one of the two.`, path: [key], part: "key" }));
  return checkVegaLite(specOf(settings), names);
}

function checkShort({ settings }: SettingsCell, table: ChartTable | null, names: readonly string[] | null): SpecFault[] {
  const value = (key: string) => settings.find((setting) => setting.key === key)?.value;
  const needed = value("type") === "heatmap" ? ["x", "y", "value"] : ["x", "y"];
  const missing = needed.filter((key) => value(key) === undefined);
  if (missing.length > 0) {
    const message = `A chart needs ${missing.map((key) => `\`${key}:\``).join(" and ")}, each with the name of a field; or \`mark:\` and \`encoding:\` for a whole Vega-Lite specification.`;
    return [{ code: "missing_key", message, path: [], part: "value" }];
  }
  if (names === null || table === null) return [];
  return ["x", "y", "series", "value"].flatMap((key) => {
    const given = value(key);
    const list: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
    return list.flatMap((name, i) => {
      const { field } = splitField(String(name), [...table.rows, ...table.corners]);
      return unknownField(field, names, Array.isArray(given) ? [key, i] : [key]);
    });
  });
}

function whereFaults({ settings }: SettingsCell, names: readonly string[] | null): SpecFault[] {
  const where = settings.find(({ key }) => key === "where")?.value;
  if (names === null || !isMapping(where)) return [];
  return Object.keys(where).flatMap((name) => unknownField(name, names, ["where", name]).map((fault) => ({ ...fault, part: "key" as const })));
}

/** The rows as far as they are there now. */
export function tableOf({ settings }: Pick<SettingsCell, "settings">, scope: NotebookScope): ChartTable | null {
  const data = settings.find(({ key }) => key === "data")?.value ?? LAST_RESULT;
  if (isMapping(data)) return typeof data.name === "string" ? tableAt(data.name, scope) : chartTable(data.values);
  return typeof data === "string" ? tableAt(data, scope) : chartTable(data);
}

function tableAt(path: string, scope: NotebookScope): ChartTable | null {
  const found = followPath(scope.values, path.trim().split("."));
  return found.found ? chartTable(found.value) : null;
}

function diagnosticOf({ code, message, path, part, replacement }: SpecFault, cell: SettingsCell): Diagnostic {
  const range = yamlPlace(cell, path, part);
  return errorAt(range, code, message, replacement === undefined ? undefined : replaceFix(range, replacement));
}
