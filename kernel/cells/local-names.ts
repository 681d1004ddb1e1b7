import type { NotebookScope, Setting } from "./cell.ts";
import { PROMPT_AXIS } from "./matrix.ts";
import { settingsFrom } from "./settings.ts";

/** Template name of the current row of `data:`. */
export const ROW = "row";

/** Names that only the templates of this cell know: the row of a data set, the axes of a matrix. */
export function localNames(settings: Setting[]): string[] {
  const { matrix = [] } = settingsFrom(settings);
  return [...(settings.some(({ key }) => key === "data") ? [ROW] : []), ...matrix.flatMap(({ key, kind }) => (kind === "setting" ? [] : [key]))];
}

/** What the templates of a cell see: the notebook, and over it the names of their own, with an example of each value. */
export function localScope(settings: Setting[], scope: NotebookScope): NotebookScope {
  const local = localNames(settings);
  if (local.length === 0) return scope;
  const { matrix = [], data } = settingsFrom(settings);
  const axes = matrix.filter(({ key }) => local.includes(key)).map(({ key, values }) => [key, key === PROMPT_AXIS ? "" : values[0]?.value]);
  const row = data?.kind === "rows" ? data.rows[0] : undefined;
  const values = { ...scope.values, ...(local.includes(ROW) ? { [ROW]: row } : {}), ...Object.fromEntries(axes) as Record<string, unknown> };
  return { ...scope, values, stale: scope.stale.filter((name) => !local.includes(name)) };
}
