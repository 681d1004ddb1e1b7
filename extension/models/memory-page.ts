import type { RuntimeStatus } from "../../runtime/api/types.ts";
import { escapeHtml } from "../../runtime/escape-html.ts";
import type { MemoryReport } from "./engine-types.ts";
import { memoryChart, memorySummary } from "./memory-chart.ts";
import type { MemorySample } from "./memory-history.ts";
import type { Translate } from "../host/translate.ts";
import { memoryOf } from "./trial-run.ts";
import { formatBytes, precisionName } from "./units.ts";

const STYLE = `
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); max-width: 48em; }
svg { width: 100%; height: auto; }
polyline { fill: none; stroke-width: 2; stroke: var(--vscode-charts-blue); }
polyline.vram { stroke: var(--vscode-charts-orange); stroke-dasharray: 6 3; }
.grid { stroke: var(--vscode-editorWidget-border, currentColor); stroke-opacity: 0.4; }
.axis { fill: var(--vscode-descriptionForeground); font-size: 11px; }
.end { text-anchor: end; }
.key { display: inline-block; width: 1.6em; height: 0; border-top: 2px solid var(--vscode-charts-blue); vertical-align: middle; margin: 0 0.4em; }
.key.vram { border-top: 2px dashed var(--vscode-charts-orange); }
table { border-collapse: collapse; margin-top: 1em; }
th, td { text-align: left; padding: 0.2em 1em 0.2em 0; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }`;

export interface MemoryPageFacts {
  samples: readonly MemorySample[];
  status: RuntimeStatus | null;
  memory: MemoryReport | null;
}

/** The page of *Show Memory*: no scripts, nothing from outside. */
export function memoryPage({ samples, status, memory }: MemoryPageFacts, t: Translate, language: string): string {
  const vram = samples.some((sample) => sample.vram !== null);
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';">
<title>${escapeHtml(t("Memory"))}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(t("Memory"))}</h1>
<p>${escapeHtml(memorySummary(samples, t))}</p>
${samples.length === 0 ? "" : memoryChart(samples, t)}
<p><span class="key"></span>RAM${vram ? '<span class="key vram"></span>VRAM' : ""}</p>
${modelTable(status, t)}
${memory === null ? "" : `<p>${escapeHtml(processText(memory, t))}</p>`}
</body></html>`;
}

function modelTable(status: RuntimeStatus | null, t: Translate): string {
  if (status === null || status.loaded.length === 0) return `<p>${escapeHtml(t("No model is in memory."))}</p>`;
  const cells = (tag: "th" | "td", texts: readonly string[]): string => texts.map((text, index) => `<${tag}${index > 2 ? ' class="number"' : ""}>${escapeHtml(text)}</${tag}>`).join("");
  const head = cells("th", [t("model"), t("precision"), t("device"), t("weights"), t("KV cache"), t("buffers"), t("together")]);
  const rows = status.loaded.map((model) => {
    const { weights, kv_cache: cache, compute } = model.memory;
    return `<tr>${cells("td", [model.model, precisionName(model.precision), model.device, formatBytes(weights), formatBytes(cache), formatBytes(compute), formatBytes(memoryOf(model))])}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function processText({ process: { rss, rssAnon, swap }, vram }: MemoryReport, t: Translate): string {
  return [
    t("The engine's process: {0}", formatBytes(rss)),
    ...(rssAnon === null ? [] : [t("of which {0} are its own and not mapped from files", formatBytes(rssAnon))]),
    ...(swap === null || swap === 0 ? [] : [t("{0} swapped out", formatBytes(swap))]),
    ...(vram === null ? [] : [t("VRAM {0} of {1}", formatBytes(vram.used), formatBytes(vram.total))]),
  ].join(", ");
}
