import { createRequire } from "node:module";
import type { TopLevelSpec } from "vega-lite";
import { RetortError } from "../../runtime/errors.ts";
import type { Output } from "./bundle.ts";
import { compactSvg } from "./chart/compact-svg.ts";
import { indexedPng } from "./chart/indexed-png.ts";
import { describeChart } from "./chart-description.ts";
import { escapeHtml } from "../../runtime/escape-html.ts";

/** Largest chart, in CSS pixels. */
export const MAX_CHART_PIXELS = 4_000_000;
/** Pixels of the PNG for each CSS pixel: sharp on today's screens. */
const PNG_SCALE = 2;

/** Marks differ in shape as well as in colour. */
const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"];

/**
 * Readable in every theme: dark ink on an opaque light ground. Colours by Okabe and Ito, distinct for colour-blind readers.
 * DejaVu Sans is the font of the PNG; browsers that lack it take their own.
 */
const STYLE = {
  background: "#ffffff",
  padding: 10,
  font: "DejaVu Sans, Verdana, sans-serif",
  axis: { labelColor: "#222222", titleColor: "#222222", gridColor: "#dddddd", labelLimit: 240 },
  legend: { labelColor: "#222222", titleColor: "#222222", titleLimit: 320, labelLimit: 240 },
  title: { color: "#222222" },
  range: { category: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"], symbol: SHAPES },
};

/** The type that JupyterLab and VS Code's renderers know; the specification's own version differs in nothing that matters to it. */
const INTERACTIVE_MIME = "application/vnd.vegalite.v5+json";
const INTERACTIVE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

export interface ChartOptions {
  /** Stands in for the picture where it cannot be seen. */
  description?: string;
  /** Adds the specification itself, for front ends that draw Vega-Lite. They prefer it to the picture. */
  interactive?: boolean;
  /** Pixels of the PNG for each CSS pixel; less than usual for a chart that would be too heavy. */
  pngScale?: number;
}

/**
 * A Vega-Lite chart as SVG, PNG and text: one of them shows in JupyterLab (trusted: SVG; untrusted: PNG), VS Code,
 * nbconvert and a terminal, without extensions.
 * Errors: `bad_chart`, `chart_data_url`, `chart_outward`, `chart_too_large`.
 */
export async function chartOutput(spec: Record<string, unknown>, description = describeChart(spec)): Promise<Output> {
  return (await drawChart(spec, { description })).output;
}

/** The same, with what the library had to say about the specification. */
export async function drawChart(spec: Record<string, unknown>, { description = describeChart(spec), interactive = false, pngScale = PNG_SCALE }: ChartOptions = {}): Promise<{ output: Output; warnings: string[] }> {
  const { svg, width, height, warnings } = await drawSvg(spec, description);
  const png = await drawPng(svg, pngScale);
  const size = { width, height, alt: description };
  const live = interactive ? { [INTERACTIVE_MIME]: { $schema: INTERACTIVE_SCHEMA, ...spec, description, config: { ...STYLE, ...configOf(spec) } } } : {};
  const output = {
    data: { ...live, "image/svg+xml": svg, "image/png": png.toString("base64"), "text/plain": description },
    metadata: { "image/svg+xml": { alt: description }, "image/png": size },
  };
  return { output, warnings };
}

function configOf({ config }: Record<string, unknown>): Record<string, unknown> {
  return typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
}

interface Svg {
  warnings: string[];
  svg: string;
  width: number;
  height: number;
}

/** The libraries are loaded here, on the first chart, because they take longer to start than the kernel. */
async function drawSvg(spec: Record<string, unknown>, description: string): Promise<Svg> {
  const { width: wide, height: high } = spec;
  // Drawn first and measured then, a huge chart takes minutes.
  if (typeof wide === "number" && typeof high === "number" && wide * high > MAX_CHART_PIXELS) throw tooLarge(wide, high);
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const loader = vega.loader();
  const refused: string[] = [];
  // A chart draws the data it is given; it reads no file and asks no server.
  loader.load = async (uri) => {
    refused.push(uri);
    return "[]";
  };
  loader.sanitize = async (uri) => {
    refused.push(uri);
    return { href: "" };
  };
  const warnings: string[] = [];
  let svg: string;
  try {
    const logger = vega.logger(vega.Warn, undefined, (_method, _level, words) => {
      warnings.push(words.map(String).join(" "));
    });
    const compiled = compile({ ...spec } as unknown as TopLevelSpec, { config: STYLE, logger });
    const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", loader, logger });
    svg = await view.toSVG();
    view.finalize();
  } catch (cause) {
    throw new RetortError({ code: "bad_chart", message: `The chart cannot be drawn: ${(cause as Error).message}`, hint: "Check the specification against Vega-Lite's documentation.", status: 400 }, { cause });
  }
  if (refused[0] !== undefined) {
    throw new RetortError({ code: "chart_data_url", message: `A chart may not load data by itself: ${refused[0].slice(0, 200)}`, hint: "Put the rows under `data.values`.", status: 400 });
  }
  if (OUTWARD.test(svg)) {
    throw new RetortError({ code: "chart_outward", message: "A chart may not show pictures from elsewhere or hold links.", hint: "Leave out `image` marks, `url` and `href`.", status: 400 });
  }
  return { ...withTitle(svg, description), warnings: [...new Set(warnings)].slice(0, MAX_WARNINGS) };
}

/** What would make a viewer of the picture ask a server, or lead out of it. */
const OUTWARD = /<image\b|\shref=|\sxlink:href=/;
const MAX_WARNINGS = 5;

/** Takes the size from the drawing, checks it, and puts the description where a screen reader finds it. */
function withTitle(svg: string, description: string): Omit<Svg, "warnings"> {
  const [, width, height] = (/^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number);
  if (width === undefined || height === undefined || width * height > MAX_CHART_PIXELS) {
    throw tooLarge(width ?? 0, height ?? 0);
  }
  const title = `<title>${escapeHtml(description)}</title>`;
  return { svg: compactSvg(svg).replace(/^<svg([^>]*>)/, (_, rest: string) => `<svg role="img"${rest}${title}`), width, height };
}

function tooLarge(width: number, height: number): RetortError {
  return new RetortError({ code: "chart_too_large", message: `The chart is ${width} x ${height} pixels; at most ${MAX_CHART_PIXELS} in all are allowed.`, hint: "Set a smaller `width` and `height`.", status: 400 });
}

async function drawPng(svg: string, scale: number): Promise<Buffer> {
  const { Resvg } = await import("@resvg/resvg-js");
  // A font of our own: a bare server has none, and text would be missing.
  const font = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: "DejaVu Sans" },
  });
  const picture = drawing.render();
  return indexedPng(picture.pixels, picture.width, picture.height) ?? picture.asPng();
}
