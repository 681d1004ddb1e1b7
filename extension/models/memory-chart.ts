import { escapeHtml } from "../../runtime/escape-html.ts";
import type { MemorySample } from "./memory-history.ts";
import type { Translate } from "../host/translate.ts";
import { formatBytes } from "./units.ts";

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 64;
const BOTTOM = 24;
const TOP = 12;
const GRID_LINES = 4;

/** A line chart of RAM and VRAM over time as SVG in the theme's colours, with its content as text for a screen reader. */
export function memoryChart(samples: readonly MemorySample[], t: Translate): string {
  const top = niceCeiling(Math.max(1, ...samples.flatMap(({ ram, vram }) => [ram, vram ?? 0])));
  const from = samples[0]?.at ?? 0;
  const span = Math.max(1, (samples.at(-1)?.at ?? 0) - from);
  const x = (at: number): number => LEFT + ((at - from) / span) * (WIDTH - LEFT - 8);
  const y = (bytes: number): number => TOP + (1 - bytes / top) * (HEIGHT - TOP - BOTTOM);
  const line = (kind: string, points: ReadonlyArray<[number, number]>): string =>
    points.length === 0 ? "" : `<polyline class="${kind}" points="${points.map(([at, bytes]) => `${x(at).toFixed(1)},${y(bytes).toFixed(1)}`).join(" ")}"/>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(memorySummary(samples, t))}">`,
    ...grid(top, y),
    line("ram", samples.map(({ at, ram }) => [at, ram])),
    line("vram", samples.flatMap(({ at, vram }): Array<[number, number]> => (vram === null ? [] : [[at, vram]]))),
    `<text class="axis" x="${LEFT}" y="${HEIGHT - 6}">${escapeHtml(t("{0} ago", duration(span)))}</text>`,
    `<text class="axis end" x="${WIDTH - 8}" y="${HEIGHT - 6}">${escapeHtml(t("now"))}</text>`,
    "</svg>",
  ].join("");
}

/** The chart in one sentence. */
export function memorySummary(samples: readonly MemorySample[], t: Translate): string {
  const last = samples.at(-1);
  if (last === undefined) return t("No measurements yet: nothing runs.");
  const most = Math.max(...samples.map(({ ram }) => ram));
  const ram = t("RAM {0} now, {1} at most", formatBytes(last.ram), formatBytes(most));
  const vram = last.vram === null ? "" : `; ${t("VRAM {0} now", formatBytes(last.vram))}`;
  return `${ram}${vram} (${t("{0} measurements in {1}", samples.length, duration(last.at - (samples[0]?.at ?? last.at)))})`;
}

function grid(top: number, y: (bytes: number) => number): string[] {
  return Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const bytes = (top * index) / GRID_LINES;
    const at = y(bytes).toFixed(1);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${at}" y2="${at}"/><text class="axis end" x="${LEFT - 6}" y="${Number(at) + 4}">${formatBytes(bytes)}</text>`;
  });
}

function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** The next of 1, 2, 4, 5, 8 × 10ⁿ, so that the grid has round numbers. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
