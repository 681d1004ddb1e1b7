import { holm } from "../statistics/holm.ts";
import type { Interval } from "../statistics/interval.ts";
import { type Pair, type PairedEstimate, pairedDifference, pairedRatio } from "../statistics/paired.ts";
import { mcnemarExact, wilsonInterval } from "../statistics/proportions.ts";
import { type Summary, summarise } from "../statistics/statistics.ts";
import { type Figure, figureNamed, isFinished, PASS, usualFigures } from "./figure.ts";
import { type Pairing, pairRows } from "./pair-rows.ts";
import type { ResultRow, ResultSet } from "./result-set.ts";
import { MIN_PAIRS, type Margin, NO_MARGIN, sideOf, type Verdict, verdictOf } from "./verdict.ts";

export interface CompareOptions {
  /** Names of figures, `pass` among them; null: the usual ones. */
  show: readonly string[] | null;
  marginOf(figure: string): Margin | undefined;
}

/** A number with its interval; both as far as they are defined. */
export interface Estimate {
  value: number;
  interval: Interval | null;
}

/** One figure of both sides. All differences are B against A. */
export interface FigureComparison {
  figure: Omit<Figure, "of">;
  /** All runs of each side, paired or not. */
  a: Summary;
  b: Summary;
  pairs: number;
  difference: Estimate | null;
  /** Geometric mean of B / A. */
  ratio: Estimate | null;
  margin: Margin;
  /** Of the hypothesis that the difference is no more than the margin: before and after Holm's correction. */
  p: number | null;
  adjusted: number | null;
  verdict: Verdict;
  /** For `pass`: the pairs in which one side passed alone. */
  passes?: { a: number; b: number; onlyA: number; onlyB: number; intervals: [Interval | null, Interval | null] };
}

export interface Comparison {
  a: ResultSet;
  b: ResultSet;
  figures: FigureComparison[];
  pairing: Omit<Pairing, "pairs"> & { pairs: number };
  /** Runs that did not finish. */
  unfinished: { a: number; b: number };
  /** Pairs whose seeds differ although both have one. */
  otherSeeds: number;
}

/** A bootstrap of very few pairs finds a small p too easily. */
const UNTESTED = { p: null, direction: 0 } as const;

type Judged = Omit<FigureComparison, "adjusted" | "verdict"> & { direction: -1 | 0 | 1 };

/** Compares two result sets, B against A, paired by question and repeat. Never rejects for missing or odd values. */
export function compareSets(a: ResultSet, b: ResultSet, { show, marginOf }: CompareOptions): Comparison {
  const { pairs, ...pairing } = pairRows(a, b);
  const names = show ?? [...usualFigures(a.rows, b.rows).map(({ name }) => name), ...(hasPasses(a) && hasPasses(b) ? [PASS] : [])];
  const judged = [...new Set(names)].map((name) => {
    const margin = marginOf(name) ?? NO_MARGIN;
    return name === PASS ? comparePasses(a, b, pairs, margin) : compareFigure(figureNamed(name), a, b, pairs, margin);
  });
  const adjusted = holm(judged.map(({ p }) => p));
  return {
    a,
    b,
    figures: judged.map(({ direction, ...figure }, i) => ({
      ...figure, adjusted: adjusted[i] ?? null, verdict: verdictOf(figure.figure, direction, adjusted[i] ?? null, figure.pairs),
    })),
    pairing: { ...pairing, pairs: pairs.filter(([row]) => row.whole !== true).length },
    unfinished: { a: unfinished(a), b: unfinished(b) },
    otherSeeds: pairs.filter(([one, other]) => typeof one.seed === "number" && typeof other.seed === "number" && one.seed !== other.seed).length,
  };
}

