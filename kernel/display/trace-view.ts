import { arrivalMetrics, type MessageTrace, runtimeMetrics, type TraceEvent, traceEvents } from "../experiment/record/message-trace.ts";
import type { Output } from "./bundle.ts";
import { chartOutput } from "./chart.ts";
import { formatNumber, NOT_AVAILABLE } from "./numbers.ts";
import { type Table, tableOutput } from "./table.ts";

/** Token groups shown from each end; those between them are counted. */
const SHOWN_AT_EACH_END = 12;
/** Points of the chart; more cannot be told apart. */
const MAX_POINTS = 100;

/** A trace as a table of its events, a table that holds its metrics against the reported ones, and a chart of tokens over time. */
export async function traceOutputs(trace: MessageTrace): Promise<Output[]> {
  const events = traceEvents(trace);
  const chart = await traceChart(events);
  return [tableOutput(eventTable(events, trace)), tableOutput(metricTable(trace)), ...(chart === null ? [] : [chart])];
}

function eventTable(events: readonly TraceEvent[], { id, runtime }: MessageTrace): Table {
  const left = events.length - 2 * SHOWN_AT_EACH_END;
  const row = ({ event, ms, tokens }: TraceEvent): string[] => [event, ms.toFixed(3), tokens === null ? "–" : String(tokens)];
  const rows = left <= 1 ? events.map(row)
    : [...events.slice(0, SHOWN_AT_EACH_END).map(row), [`… ${left} more`, "", ""], ...events.slice(-SHOWN_AT_EACH_END).map(row)];
  return {
    caption: `Request ${id ?? NOT_AVAILABLE}`,
    columns: [{ label: "event", align: "left" }, { label: "ms since sent", align: "right" }, { label: "tokens", align: "right" }],
    rows,
    notes: runtime === null ? [`Queue, slot and tokens: ${NOT_AVAILABLE} from a remote back end; chunks are listed as they arrived.`] : [],
  };
}

function metricTable(trace: MessageTrace): Table {
  const [events, arrivals] = [runtimeMetrics(trace), arrivalMetrics(trace)];
  const { reported } = trace;
  const names = [["ttft_ms", "ms"], ["decode_tok_s", "tok/s"], ["e2e_ms", "ms"]] as const;
  const cell = (value: number | null | undefined): string => (value === null || value === undefined ? NOT_AVAILABLE : formatNumber(value));
  return {
    columns: [{ label: "metric", align: "left" }, ...["reported", "from the events", "as it arrived here"].map((label) => ({ label, align: "right" as const })), { label: "unit", align: "left" }],
    rows: names.map(([name, unit]) => [name, cell(reported?.[name]), cell(events[name]), cell(arrivals[name]), unit]),
  };
}

async function traceChart(events: readonly TraceEvent[]): Promise<Output | null> {
  const counted = events.filter(({ tokens }) => tokens !== null);
  if (counted.filter(({ tokens }) => tokens !== 0).length < 2) return null;
  const step = Math.max(1, Math.ceil(counted.length / MAX_POINTS));
  const values = counted.filter((_, i) => i % step === 0 || i === counted.length - 1).map(({ ms, tokens }) => ({ ms: Math.round(ms * 10) / 10, tokens }));
  return chartOutput({
    width: 360, height: 120, data: { values }, mark: { type: "line", interpolate: "step-after", point: false },
    encoding: { x: { field: "ms", type: "quantitative", title: "ms since sent" }, y: { field: "tokens", type: "quantitative", title: "tokens" } },
  });
}
