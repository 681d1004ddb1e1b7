import { formatNumber } from "../numbers.ts";
import { fieldTitle } from "./field-title.ts";
import type { ChartPanel, ChartPoint } from "./short-chart.ts";

/** So many values are read out one by one; of more only the extremes. */
const MAX_READ = 24;
const NAMES: Readonly<Record<ChartPanel["type"], string>> = { line: "Line chart", bar: "Bar chart", point: "Scatter plot", box: "Box plot", heatmap: "Heat map" };

/** A chart in words, for those who cannot see it: its kind, axes, ranges and extreme points, and the values where they are few. */
export function panelsText(panels: readonly ChartPanel[], title: string | undefined): string {
  return [...(title === undefined ? [] : [`${title}.`]), ...panels.map(panelText)].join("\n");
}

function panelText(panel: ChartPanel): string {
  const figure = panel.type === "heatmap" ? fieldTitle(panel.value ?? "", panel.statistic) : fieldTitle(panel.y, panel.statistic);
  const isRaw = panel.type === "box" || (panel.type === "point" && panel.statistic === null);
  return [
    `${NAMES[panel.type]} of ${figure} over ${fieldTitle(panel.x)}${panel.type === "heatmap" ? ` and ${fieldTitle(panel.y)}` : ""}.`,
    `x: ${axisRange(panel.points.map(({ x }) => x))}; ${panel.type === "heatmap" ? `y: ${axisRange(panel.points.map(({ y }) => y))}; colour` : "y"}: ${axisRange(panel.points.map(figureOf))}.`,
    ...(panel.series === null ? [] : [`${fieldTitle(panel.series)}: ${[...new Set(panel.points.map(({ series }) => series ?? ""))].join(", ")}.`]),
    extremes(panel),
    ...(panel.bars === null ? [] : [panel.bars === "sd" ? "Error bars: standard deviation." : "Error bars: 95 % interval of the mean."]),
    ...(panel.points.length <= MAX_READ && !isRaw ? [`Values: ${panel.points.map((point) => `${placeOf(point, panel)}: ${formatNumber(figureOf(point))}`).join("; ")}.`] : [`${panel.points.length} points.`]),
  ].join(" ");
}

function figureOf({ y, value }: ChartPoint): number {
  return value ?? Number(y);
}

/** `1 to 8`, or the names themselves. */
function axisRange(values: ReadonlyArray<string | number>): string {
  const distinct = [...new Set(values)];
  const numbers = distinct.filter((value) => typeof value === "number");
  if (numbers.length < distinct.length) return `${distinct.slice(0, 12).join(", ")}${distinct.length > 12 ? ` and ${distinct.length - 12} more` : ""}`;
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  return low === high ? formatNumber(low) : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function extremes(panel: ChartPanel): string {
  const [first] = panel.points;
  if (first === undefined) return "No values.";
  const highest = panel.points.reduce((best, point) => (figureOf(point) > figureOf(best) ? point : best), first);
  const lowest = panel.points.reduce((best, point) => (figureOf(point) < figureOf(best) ? point : best), first);
  if (figureOf(highest) === figureOf(lowest)) return `All values are ${formatNumber(figureOf(first))}.`;
  return `Highest: ${formatNumber(figureOf(highest))} at ${placeOf(highest, panel)}. Lowest: ${formatNumber(figureOf(lowest))} at ${placeOf(lowest, panel)}.`;
}

function placeOf({ x, y, series }: ChartPoint, panel: ChartPanel): string {
  const at = `${fieldTitle(panel.x)} ${x}`;
  if (panel.type === "heatmap") return `${at}, ${fieldTitle(panel.y)} ${y}`;
  return series === null ? at : `${series}, ${at}`;
}
