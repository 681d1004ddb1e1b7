import { amountRow, type Bench, type BenchOptions, type BenchRow, format, p95, ratioRow } from "../bench.ts";
import { scaleOf } from "../gpu/scale.ts";
import { startSubject, type Subject } from "../gpu/subject.ts";

const STREAMS = 4;
const PROMPT_TOKENS = 128;
const TPOT_DRIFT = 1.05;
const GROWTH_MIB_PER_1000 = 1;
const MIB = 2 ** 20;

/** One look within the soak. */
interface SoakWindow {
  tpotP95: number;
  requests: number;
  engine: number;
  device: number | null;
}

/** Four streams for a quarter of an hour: speed, memory of the engine and of the device must stay. */
export const gpuSoakBench: Bench = {
  name: "gpu-soak",
  group: "gpu",
  async run(options) {
    const subject = await startSubject(options, { slots: STREAMS, contextSize: scaleOf(options).contextSize });
    try {
      await subject.client.load(subject.model, "int8");
      return soakRows(await soak(subject, options));
    } finally {
      await subject.dispose();
    }
  },
};

/** The first window warms up and is not counted. */
async function soak(subject: Subject, options: BenchOptions): Promise<SoakWindow[]> {
  const { soakMinutes, soakWindowS, maxTokens } = scaleOf(options);
  const minutes = options.minutes ?? soakMinutes;
  const windows: SoakWindow[] = [];
  const count = Math.max(2, Math.round((minutes * 60) / soakWindowS));
  for (let round = -1; round < count; round++) {
    const { windows: [window] } = await subject.measure({ precision: "int8", concurrency: STREAMS, prompt_tokens: PROMPT_TOKENS, max_tokens: maxTokens, duration: soakWindowS, seed: round + 2 });
    if (window === undefined || window.counts.ok === 0 || window.counts.failed > 0) throw new Error(`Of the soak's window ${round + 1} ${window?.counts.failed ?? 0} requests failed.`);
    const { process: { rss, rssAnon }, vram } = await subject.client.memory();
    const seen = { tpotP95: p95(window.requests.flatMap(({ reply }) => reply?.timings.tpot_ms ?? [])), requests: window.counts.ok, engine: rssAnon ?? rss, device: vram?.used ?? null };
    if (round >= 0) windows.push(seen);
    options.log(`soak ${round + 1} of ${count}: ${seen.requests} requests, TPOT p95 ${format(seen.tpotP95)} ms, engine ${format(seen.engine / MIB)} MiB, device ${seen.device === null ? "none" : `${format(seen.device / MIB)} MiB`}`);
  }
  return windows;
}

function soakRows(windows: readonly SoakWindow[]): BenchRow[] {
  const first = windows[0];
  const last = windows.at(-1);
  if (first === undefined || last === undefined) throw new Error("The soak has no window.");
  const requests = windows.reduce((sum, window) => sum + window.requests, 0);
  const later = Math.max(1, requests - first.requests);
  const devices = first.device === null || last.device === null ? [] : [amountRow("soak: device memory, growth", "MiB", (last.device - first.device) / MIB, windows.length, { atMost: 16 })];
  return [
    ratioRow(`soak: TPOT p95, last window / first, ${STREAMS} streams`, "ms", [last.tpotP95], [first.tpotP95], { atMost: TPOT_DRIFT }),
    amountRow("soak: engine memory, growth per 1,000 requests", "MiB", ((last.engine - first.engine) / MIB / later) * 1000, windows.length, { atMost: GROWTH_MIB_PER_1000 }, `${requests} requests, none failed`),
    ...devices,
  ];
}