function compareFigure({ of, ...figure }: Figure, a: ResultSet, b: ResultSet, rows: Pairing["pairs"], margin: Margin): Judged {
  const pairs = rows.flatMap(([one, other]): Pair[] => {
    const [x, y] = [of(one), of(other)];
    return x === null || y === null ? [] : [[x, y]];
  });
  const difference = pairedDifference(pairs);
  const ratio = pairedRatio(pairs);
  const summaries = { a: summarise(a.rows.map(of)), b: summarise(b.rows.map(of)) };
  return { figure, ...summaries, pairs: pairs.length, difference: plain(difference), ratio: plain(ratio), margin, ...(pairs.length < MIN_PAIRS ? UNTESTED : judge(difference, ratio, margin, summaries.a.mean)) };
}

/** A relative margin is held against the ratio; where there is none, against the share of A's mean. */
function judge(difference: PairedEstimate | null, ratio: PairedEstimate | null, margin: Margin, meanA: number | null): Pick<Judged, "p" | "direction"> {
  if (margin.relative && ratio !== null) return beyond(ratio, 1 - margin.size, 1 + margin.size);
  const size = margin.relative ? margin.size * Math.abs(meanA ?? 0) : margin.size;
  return difference === null ? { p: null, direction: 0 } : beyond(difference, -size, size);
}

function beyond(estimate: PairedEstimate, low: number, high: number): Pick<Judged, "p" | "direction"> {
  const isAbove = estimate.value > (low + high) / 2;
  const isInside = estimate.value >= low && estimate.value <= high;
  return { p: isInside ? maybeOne(estimate) : estimate.p(isAbove ? high : low), direction: sideOf(estimate.interval, low, high) };
}

/** Nothing speaks for a difference beyond the margin; without an interval nothing was tested. */
function maybeOne({ interval }: PairedEstimate): number | null {
  return interval === null ? null : 1;
}

function comparePasses(a: ResultSet, b: ResultSet, rows: Pairing["pairs"], margin: Margin): Judged {
  const both = rows.flatMap(([one, other]): Array<readonly [boolean, boolean]> => {
    const [x, y] = [passed(one), passed(other)];
    return x === null || y === null ? [] : [[x, y]];
  });
  const onlyA = both.filter(([x, y]) => x && !y).length;
  const onlyB = both.filter(([x, y]) => y && !x).length;
  const difference = pairedDifference(both.map(([x, y]) => [Number(x), Number(y)]));
  const sides = [a, b].map((set) => set.rows.map(passed).filter((value) => value !== null));
  const counts = sides.map((values) => values.filter(Boolean).length) as [number, number];
  const isBeyond = Math.abs(difference?.value ?? 0) > margin.size;
  return {
    figure: { name: PASS, label: "answers that pass", unit: "share", better: "more" },
    a: summarise((sides[0] ?? []).map(Number)),
    b: summarise((sides[1] ?? []).map(Number)),
    pairs: both.length,
    difference: plain(difference),
    ratio: null,
    margin,
    p: both.length === 0 ? null : isBeyond ? mcnemarExact(onlyA, onlyB) : 1,
    direction: margin.size > 0 ? sideOf(difference?.interval ?? null, -margin.size, margin.size) : (Math.sign(onlyB - onlyA) as -1 | 0 | 1),
    passes: { a: counts[0], b: counts[1], onlyA, onlyB, intervals: [wilsonInterval(counts[0], sides[0]?.length ?? 0), wilsonInterval(counts[1], sides[1]?.length ?? 0)] },
  };
}

function plain(estimate: PairedEstimate | null): Estimate | null {
  return estimate === null ? null : { value: estimate.value, interval: estimate.interval };
}

/** A failed run has not passed; an interrupted one says nothing. */
function passed(row: ResultRow): boolean | null {
  if (typeof row.passed === "boolean") return row.passed;
  return null;
}

function hasPasses({ rows }: ResultSet): boolean {
  return rows.some((row) => passed(row) !== null);
}

function unfinished({ rows }: ResultSet): number {
  return rows.filter((row) => !isFinished(row)).length;
}
