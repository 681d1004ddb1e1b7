import type { Output } from "../display/bundle.ts";
import { objectsTable, tableOutput } from "../display/table.ts";
import { chartOutput } from "../display/chart.ts";
import { RetortError } from "../../runtime/errors.ts";

/** `table(rows)` of a %%js cell. */
export function tableFromRows(rows: unknown): Output {
  const isRow = (row: unknown): row is Record<string, unknown> => typeof row === "object" && row !== null && !Array.isArray(row);
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    throw new RetortError({ code: "wrong_type", message: "`table()` takes an array of objects.", hint: "table([{ name: 'a', value: 1 }])", status: 400 });
  }
  return tableOutput(objectsTable(rows));
}

/** `chart(spec)` of a %%js cell: a Vega-Lite specification with its data inside. */
export function chartFromSpec(spec: unknown): Promise<Output> {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new RetortError({ code: "wrong_type", message: "`chart()` takes a Vega-Lite specification as an object.", hint: "chart({ data: { values: rows }, mark: 'bar', encoding: { … } })", status: 400 });
  }
  return chartOutput(spec as Record<string, unknown>);
}
