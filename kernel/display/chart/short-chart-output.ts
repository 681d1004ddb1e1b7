import { RetortError } from "../../../runtime/errors.ts";
import type { ChartTable } from "../../cells/chart-table.ts";
import type { Output } from "../bundle.ts";
import { drawChart } from "../chart.ts";
import { type ChartLook, panelsSpec } from "./panel-spec.ts";
import { panelsText } from "./panel-text.ts";
import { chartPanels, emptyReason, type ShortChart } from "./short-chart.ts";

export interface ShortChartOptions extends ChartLook {
  /** In place of the words made from the values. */
  description?: string;
  interactive?: boolean;
}

/** Draws a chart of the short keys, with a line for each diagram that has nothing to show. Errors: `chart_no_data`, and those of `drawChart`. */
export async function shortChartOutput(chart: ShortChart, table: ChartTable, options: ShortChartOptions): Promise<Output[]> {
  const panels = chartPanels(chart, table);
  const drawn = panels.filter(({ points }) => points.length > 0);
  const reasons = panels.flatMap((panel) => emptyReason(panel) ?? []);
  if (drawn.length === 0) throw new RetortError({ code: "chart_no_data", message: `There is nothing to draw: ${reasons.join(" ")}`, hint: "Choose another field, or measure more runs.", status: 400 });
  const text = options.description ?? panelsText(drawn, options.title);
  const { output } = await drawChart(panelsSpec(drawn, options), { description: text, interactive: options.interactive ?? false });
  return [output, ...reasons.map((reason) => ({ data: { "text/plain": `Not drawn: ${reason}` }, metadata: {} }))];
}
