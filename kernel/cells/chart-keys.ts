import type { NotebookScope } from "./cell.ts";
import { chartTable } from "./chart-table.ts";
import { checkChart } from "./check-chart.ts";
import { isMapping, type KindKey, type KindLanguage, problem, scalarKey } from "./kind-key.ts";
import type { ValueResult } from "./setting-value.ts";
import { followPath, pathText } from "./value-path.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";

export const CHART_TYPES = ["line", "bar", "point", "box", "heatmap"] as const;
export const CHART_BARS = ["sd", "ci", "none"] as const;
/** Diagrams beside each other. */
export const MAX_PANELS = 6;
export const MAX_CHART_SIDE = 2000;

const SIDE = `pixels from 20 to ${MAX_CHART_SIDE}`;

/** Where a chart's rows come from: a path such as `temps.table`, or the rows themselves. */
export type ChartData = { path: string[] } | { rows: Array<Record<string, unknown>> };

const field = (name: string, meaning: string, example: string, defaultText = "none"): KindKey => ({
  name, takes: "the name of a field", defaultText, meaning, example, read: readField(name),
});

const SHORTCUTS: readonly KindKey[] = [
  { name: "data", takes: "the name of a result, a path in it such as `temps.table`, or a list of mappings", defaultText: "the last result", values: "results",
    example: "data: temps", meaning: "What is drawn: the runs of a named result, or rows of your own.", read: readData },
  field("x", "The field on the horizontal axis.", "x: temperature"),
  { name: "y", takes: "the name of a field, or a list of them", defaultText: "none", example: "y: [tok_s, ttft_ms.p95]",
    meaning: "The fields on the vertical axis, one diagram each. `.mean` (also what no ending means), `.median`, `.min`, `.max`, `.sd`, `.p25`, `.p75`, `.p95`, `.p99` and `.n` are figures of all runs at one place.",
    read: readFields },
  field("series", "One line or colour for each value of this field; shapes differ too.", "series: precision"),
  field("value", "The field that a heat map shows as colour.", "value: ttft_ms"),
  scalarKey({ name: "type", type: "enum", values: CHART_TYPES, defaultText: "`line` over numbers, else `bar`", example: "type: line",
    meaning: "How the rows are drawn. `point` and `box` show every run, the others a figure of the runs at one place." }),
  scalarKey({ name: "bars", type: "enum", values: CHART_BARS, defaultText: "`ci` where there is one", example: "bars: sd",
    meaning: "Error bars: `sd` for the standard deviation of the runs, `ci` for the 95 % interval of their mean." }),
  { name: "where", takes: "a mapping of fields to a value or a list of values", defaultText: "all rows", example: "where: { precision: int8 }", meaning: "Draws only the rows with these values.", read: readWhere },
  { name: "title", takes: "a text", defaultText: "none", example: "title: Speed by precision", meaning: "Stands above the chart, and begins its description.", read: readAny },
  { name: "width", takes: SIDE, defaultText: "280 for each diagram", example: "width: 400", meaning: "Width of one diagram.", read: readSide("width") },
  { name: "height", takes: SIDE, defaultText: "200", example: "height: 240", meaning: "Height of one diagram.", read: readSide("height") },
  scalarKey({ name: "interactive", type: "boolean", defaultText: "off", example: "interactive: on",
    meaning: "Adds a form with pointer values for front ends that draw Vega-Lite themselves, such as JupyterLab. The picture stays for the others." }),
];

/** The keys of Vega-Lite, for charts that say all themselves. */
const VEGA_LITE: ReadonlyArray<[name: string, meaning: string]> = [
  ["mark", "Vega-Lite: what stands for a row: `bar`, `line`, `point` and others."], ["encoding", "Vega-Lite: which field is shown by which channel."],
  ["layer", "Vega-Lite: diagrams on top of each other."], ["hconcat", "Vega-Lite: diagrams beside each other."], ["vconcat", "Vega-Lite: diagrams below each other."],
  ["concat", "Vega-Lite: diagrams in a grid."], ["facet", "Vega-Lite: one diagram for each value of a field."], ["repeat", "Vega-Lite: one diagram for each of several fields."],
  ["spec", "Vega-Lite: the diagram that `facet` or `repeat` multiplies."], ["transform", "Vega-Lite: calculations on the rows."], ["params", "Vega-Lite: parameters and selections."],
  ["resolve", "Vega-Lite: which scales are shared."], ["config", "Vega-Lite: the look."], ["spacing", "Vega-Lite: distance between diagrams."], ["columns", "Vega-Lite: columns of a grid."],
  ["projection", "Vega-Lite: the projection of a map."], ["background", "Vega-Lite: the ground's colour."], ["padding", "Vega-Lite: space around the chart."], ["autosize", "Vega-Lite: how size is reckoned."],
  ["datasets", "Vega-Lite: named rows."], ["view", "Vega-Lite: the frame of a diagram."], ["bounds", "Vega-Lite: how diagrams are placed."], ["align", "Vega-Lite: how diagrams are aligned."],
  ["center", "Vega-Lite: whether diagrams are centred."], ["description", "What the chart shows, for those who cannot see it."], ["name", "Vega-Lite: a name for the diagram."],
  ["usermeta", "Vega-Lite: notes that draw nothing."], ["$schema", "Vega-Lite: the version that the specification was written for."],
];

