// `npm run bench [-- NAME …] [--gpu] [--quick]`: measures Retort beside its peers and prints ratios.
import { parseArgs } from "node:util";
import { asRetortError } from "../../runtime/errors.ts";
import type { Bench, BenchOptions, BenchRow } from "./bench.ts";
import { apiBench } from "./cases/api.ts";
import { auditBench } from "./cases/audit.ts";
import { chartBench } from "./cases/chart.ts";
import { contentionBench } from "./cases/contention.ts";
import { interruptBench } from "./cases/interrupt.ts";
import { kernelBench } from "./cases/kernel.ts";
import { largeModelBench } from "./cases/large-model.ts";
import { llamaBenchBench } from "./cases/llama-bench.ts";
import { precisionBench } from "./cases/precision.ts";
import { quantiserBench } from "./cases/quantiser.ts";
import { sweepBench } from "./cases/sweep.ts";
import { typingBench } from "./cases/typing.ts";
import { machineFacts, table, writeResults } from "./report.ts";

const BENCHES: Bench[] = [kernelBench, quantiserBench, apiBench, auditBench, sweepBench, contentionBench, chartBench, interruptBench, precisionBench, llamaBenchBench, typingBench, largeModelBench];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { gpu: { type: "boolean", default: false }, quick: { type: "boolean", default: false }, save: { type: "boolean", default: false } },
});
const options: BenchOptions = { gpu: values.gpu, quick: values.quick, log: (text) => console.error(`   ${text}`) };
const chosen = BENCHES.filter((bench) => (positionals.length === 0 || positionals.includes(bench.name)) && (values.gpu || bench.needsGpu !== true));
if (chosen.length === 0) {
  console.error(`No benchmark of that name. There are: ${BENCHES.map((bench) => bench.name).join(", ")}.`);
  process.exit(2);
}

const rows: BenchRow[] = [];
const failures: string[] = [];
for (const bench of chosen) {
  console.error(`== ${bench.name}`);
  try {
    rows.push(...(await bench.run(options)));
  } catch (error) {
    const { message, hint } = asRetortError(error);
    failures.push(`${bench.name}: ${message}${hint === undefined ? "" : ` ${hint}`}`);
    console.error(`   failed: ${message}`);
  }
}

const facts = machineFacts(options);
console.log(table(facts, rows, failures));
if (values.save) console.log(`Saved as ${await writeResults(facts, rows, failures)}`);
process.exit(failures.length === 0 ? 0 : 1);
