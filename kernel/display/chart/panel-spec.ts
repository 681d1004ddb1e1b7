import { fieldTitle } from "./field-title.ts";
import type { ChartPanel, ChartPoint } from "./short-chart.ts";

export interface ChartLook {
  title?: string;
  /** Of one diagram: pixels, or pixels for each value. */
  width?: unknown;
  height?: unknown;
}

const WIDTH = 280;
const HEIGHT = 200;
/** So many values of x have a tick each. */
const MAX_TICKS = 12;
/** Beyond this many, numbers in the fields of a heat map cannot be read. */
const MAX_LABELLED = 80;
const INK = "#222222";

/** Diagrams beside each other as one Vega-Lite specification, its rows inside. */
export function panelsSpec(panels: readonly ChartPanel[], look: ChartLook): Record<string, unknown> {
  const drawn = panels.map((panel) => ({ width: look.width ?? WIDTH, height: look.height ?? HEIGHT, ...diagram(panel) }));
  const title = look.title === undefined ? {} : { title: look.title };
  const [only] = drawn;
  if (drawn.length === 1 && only !== undefined) return { ...title, ...only };
  return { ...title, hconcat: drawn, spacing: 30 };
}

function diagram(panel: ChartPanel): Record<string, unknown> {
  const data = { values: panel.points.map((point) => withoutNulls(point)) };
  if (panel.type === "heatmap") return { data, ...heatmap(panel) };
  if (panel.type === "box") return { data, mark: { type: "boxplot", extent: 1.5, median: { color: INK }, outliers: { shape: "cross", size: 24 } }, encoding: { ...axes(panel), ...offset(panel), ...colour(panel) } };
  if (panel.type === "bar") return { data, layer: [{ mark: { type: "bar" }, encoding: { ...axes(panel), ...offset(panel), ...colour(panel) } }, ...errorBars(panel)] };
  const dots = { mark: { type: "point", filled: true, size: 60, opacity: panel.type === "point" ? 0.7 : 1 }, encoding: { ...axes(panel), ...colour(panel), ...shape(panel) } };
  if (panel.type === "point") return { data, layer: [dots, ...errorBars(panel)] };
  return { data, layer: [{ mark: { type: "line" }, encoding: { ...axes(panel), ...colour(panel), ...dash(panel) } }, ...errorBars(panel), dots] };
}

function withoutNulls(point: ChartPoint): Record<string, unknown> {
  return Object.fromEntries(Object.entries(point).filter(([, value]) => value !== null));
}

/** In the order of the rows: Vega-Lite would sort numbers as texts. */
function seriesOf({ points }: ChartPanel): string[] {
  return [...new Set(points.flatMap(({ series }) => (series === null ? [] : [series])))];
}

/** Numbers stand at their distance where a line joins them; else each value has a place of its own, in the order of the rows. */
function axes(panel: ChartPanel): Record<string, unknown> {
  const values = [...new Set(panel.points.map(({ x }) => x))];
  const isNumeric = (panel.type === "line" || panel.type === "point") && values.every((x) => typeof x === "number");
  const title = fieldTitle(panel.x);
  const x = isNumeric
    ? { field: "x", type: "quantitative", title, scale: { zero: false, nice: false, padding: 14 }, axis: values.length <= MAX_TICKS ? { values } : {} }
    : { field: "x", type: "nominal", title, sort: values, axis: { labelAngle: 0, labelOverlap: true } };
  const isRaw = panel.type === "box" || (panel.type === "point" && panel.bars === null);
  return { x, y: { field: "y", type: "quantitative", title: fieldTitle(panel.y, panel.statistic), scale: { zero: !isRaw } } };
}

function offset(panel: ChartPanel): Record<string, unknown> {
  const { series } = panel;
  return series === null ? {} : { xOffset: { field: "series", type: "nominal", sort: seriesOf(panel) } };
}

/** Colour, shape and dash say the same: whoever cannot tell the colours apart has the others. */
function colour(panel: ChartPanel): Record<string, unknown> {
  const { series } = panel;
  return series === null ? {} : { color: { field: "series", type: "nominal", sort: seriesOf(panel), title: fieldTitle(series) } };
}

function shape(panel: ChartPanel): Record<string, unknown> {
  const { series } = panel;
  return series === null ? {} : { shape: { field: "series", type: "nominal", sort: seriesOf(panel), title: fieldTitle(series) } };
}

function dash(panel: ChartPanel): Record<string, unknown> {
  const { series } = panel;
  return series === null ? {} : { strokeDash: { field: "series", type: "nominal", sort: seriesOf(panel), title: fieldTitle(series) } };
}

function errorBars(panel: ChartPanel): Array<Record<string, unknown>> {
  if (panel.bars === null) return [];
  const { x } = axes(panel);
  const apart = panel.type === "bar" ? offset(panel) : colour(panel);
  const ink = panel.type === "bar" ? { color: INK } : {};
  return [{
    transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
    mark: { type: "rule", strokeWidth: 1.5, ...ink },
    encoding: { x, y: { field: "low", type: "quantitative", title: fieldTitle(panel.y, panel.statistic) }, y2: { field: "high" }, ...apart },
  }];
}

function heatmap(panel: ChartPanel): Record<string, unknown> {
  const places = (of: "x" | "y") => [...new Set(panel.points.map((point) => point[of]))];
  const x = { field: "x", type: "nominal", sort: places("x"), title: fieldTitle(panel.x), axis: { labelAngle: 0 } };
  const y = { field: "y", type: "nominal", sort: places("y"), title: fieldTitle(panel.y) };
  const values = panel.points.flatMap(({ value }) => (value === null ? [] : [value]));
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const fields = { mark: { type: "rect" }, encoding: { x, y, color: { field: "value", type: "quantitative", title: fieldTitle(panel.value ?? "", panel.statistic), scale: { scheme: "viridis" } } } };
  const labels = {
    mark: { type: "text", fontSize: 11 },
    encoding: { x, y, text: { field: "value", type: "quantitative", format: ".3~g" }, color: { condition: { test: `datum.value > ${middle}`, value: "#000000" }, value: "#ffffff" } },
  };
  return { layer: [fields, ...(panel.points.length <= MAX_LABELLED ? [labels] : [])] };
}
