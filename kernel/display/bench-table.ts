import { countsTokens } from "../../runtime/timing.ts";
import type { BenchWindow } from "../experiment/bench/bench-window.ts";
import { SYSTEM_METRICS } from "../experiment/bench/bench-metrics.ts";
import type { BenchResult } from "../experiment/bench/run-bench.ts";
import type { Output } from "./bundle.ts";
import { cornerLabel } from "./corner-label.ts";
import { formatNumber } from "./numbers.ts";
import { type Table, tableOutput } from "./table.ts";

/** A figure of one measurement, as a column. */
interface Figure {
  label: string;
  of(window: BenchWindow): string;
  /** Where it is not defined anywhere, the column goes and a line below says so. */
  value(window: BenchWindow): number | null;
  /** Its absence needs no line. */
  quiet?: boolean;
}

const NONE = "–";

/** The figures of a benchmark: one row for each measurement. */
export function benchTable(result: BenchResult): Output {
  const { windows } = result;
  const figures = FIGURES.filter(({ value }) => windows.some((window) => value(window) !== null));
  const table: Table = {
    columns: [...(windows.length > 1 || hasAxes(result) ? [{ label: "setting", align: "left" as const }] : []), { label: "requests", align: "right" }, ...figures.map(({ label }) => ({ label, align: "right" as const }))],
    rows: windows.map((window) => [...(windows.length > 1 || hasAxes(result) ? [cornerLabel(window.spec.corner)] : []), requests(window), ...figures.map((figure) => figure.of(window))]),
    notes: notes(result, figures),
  };
  return tableOutput(table);
}

function hasAxes({ spec }: BenchResult): boolean {
  return spec.corners.some(({ corner }) => Object.keys(corner).length > 0);
}

const system = (name: (typeof SYSTEM_METRICS)[number]["name"], label: string, quiet = false): Figure => ({
  label, quiet, value: (window) => window.system[name], of: (window) => shown(window.system[name]),
});

const share = (name: (typeof SYSTEM_METRICS)[number]["name"], label: string): Figure => ({
  label, value: (window) => window.system[name], of: ({ system: { [name]: value } }) => (value === null ? NONE : `${formatNumber(100 * value)} %`),
});

const figure = (name: string, label: string, which: "mean" | "median" | "p95", quiet = false): Figure => ({
  label, quiet, value: (window) => window.stats[name]?.[which] ?? null, of: (window) => shown(window.stats[name]?.[which] ?? null),
});

const withSd = (name: string, label: string): Figure => ({
  label, value: (window) => window.stats[name]?.mean ?? null,
  of: ({ stats: { [name]: summary } }) => (summary === undefined || summary.mean === null ? NONE : `${formatNumber(summary.mean)}${summary.sd === null ? "" : ` ± ${formatNumber(summary.sd)}`}`),
});

const FIGURES: readonly Figure[] = [
  system("out_tok_s", "throughput (tok/s)"),
  system("req_min", "req/min"),
  system("goodput_min", "goodput/min", true),
  withSd("decode_tok_s", "decode (tok/s)"),
  figure("prefill_tok_s", "prefill (tok/s)", "mean"),
  figure("ttft_ms", "TTFT median (ms)", "median"),
  figure("ttft_ms", "TTFT p95 (ms)", "p95", true),
  figure("ttft_sched_ms", "TTFT from the plan, median (ms)", "median", true),
  withSd("tpot_ms", "TPOT (ms)"),
  figure("itl_ms", "ITL median (ms)", "median"),
  figure("icl_ms", "gap between chunks, median (ms)", "median", true),
  figure("tokens_per_chunk", "tokens in a chunk", "mean", true),
  figure("queue_ms", "queue median (ms)", "median"),
  memory(),
  share("roofline_share", "roofline"),
];

function memory(): Figure {
  return {
    label: "memory before / peak / after (MB)", value: ({ system: { mem_peak_mb } }) => mem_peak_mb,
    of: ({ system: { mem_before_mb, mem_peak_mb, mem_after_mb } }) => [mem_before_mb, mem_peak_mb, mem_after_mb].map(shown).join(" / "),
  };
}

