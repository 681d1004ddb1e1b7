import { RetortError } from "../../../runtime/errors.ts";
import type { BenchMatrix } from "../../cells/bench-matrix.ts";
import { chartTable } from "../../cells/chart-table.ts";
import { benchTable } from "../../display/bench-table.ts";
import type { Output } from "../../display/bundle.ts";
import { shortChartOutput } from "../../display/chart/short-chart-output.ts";
import type { ShortChart } from "../../display/chart/short-chart.ts";
import { benchRows, namedBench } from "../../experiment/bench/bench-result.ts";
import { RUNS_MIME } from "../output-record.ts";
import { cutRows } from "../raw-samples.ts";
import { noteOutput } from "../note.ts";
import type { FinishedBench } from "./bench-runner.ts";
import { benchRecord } from "./bench-record.ts";

/** What a benchmark is drawn as; null: not at all. Undefined: over its matrix. */
export type BenchChart = Partial<ShortChart> & Pick<ShortChart, "y"> | null | undefined;

/** What stands under a `%%bench` cell when it has ended. */
export async function benchOutputs(finished: FinishedBench, settings: Readonly<Record<string, unknown>>, retortVersion: string): Promise<Output[]> {
  const { result, loaded } = finished;
  const table = benchTable(result);
  const samples = { [RUNS_MIME]: { kind: "bench", tables: table.tables, ...cutRows(benchRows(result)) } };
  const by = loaded.map(({ model, precision, quant, backend, device, threads, slots, context }) =>
    `${model} ${precision.toUpperCase()} (${quant}) on ${backend === "cpu" ? device : `${backend}, ${device}`}, ${threads} threads, ${slots} ${slots === 1 ? "slot" : "slots"} of ${context} tokens`);
  const record = benchRecord(finished, settings, retortVersion);
  return [
    { data: { ...table.data, ...samples }, metadata: { ...table.metadata, ...record } },
    ...(await benchChart(finished, settings["chart"] as BenchChart, settings["matrix"] as BenchMatrix | undefined)),
    ...noteOutput(by),
  ];
}

async function benchChart({ result }: FinishedBench, wanted: BenchChart, matrix: BenchMatrix | undefined): Promise<Output[]> {
  const chart = wanted === undefined ? overMatrix(matrix) : wanted;
  const table = chartTable(namedBench(result));
  if (chart === null || table === null || table.rows.length === 0) return [];
  try {
    const x = chart.x ?? overMatrix(matrix)?.x ?? "run";
    return await shortChartOutput({ ...chart, x }, table, {});
  } catch (error) {
    // The table stands; a chart without values is worth a line, not the result.
    if (!(error instanceof RetortError) || error.code !== "chart_no_data") throw error;
    return noteOutput([error.message]);
  }
}

/** The longest axis of numbers across, the next one as series; nothing to draw without a matrix. */
function overMatrix(matrix: BenchMatrix | undefined): ShortChart | null {
  const axes = Object.entries(matrix ?? {}).filter(([, values]) => values.length > 1);
  const across = axes.find(([, values]) => values.every((value) => typeof value === "number")) ?? axes[0];
  if (across === undefined) return null;
  const series = axes.find((axis) => axis !== across)?.[0];
  return { x: across[0], y: ["out_tok_s", "ttft_ms"], ...(series === undefined ? {} : { series }) };
}
