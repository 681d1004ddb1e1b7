import type { BenchWindow } from "../../../kernel/experiment/bench/bench-window.ts";
import { rooflineShare } from "../../../kernel/experiment/bench/roofline.ts";
import { withMemory } from "../../../kernel/experiment/memory-peak.ts";
import { memoryLooks } from "../../../kernel/session/memory-use.ts";
import type { LoadedInfo } from "../../../runtime/api/types.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { amountRow, type Bench, type BenchOptions, type BenchRow, format, median, p95, ratioRow } from "../bench.ts";
import { gpuFacts, publishedBandwidth } from "../gpu/device.ts";
import { scaleOf } from "../gpu/scale.ts";
import { startSubject, type Subject } from "../gpu/subject.ts";

const ROOFLINE_GOAL = { fp16: 0.75, int8: 0.6 };
const PRECISION_GOAL = 1.45;
const BATCH_OF_4 = { throughput: 3, tpot: 1.15 };
const TWELVE_STREAMS = 6;

/** First token, decode and its share of the memory's bandwidth, and many streams, in both precisions. */
export const gpuSpeedBench: Bench = {
  name: "gpu-speed",
  group: "gpu",
  async run(options) {
    const { streams, contextSize } = scaleOf(options);
    const subject = await startSubject(options, { slots: Math.max(...streams), contextSize });
    try {
      const single = await oneStream(subject, options);
      return [...single, ...(await manyStreams(subject, "fp16", options)), ...(await manyStreams(subject, "int8", options))];
    } finally {
      await subject.dispose();
    }
  },
};

async function oneStream(subject: Subject, options: BenchOptions): Promise<BenchRow[]> {
  const { promptTokens, maxTokens, runs } = scaleOf(options);
  const result = await subject.measure({ matrix: { precision: ["fp16", "int8"], prompt_tokens: [...promptTokens] }, concurrency: 1, max_tokens: maxTokens, runs });
  const bandwidth = options.gpu ? publishedBandwidth(gpuFacts().name) : result.bandwidth;
  const { loaded } = await subject.client.status();
  const at = (precision: Precision, tokens: number) => found(result.windows.find(({ spec }) => spec.precision === precision && spec.promptTokens === tokens), `${precision} at ${tokens} tokens`);
  const [shortest = 0] = promptTokens;
  const decode = { fp16: values(at("fp16", shortest), "decode_tok_s"), int8: values(at("int8", shortest), "decode_tok_s") };
  return [
    ...(["fp16", "int8"] as const).flatMap((precision) => [
      ...promptTokens.map((tokens) => timeRow(`${precision}: TTFT, ${tokens} prompt tokens, not cached`, values(at(precision, tokens), "ttft_ms"))),
      amountRow(`${precision}: decode, 1 stream`, "tok/s", median(decode[precision]), decode[precision].length, null),
      rooflineRow(precision, loaded.find((info) => info.precision === precision), bandwidth, { stepsPerSecond: median(decode[precision]), batch: 1, contextTokens: shortest + maxTokens / 2 }, options),
    ]),
    ratioRow("INT8 / FP16, decode, 1 stream", "tok/s", decode.int8, decode.fp16, { atLeast: PRECISION_GOAL }),
  ];
}

function rooflineRow(precision: Precision & keyof typeof ROOFLINE_GOAL, info: LoadedInfo | undefined, bandwidth: number | null, decode: Parameters<typeof rooflineShare>[2], { gpu }: BenchOptions): BenchRow {
  const reads = info?.weights_read === undefined ? null : { weights: info.weights_read, kvPerToken: info.memory.kv_cache / Math.max(1, info.context * info.slots) };
  const share = rooflineShare(reads, bandwidth, decode) ?? Number.NaN;
  const basis = bandwidth === null ? "bandwidth of this device not known" : `${format(bandwidth / 1e9)} GB/s, ${gpu ? "published" : "measured"}`;
  return amountRow(`${precision}: decode, share of the memory's bandwidth`, "", share, 1, { atLeast: ROOFLINE_GOAL[precision] }, "", basis);
}

/** One precision alone in memory, at every number of streams. */
async function manyStreams(subject: Subject, precision: Precision, options: BenchOptions): Promise<BenchRow[]> {
  const { client, model } = subject;
  for (const { precision: other } of (await client.status()).loaded) if (other !== precision) await client.unload(model, other);
  const { streams, promptTokens: [promptTokens = 128], maxTokens, runs } = scaleOf(options);
  const looks = memoryLooks(client, new AbortController().signal);
  const { value: { windows }, memory } = await withMemory(looks, () => subject.measure({ precision, matrix: { concurrency: [...streams] }, prompt_tokens: promptTokens, max_tokens: maxTokens, runs }));
  const at = (count: number) => windows.find(({ spec }) => spec.load.kind === "closed" && spec.load.concurrency === count);
  const peak = memory.peak === null ? null : memory.peak.device ?? (options.gpu ? null : memory.peak.process);
  return [
    ...streams.flatMap((count) => streamRows(precision, count, found(at(count), `${count} streams`))),
    ...scalingRows(precision, at(1), at(4), at(12)),
    amountRow(`${precision}: peak ${options.gpu ? "device" : "engine"} memory, ${Math.max(...streams)} streams`, "MB", (peak ?? Number.NaN) / 1e6, 1, null),
  ];
}

function streamRows(precision: Precision, count: number, { system, stats, counts, requests }: BenchWindow): BenchRow[] {
  if (counts.failed > 0) throw new Error(`${counts.failed} of ${requests.length} requests failed at ${count} streams.`);
  const name = `${precision}: ${count} stream${count === 1 ? "" : "s"}`;
  const tpot = requests.flatMap(({ reply }) => reply?.timings.tpot_ms ?? []);
  return [
    amountRow(`${name}, all tokens`, "tok/s", system.out_tok_s ?? Number.NaN, requests.length, null, "", `${format(system.req_min ?? Number.NaN)} requests per minute`),
    timeRow(`${name}, TPOT`, tpot, `TTFT p50 ${format(stats["ttft_ms"]?.median ?? Number.NaN)} ms`),
  ];
}

/** What more streams bring, where that many were measured. */
function scalingRows(precision: Precision, one: BenchWindow | undefined, four: BenchWindow | undefined, twelve: BenchWindow | undefined): BenchRow[] {
  const total = (window: BenchWindow | undefined) => window?.system.out_tok_s ?? Number.NaN;
  const tpot = (window: BenchWindow | undefined) => window?.stats["tpot_ms"]?.mean ?? Number.NaN;
  return [
    ratioRow(`${precision}: 4 streams / 1, all tokens`, "tok/s", [total(four)], [total(one)], { atLeast: BATCH_OF_4.throughput }),
    ratioRow(`${precision}: 4 streams / 1, mean TPOT`, "ms", [tpot(four)], [tpot(one)], { atMost: BATCH_OF_4.tpot }),
    ...(twelve === undefined ? [] : [ratioRow(`${precision}: 12 streams / 1, all tokens`, "tok/s", [total(twelve)], [total(one)], { atLeast: TWELVE_STREAMS })]),
  ];
}

function values({ requests }: BenchWindow, name: "ttft_ms" | "decode_tok_s"): number[] {
  return requests.flatMap(({ reply }) => reply?.timings[name] ?? []);
}

function timeRow(what: string, ms: readonly number[], more = ""): BenchRow {
  return amountRow(`${what}, p50`, "ms", median(ms), ms.length, null, `p95 ${format(p95(ms))} ms`, more);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no measurement of ${what}.`);
  return value;
}
