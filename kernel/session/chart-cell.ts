import { RetortError } from "../../runtime/errors.ts";
import type { NotebookScope, SettingsCell } from "../cells/cell.ts";
import { CHART_LANGUAGE, type ChartData } from "../cells/chart-keys.ts";
import { type ChartRow, type ChartTable, chartTable, fieldOf } from "../cells/chart-table.ts";
import { isVegaLite, specOf } from "../cells/check-chart.ts";
import { isMapping, valuesOf } from "../cells/kind-key.ts";
import { LAST_RESULT } from "../cells/last-result.ts";
import { followPath, pathText } from "../cells/value-path.ts";
import { drawChart } from "../display/chart.ts";
import type { Output } from "../display/bundle.ts";
import { shortChartOutput } from "../display/chart/short-chart-output.ts";
import type { ShortChart } from "../display/chart/short-chart.ts";
import type { ExecuteContext, ExecuteOutcome } from "../jupyter/interpreter.ts";
import { noteOutput } from "./note.ts";

/** More rows make a chart slow and say no more. */
const MAX_CHART_ROWS = 20_000;

/** Draws a `%%chart` cell that `validateCell` found free of errors. Errors: `no_result`, `chart_no_data`, and those of {@link drawChart}. */
export async function runChartCell(cell: SettingsCell, scope: NotebookScope, context: ExecuteContext): Promise<ExecuteOutcome> {
  for (const { data, metadata } of await chartOutputs(cell, scope)) context.display(data, { metadata });
  return { status: "ok" };
}

async function chartOutputs({ settings }: SettingsCell, scope: NotebookScope): Promise<Output[]> {
  const values = valuesOf(settings, CHART_LANGUAGE, scope);
  const table = tableFor(values["data"] as ChartData | undefined, scope);
  const interactive = values["interactive"] === true;
  if (!isVegaLite(settings)) {
    const y = [values["y"]].flat() as string[];
    return shortChartOutput({ ...(values as unknown as ShortChart), y }, table, { ...values, interactive });
  }
  const where = (values["where"] ?? {}) as Record<string, unknown>;
  const rows = table.rows.filter((row) => Object.entries(where).every(([name, wanted]) => [wanted].flat().some((one) => fieldOf(row, name) === one)));
  const { output, warnings } = await drawChart(withData(specOf(settings), rows, scope), { interactive });
  return [output, ...noteOutput(warnings.map((warning) => `Note: ${warning}`))];
}

function tableFor(data: ChartData | undefined, scope: NotebookScope): ChartTable {
  const source = data ?? { path: [LAST_RESULT] };
  const value = "rows" in source ? source.rows : valueAt(source.path, scope);
  const table = chartTable(value);
  if (table === null) throw new RetortError({ code: "no_result", message: "There is nothing to draw: no result has been made yet.", hint: "Name a result with `data:`, and run its cell first.", status: 400 });
  if (table.rows.length === 0) throw new RetortError({ code: "chart_no_data", message: "There is nothing to draw: the data has no rows.", hint: "Run the cell that makes the rows first.", status: 400 });
  if (table.rows.length > MAX_CHART_ROWS) throw new RetortError({ code: "chart_too_large", message: `The data has ${table.rows.length} rows; a chart takes ${MAX_CHART_ROWS}.`, hint: "Leave some out with `where:`, or draw `.table` or `.corners`.", status: 400 });
  return table;
}

function valueAt(path: string[], { values }: NotebookScope): unknown {
  const found = followPath(values, path);
  if (found.found && found.value !== undefined) return found.value;
  if (path[0] === LAST_RESULT) return undefined;
  throw new RetortError({ code: "no_result", message: `\`${pathText(path)}\` has no value yet.`, hint: "Run its cell first.", status: 400 });
}

/** The specification with its rows inside. Diagrams in it may name results of their own. */
function withData(spec: Record<string, unknown>, rows: readonly ChartRow[], scope: NotebookScope): Record<string, unknown> {
  return { ...namedData(spec, scope), data: { values: rows } };
}

function namedData(spec: Record<string, unknown>, scope: NotebookScope): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).map(([key, value]) => {
    if (key === "data") return [key, dataOf(value, scope)];
    if (Array.isArray(value) && ["layer", "hconcat", "vconcat", "concat"].includes(key)) return [key, value.map((one) => (isMapping(one) ? namedData(one, scope) : one as unknown))];
    return [key, key === "spec" && isMapping(value) ? namedData(value, scope) : value];
  }));
}

function dataOf(value: unknown, scope: NotebookScope): unknown {
  const name = typeof value === "string" ? value : isMapping(value) && typeof value.name === "string" ? value.name : null;
  const table = name === null ? null : chartTable(valueAt(name.split("."), scope));
  return table === null ? value : { values: table.rows };
}
