/** The vocabulary of the benchmarks: rows, medians, interleaving. */

/** One line of the result table. */
export interface BenchRow {
  what: string;
  /** What was measured, with its unit, e.g. "82.1 tok/s". */
  ours: string;
  /** What it stands against, measured in the same run; "" where there is no peer. */
  peer: string;
  /** The figure that the goal speaks of. */
  value: number;
  /** How `value` reads, e.g. "0.97 x", "3.1 ms". */
  shown: string;
  goal: string;
  met: boolean;
  /** Rounds behind the median. */
  rounds: number;
}

export interface BenchOptions {
  gpu: boolean;
  /** Fewer rounds, for a look rather than a figure. */
  quick: boolean;
  /** How long what runs for long shall run; undefined: as long as it thinks fit. */
  minutes?: number;
  log(text: string): void;
  /** A sentence that belongs under the table's head, such as the back end that was measured. */
  note(text: string): void;
}

/** One benchmark: a few rows about one subject. */
export interface Bench {
  name: string;
  /** `gpu`: measures a GPU, or the same at a small scale with `--cpu`. Runs only where one of the two is given; the name of the group stands for all of it. */
  group?: "gpu";
  run(options: BenchOptions): Promise<BenchRow[]>;
}

/** Middle value; the mean of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[half] ?? Number.NaN;
  return ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}

/** 95th percentile by nearest rank. */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? Number.NaN;
}

/** Runs `a` and `b` in turn, ABBA, after one uncounted round of each. Noise that drifts hits both alike. */
export async function interleave<A, B>(rounds: number, a: (round: number) => Promise<A>, b: (round: number) => Promise<B>): Promise<Array<{ a: A; b: B }>> {
  await a(-1);
  await b(-1);
  const pairs: Array<{ a: A; b: B }> = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await a(round);
      pairs.push({ a: first, b: await b(round) });
    } else {
      const first = await b(round);
      pairs.push({ a: await a(round), b: first });
    }
  }
  return pairs;
}

/** A row whose goal is a ratio of ours to the peer's. */
export function ratioRow(what: string, unit: string, ours: readonly number[], peer: readonly number[], goal: Goal | null): BenchRow {
  const ratio = median(ours.map((value, i) => value / (peer[i] ?? Number.NaN)));
  return {
    what,
    ours: `${format(median(ours))} ${unit}`,
    peer: `${format(median(peer))} ${unit}`,
    value: ratio,
    shown: `${format(ratio)} x`,
    ...judge(ratio, goal, "x"),
    rounds: ours.length,
  };
}

/** A row whose goal is an amount. */
export function amountRow(what: string, unit: string, value: number, rounds: number, goal: Goal | null, ours = "", peer = ""): BenchRow {
  return { what, ours: ours || `${format(value)} ${unit}`, peer, value, shown: `${format(value)} ${unit}`, ...judge(value, goal, unit), rounds };
}

/** Null where a figure has none: what it takes depends on the model and the machine. */
type Goal = { atLeast: number } | { atMost: number };

function judge(value: number, goal: Goal | null, unit: string): { goal: string; met: boolean } {
  if (goal === null) return { goal: "", met: true };
  if ("atLeast" in goal) return { goal: `>= ${goal.atLeast} ${unit}`, met: value >= goal.atLeast };
  return { goal: `<= ${goal.atMost} ${unit}`, met: value <= goal.atMost };
}

/** Three significant digits without an exponent. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return "not available";
  if (value === 0 || Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(Math.abs(value) >= 1 ? 2 : 3);
}
