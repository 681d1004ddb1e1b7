import { shortChartOutput } from "../../../kernel/display/chart/short-chart-output.ts";
import { amountRow, median, type Bench } from "../bench.ts";

const GOAL_MS = 400;
const MAX_SVG_KB = 60;
const MAX_PNG_KB = 100;

/** What a sweep of 40 runs is drawn from. */
const RUNS = [1, 2, 4, 8].flatMap((concurrency) => ["fp16", "int8"].flatMap((precision) => Array.from({ length: 5 }, (_, run) =>
  ({ concurrency, precision, run, decode_tok_s: (precision === "int8" ? 60 : 45) / Math.sqrt(concurrency) + run, ttft_ms: 80 * concurrency + 9 * run }))));

/** A chart of two diagrams with error bars, to SVG and PNG. */
export const chartBench: Bench = {
  name: "chart",
  async run({ quick }) {
    const times: number[] = [];
    let svg = 0;
    let png = 0;
    for (let round = 0; round <= (quick ? 5 : 20); round++) {
      const start = performance.now();
      const [output] = await shortChartOutput({ x: "concurrency", y: ["tok_s", "ttft_ms"], series: "precision", bars: "sd" }, { rows: RUNS, corners: [] }, {});
      times.push(performance.now() - start);
      svg = String(output?.data["image/svg+xml"]).length / 1000;
      png = (String(output?.data["image/png"]).length * 3) / 4000;
    }
    const [first = Number.NaN, ...later] = times;
    return [
      amountRow("chart of 40 runs, two diagrams, SVG and PNG", "ms", median(later), later.length, { atMost: GOAL_MS }),
      amountRow("the first one, which loads the libraries", "ms", first, 1, { atMost: 4 * GOAL_MS }),
      amountRow("its SVG", "kB", svg, 1, { atMost: MAX_SVG_KB }),
      amountRow("its PNG", "kB", png, 1, { atMost: MAX_PNG_KB }),
    ];
  },
};
