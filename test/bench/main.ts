// `npm run bench [-- NAME …] [--gpu | --cpu] [--quick] [--save] [--minutes N]`: measures Retort beside its peers and prints ratios.
// `--gpu` alone is all that a machine with an NVIDIA GPU is for, and saves it; `gpu --cpu` goes the same way at a small scale.
import { parseArgs } from "node:util";
import { asRetortError } from "../../runtime/errors.ts";
import type { Bench, BenchOptions, BenchRow } from "./bench.ts";
import { apiBench } from "./cases/api.ts";
import { auditBench } from "./cases/audit.ts";
import { chartBench } from "./cases/chart.ts";
import { choicesBench } from "./cases/choices.ts";
import { contentionBench } from "./cases/contention.ts";
import { gpuFallbackBench } from "./cases/gpu-fallback.ts";
import { gpuKeysBench } from "./cases/gpu-keys.ts";
import { gpuLoadBench } from "./cases/gpu-load.ts";
import { gpuPeerBench } from "./cases/gpu-peer.ts";
import { gpuSoakBench } from "./cases/gpu-soak.ts";
import { gpuSpeedBench } from "./cases/gpu-speed.ts";
import { interruptBench } from "./cases/interrupt.ts";
import { kernelBench } from "./cases/kernel.ts";
import { kvCacheBench } from "./cases/kv-cache.ts";
import { largeModelBench } from "./cases/large-model.ts";
import { llamaBenchBench } from "./cases/llama-bench.ts";
import { precisionBench } from "./cases/precision.ts";
import { quantiserBench } from "./cases/quantiser.ts";
import { servingBench } from "./cases/serving.ts";
import { soakBench } from "./cases/soak.ts";
import { speculationBench } from "./cases/speculation.ts";
import { sweepBench } from "./cases/sweep.ts";
import { typingBench } from "./cases/typing.ts";
import { machineFacts, table, writeResults } from "./report.ts";

const BENCHES: Bench[] = [kernelBench, quantiserBench, apiBench, auditBench, sweepBench, contentionBench, chartBench, interruptBench, precisionBench, kvCacheBench, choicesBench, speculationBench, llamaBenchBench, typingBench, largeModelBench, servingBench, soakBench, gpuLoadBench, gpuSpeedBench, gpuFallbackBench, gpuKeysBench, gpuPeerBench, gpuSoakBench];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { gpu: { type: "boolean", default: false }, cpu: { type: "boolean", default: false }, quick: { type: "boolean", default: false }, save: { type: "boolean", default: false }, minutes: { type: "string" } },
});
const notes = new Set<string>();
const options: BenchOptions = { gpu: values.gpu, quick: values.quick, ...(values.minutes === undefined ? {} : { minutes: minutesOf(values.minutes) }), log: (text) => console.error(`   ${text}`), note: (text) => notes.add(text) };
/** With `--gpu` and no name: the GPU's own. */
const names = positionals.length === 0 && values.gpu ? ["gpu"] : positionals;
const isNamed = ({ name, group }: Bench): boolean => names.length === 0 || names.includes(name) || (group !== undefined && names.includes(group));
const chosen = BENCHES.filter((bench) => isNamed(bench) && (bench.group === undefined || values.gpu || values.cpu));
if (chosen.length === 0) {
  console.error(`No benchmark of that name. There are: ${BENCHES.map((bench) => bench.name).join(", ")}. Those of the group gpu need --gpu or --cpu.`);
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

const facts = machineFacts(options, [...notes]);
console.log(table(facts, rows, failures));
if (values.save || (values.gpu && positionals.length === 0)) console.log(`Saved as ${await writeResults(facts, rows, failures)}`);
process.exit(failures.length === 0 ? 0 : 1);

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (minutes > 0 && Number.isFinite(minutes)) return minutes;
  console.error("--minutes must be a number above 0.");
  process.exit(2);
}