export const VEGA_LITE_KEYS: readonly string[] = VEGA_LITE.map(([name]) => name);

export const CHART_LANGUAGE: KindLanguage = {
  keys: [...SHORTCUTS, ...VEGA_LITE.map(([name, meaning]): KindKey => ({ name, takes: "what Vega-Lite takes there", defaultText: "Vega-Lite's own", meaning, example: `${name}: …`, values: [], read: readAny }))],
  otherNames: { source: "data", from: "data", kind: "type", chart: "type", color: "series", colour: "series", group: "series", hue: "series", by: "series", error: "bars", errorbars: "bars", error_bars: "bars", filter: "where", marks: "mark", encodings: "encoding", layers: "layer", facets: "facet" },
  required: [],
  together: checkChart,
};

function readAny(value: unknown): ValueResult {
  return value === null || value === undefined ? problem("wrong_type", "This key has no value.") : { ok: true, value };
}

/** Pixels, or Vega-Lite's `{ step: 20 }`: pixels for each value. */
function readSide(name: string): KindKey["read"] {
  return (value) => {
    const isStep = isMapping(value) && typeof value.step === "number" && value.step > 0 && value.step <= 200;
    if (isStep || (typeof value === "number" && value >= 20 && value <= MAX_CHART_SIDE)) return { ok: true, value };
    return problem(typeof value === "number" ? "out_of_range" : "wrong_type", `\`${name}\` is ${SIDE}, or \`{ step: 20 }\` for each value.`);
  };
}

function readField(name: string): KindKey["read"] {
  return (value) => (typeof value === "string" && value !== "" ? { ok: true, value } : problem("wrong_type", `\`${name}\` is the name of a field.`));
}

function readFields(value: unknown): ValueResult {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === "string" && item !== "")) return problem("wrong_type", "`y` is the name of a field, or a list of them.");
  if (list.length > MAX_PANELS) return problem("out_of_range", `\`y\` takes up to ${MAX_PANELS} fields, not ${list.length}.`);
  return { ok: true, value: list };
}

function readWhere(value: unknown): ValueResult {
  const isPlain = (item: unknown) => ["string", "number", "boolean"].includes(typeof item);
  if (!isMapping(value) || Object.keys(value).length === 0) return problem("wrong_type", "`where` is a mapping of fields to values, such as `{ precision: int8 }`.");
  const bad = Object.entries(value).find(([, wanted]) => !(isPlain(wanted) || (Array.isArray(wanted) && wanted.length > 0 && wanted.every(isPlain))));
  return bad === undefined ? { ok: true, value } : problem("wrong_type", `\`where\` takes a value or a list of values for \`${bad[0]}\`.`);
}

/** A name must be known; what it holds may not be there before its cell has run. */
function readData(value: unknown, scope: NotebookScope): ValueResult {
  if (Array.isArray(value)) return value.every(isMapping) ? { ok: true, value: { rows: value } satisfies ChartData } : problem("wrong_type", "Rows under `data` are mappings, such as `- { x: 1, y: 2 }`.");
  if (isMapping(value)) return readVegaData(value, scope);
  if (typeof value !== "string" || value.trim() === "") return problem("wrong_type", "`data` is the name of a result, or a list of mappings.");
  const path = value.trim().split(".");
  const found = followPath(scope.values, path);
  if (!found.found) {
    const known = pathText(path.slice(0, found.step + 1));
    return problem("unknown_variable", `\`${known}\` is not known.${didYouMean(found.suggestion)}`, found.suggestion === undefined ? undefined : [...path.slice(0, found.step), found.suggestion, ...path.slice(found.step + 1)].join("."));
  }
  if (found.value !== undefined && chartTable(found.value) === null) return problem("wrong_type", `\`${value}\` is neither a result nor a list of mappings.`);
  return { ok: true, value: { path } satisfies ChartData };
}

/** Vega-Lite's own forms: `{ values: [...] }` and `{ name: … }`. It may not load anything. */
function readVegaData(value: Record<string, unknown>, scope: NotebookScope): ValueResult {
  if ("url" in value) return problem("chart_data_url", "A chart may not load data by itself: it reads no file and asks no server. Name a result, or put the rows under `data`.");
  if (Array.isArray(value.values)) return readData(value.values, scope);
  if (typeof value.name === "string") return readData(value.name, scope);
  const suggestion = nearest(Object.keys(value)[0] ?? "", ["values", "name"]);
  return problem("wrong_type", `\`data\` takes \`values\` or \`name\` here.${didYouMean(suggestion)}`);
}
