import { amountRow, type BenchRow, format, median, p95, ratioRow } from "../bench.ts";
import type { LoadGenerator } from "./load-generator.ts";
import { firstError, type LoadFigures, loadFigures, shareOfFairTpot } from "./measures.ts";
import { fixedReply, type MeasuredPrecision, PRECISIONS, type ServingScale, type Side, type Target } from "./targets.ts";

/** One load of one server. */
export interface Sample {
  precision: MeasuredPrecision;
  streams: number;
  side: Side;
  round: number;
  figures: LoadFigures;
  /** What went wrong first; null where nothing did. */
  error: string | null;
}

export type Targets = Record<MeasuredPrecision, Record<Side, Target>>;

/** Least share of llama-server's rate, by the number of streams. */
const RATE_GOALS: Record<number, number> = { 1: 0.95, 4: 0.9, 12: 0.85 };
/** Least gain of four streams over one, in tokens per second. */
const BATCH_GOALS: Record<"cpu" | "gpu", Record<MeasuredPrecision, number>> = { cpu: { int8: 1.3, fp16: 2 }, gpu: { int8: 3, fp16: 3 } };
const FAIR_SHARES = 2;

/** The order of one round: each load on both servers one after the other, who begins changes from load to load and from round to round. */
export function roundOrder(streams: readonly number[], round: number): Array<Pick<Sample, "precision" | "streams" | "side">> {
  return streams.flatMap((count, i) => PRECISIONS.flatMap((precision, j) => {
    const sides: Side[] = (i + j + round) % 2 === 0 ? ["ours", "peer"] : ["peer", "ours"];
    return sides.map((side) => ({ precision, streams: count, side }));
  }));
}

/** All rounds, after an uncounted one. */
export async function measureStreams(targets: Targets, load: LoadGenerator, scale: ServingScale, log: (text: string) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = -1; round < scale.rounds; round++) {
    for (const one of roundOrder(scale.streams, round + 1)) {
      const sample = { ...one, round, ...(await measure(targets[one.precision][one.side], load, scale, one.streams, round)) };
      if (round >= 0) samples.push(sample);
      log(`${round < 0 ? "warm-up" : `round ${round + 1}`}: ${sample.streams} x ${sample.precision}, ${sample.side}: ${text(sample.figures)}`);
    }
  }
  return samples;
}

async function measure(target: Target, load: LoadGenerator, scale: ServingScale, streams: number, round: number): Promise<Pick<Sample, "figures" | "error">> {
  const shots = await load.run({
    url: target.url, key: target.key, body: fixedReply(target, scale.maxTokens), promptTokens: scale.promptTokens,
    seed: (round + 2) * 100 + streams,
    load: { kind: "closed", concurrency: streams }, amount: { requests: streams * scale.perStream },
  });
  return { figures: loadFigures(shots), error: firstError(shots) };
}

/** Rows of all that was measured. Throws the first error: what failed is not compared. */
export function streamRows(samples: readonly Sample[], streams: readonly number[], device: "cpu" | "gpu"): BenchRow[] {
  const failed = samples.find(({ error }) => error !== null);
  if (failed !== undefined) throw new Error(`${failed.streams} streams, ${failed.precision}, ${failed.side}: ${failed.error}`);
  const of = (precision: MeasuredPrecision, count: number, side: Side): LoadFigures[] =>
    samples.filter((sample) => sample.precision === precision && sample.streams === count && sample.side === side).map(({ figures }) => figures);
  return [
    ...PRECISIONS.flatMap((precision) => streams.map((count) => rateRow(precision, count, of(precision, count, "ours"), of(precision, count, "peer")))),
    ...PRECISIONS.map((precision) => batchRow(precision, of(precision, 4, "ours"), of(precision, 1, "ours"), of(precision, 4, "peer"), of(precision, 1, "peer"), BATCH_GOALS[device][precision])),
    ...streams.map((count) => fasterRow(count, of("int8", count, "ours"), of("fp16", count, "ours"))),
    ...PRECISIONS.map((precision) => fairRow(precision, 12, of(precision, 12, "ours"))),
  ];
}

function rateRow(precision: MeasuredPrecision, count: number, ours: readonly LoadFigures[], peer: readonly LoadFigures[]): BenchRow {
  const goal = RATE_GOALS[count];
  return {
    ...ratioRow(`req/s, Retort / llama-server, ${precision}, ${count === 1 ? "1 stream" : `${count} streams`}`, "req/s",
      ours.map(({ requestsPerS }) => requestsPerS), peer.map(({ requestsPerS }) => requestsPerS), goal === undefined ? null : { atLeast: goal }),
    ours: medians(ours), peer: medians(peer),
  };
}

function batchRow(precision: MeasuredPrecision, four: readonly LoadFigures[], one: readonly LoadFigures[], peerFour: readonly LoadFigures[], peerOne: readonly LoadFigures[], goal: number): BenchRow {
  const row = ratioRow(`total tok/s, 4 streams / 1 stream, ${precision}`, "tok/s", rates(four), rates(one), { atLeast: goal });
  return { ...row, peer: `${row.peer} with 1; llama-server ${format(median(rates(peerFour)) / median(rates(peerOne)))} x` };
}

/** Which one is faster depends on the machine: it is named, whichever it is. */
function fasterRow(count: number, int8: readonly LoadFigures[], fp16: readonly LoadFigures[]): BenchRow {
  const row = ratioRow(`faster precision, ${count === 1 ? "1 stream" : `${count} streams`}`, "tok/s", rates(int8), rates(fp16), null);
  const shown = row.value >= 1 ? `INT8, ${format(row.value)} x` : `FP16, ${format(1 / row.value)} x`;
  return { ...row, ours: `INT8 ${row.ours}`, peer: `FP16 ${row.peer}`, shown, goal: "named" };
}

function fairRow(precision: MeasuredPrecision, count: number, figures: readonly LoadFigures[]): BenchRow {
  const share = median(figures.map((one) => shareOfFairTpot(one, count)));
  const requests = figures.reduce((sum, one) => sum + one.requests, 0);
  return amountRow(`p95 TPOT over the fair share, ${precision}, ${count} streams`, "x", share, figures.length, { atMost: FAIR_SHARES },
    `${requests} requests, none failed`, `TPOT p95 ${format(median(figures.map(({ tpot }) => p95(tpot))))} ms`);
}

function rates(figures: readonly LoadFigures[]): number[] {
  return figures.map(({ tokensPerS }) => tokensPerS);
}

function medians(figures: readonly LoadFigures[]): string {
  const of = (value: (one: LoadFigures) => number): string => format(median(figures.map(value)));
  return `${of((one) => one.requestsPerS)} req/s, ${of((one) => one.tokensPerS)} tok/s, TPOT p95 ${of(({ tpot }) => p95(tpot))} ms`;
}

function text(figures: LoadFigures): string {
  return medians([figures]);
}