function shown(value: number | null): string {
  return value === null ? NONE : formatNumber(value);
}

function requests({ counts: { ok, planned, failed, cancelled } }: BenchWindow): string {
  const all = planned ?? ok + failed + cancelled;
  return all === ok ? String(ok) : `${ok} of ${all}`;
}

function notes(result: BenchResult, figures: readonly Figure[]): string[] {
  const absent = FIGURES.filter((one) => !figures.includes(one) && one.quiet !== true).map(({ label }) => label.replace(/ \(.*\)$/, ""));
  const caches = [...new Set(result.windows.flatMap(({ cache }) => cache ?? []))];
  const errors = result.windows.flatMap(({ spec, errors: counts }) => Object.entries(counts).map(([kind, count]) => `${cornerLabel(spec.corner)}: ${count} ${kind}.`));
  const short = result.windows.reduce((sum, { requests: sent, spec }) => sum + sent.filter(({ reply }) => reply !== null && countsTokens(reply.timings) && reply.timings.predicted_tokens < spec.maxTokens).length, 0);
  return [
    ...(result.windows.length > 0 && absent.length > 0 ? [`Not available from this back end: ${absent.join(", ")}.`] : []),
    ...(caches.length === 0 ? [] : [`Prompt cache: ${caches.join(", ")}. Every prompt differs; warm-up prompts too.`]),
    ...loadNotes(result),
    ...(result.bandwidth === null || !figures.some(({ label }) => label === "roofline") ? [] : [`Memory bandwidth: ${formatNumber(result.bandwidth / 1e9)} GB/s, measured here by comparing large blocks with as many threads as the model has; roofline is the share of it that (weights read for each step + cached context) x steps per second need.${result.windows.some(({ system: { roofline_share } }) => (roofline_share ?? 0) > 1) ? " More than 100 %: other programs used the memory while it was measured, or the processor's cache holds much of the model." : ""}`]),
    ...errors,
    ...result.failures.map(({ corner, error }) => `${cornerLabel(corner)}: not measured: ${error.code}: ${error.message}`),
    ...lengthNotes(result),
    ...(short > 0 ? [`${short} answers ended before max_tokens: this server stops where the model does.`] : []),
    ...(result.isCounted ? [] : ["This server does not count tokens: prompts are about as long as asked, and figures per token are missing."]),
    ...(result.partial ? ["Partial: not everything was measured."] : []),
  ];
}

/** Where the server counts other lengths than were asked for. */
function lengthNotes({ windows, isCounted }: BenchResult): string[] {
  if (!isCounted) return [];
  return windows.flatMap(({ spec, stats: { prompt_tokens: counted } }) => {
    const [least, most] = [counted?.min ?? null, counted?.max ?? null];
    if (least === null || most === null || (least === spec.promptTokens && most === spec.promptTokens)) return [];
    return [`${cornerLabel(spec.corner)}: prompts had ${least === most ? least : `${least} to ${most}`} tokens where ${spec.promptTokens} were asked for.`];
  });
}

function loadNotes({ spec, windows }: BenchResult): string[] {
  const kinds = new Set(windows.map(({ spec: { load } }) => load.kind));
  const slo = spec.slo === null ? [] : [`Goodput: requests with ${Object.entries(spec.slo).map(([name, limit]) => `${name} <= ${limit}`).join(" and ")}.`];
  return [
    ...(kinds.has("closed") ? ["Closed load: each request leaves when the one before it has ended. Throughput: all tokens over the time from the first sending to the last end."] : []),
    ...(kinds.has("open") ? [`Open load: requests leave by plan, gaps ${windows.some(({ spec: { load } }) => load.kind === "open" && load.burstiness !== 1) ? "gamma distributed" : "of a Poisson process"}, seed ${spec.seed}.`] : []),
    ...slo,
  ];
}
