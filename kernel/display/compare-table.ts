import type { Comparison, Estimate, FigureComparison } from "../experiment/compare/compare-sets.ts";
import { MIN_PAIRS, type Margin } from "../experiment/compare/verdict.ts";
import type { Interval } from "../experiment/statistics/interval.ts";
import type { Output } from "./bundle.ts";
import { formatNumber, NOT_AVAILABLE } from "./numbers.ts";
import { type Column, type Table, tableOutput } from "./table.ts";
import { tableMarkdown } from "./table-markdown.ts";

/** Stands where a number is not defined. */
export const NONE = "–";

/** A comparison as HTML, plain text and Markdown. */
export function compareOutput(comparison: Comparison): Output {
  const table = compareTable(comparison);
  const { data, metadata } = tableOutput(table);
  return { data: { ...data, "text/markdown": tableMarkdown(table) }, metadata };
}

export function compareTable(comparison: Comparison): Table {
  const corrected = comparison.figures.filter(({ p }) => p !== null).length > 1;
  const columns: Column[] = [
    { label: "figure", align: "left" },
    ...["A", "B", "difference B - A", "95 % interval", "ratio B / A", "change", "95 % interval", "pairs", corrected ? "p (Holm)" : "p"].map((label): Column => ({ label, align: "right" })),
    { label: "B is", align: "left" },
  ];
  return { caption: `A: ${comparison.a.label}    B: ${comparison.b.label}`, columns, rows: comparison.figures.map(row), notes: notes(comparison, corrected) };
}

function row({ figure, a, b, pairs, difference, ratio, adjusted, verdict }: FigureComparison): string[] {
  const name = figure.unit === "" ? figure.label : `${figure.label} (${figure.unit})`;
  return [
    name, number(a.mean), number(b.mean), number(difference?.value ?? null), range(difference?.interval ?? null, 1, ""),
    number(ratio?.value ?? null), percent(ratio), percentRange(ratio), String(pairs), pText(adjusted), a.n === 0 || b.n === 0 ? NOT_AVAILABLE : verdict,
  ];
}

export function number(value: number | null): string {
  return value === null ? NONE : formatNumber(value);
}

/** `low to high`, both times `factor`. */
export function range(interval: Interval | null, factor: number, unit: string): string {
  return interval === null ? NONE : `${formatNumber(interval.low * factor)} to ${formatNumber(interval.high * factor)}${unit}`;
}

/** A ratio as a change: 1.1 is +10 %. */
export function percent(ratio: Pick<Estimate, "value"> | null): string {
  return ratio === null ? NONE : signedPercent(ratio.value - 1);
}

export function percentRange(ratio: Estimate | null): string {
  const interval = ratio?.interval ?? null;
  return interval === null ? NONE : `${signedPercent(interval.low - 1)} to ${signedPercent(interval.high - 1)}`;
}

function signedPercent(share: number): string {
  const value = Math.abs(share) < 0.0005 ? 0 : share * 100;
  return `${value > 0 ? "+" : ""}${Math.abs(value) >= 999.5 ? value.toFixed(0) : value.toFixed(1)} %`;
}

function pText(p: number | null): string {
  if (p === null) return NONE;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function notes({ a, b, figures, pairing, unfinished, otherSeeds }: Comparison, corrected: boolean): string[] {
  const by = pairing.keys.length === 0 ? "in the order of the runs" : `by ${pairing.keys.join(", ")}`;
  const left = pairing.leftA + pairing.leftB === 0 ? "" : `; without a partner: ${pairing.leftA} of A, ${pairing.leftB} of B`;
  const failed = unfinished.a + unfinished.b === 0 ? [] : [`Not finished, and in no mean: ${unfinished.a} runs of A, ${unfinished.b} of B.`];
  const methods = [...new Set(figures.flatMap(({ difference }) => difference?.interval?.method ?? []))];
  return [
    `${pairing.pairs} pairs, ${by}${left}.`,
    ...failed,
    ...(otherSeeds === 0 ? [] : [`${otherSeeds} pairs have different seeds: they share the question, not the draw.`]),
    ...figures.flatMap(passNote),
    ...figures.flatMap(({ margin, figure }) => (margin.size === 0 ? [] : [`Margin of ${figure.label}: ${marginText(margin, figure.unit)}.`])),
    ...(methods.length === 0 ? [] : [`Means are of all runs; difference, ratio (geometric mean) and intervals are of the pairs (${methods.join(" or ")}).`]),
    verdictNote(corrected, figures),
    ...a.notes.map((note) => `A: ${note}`),
    ...b.notes.map((note) => `B: ${note}`),
  ];
}

function passNote({ passes, a, b }: FigureComparison): string[] {
  if (passes === undefined) return [];
  if (a.n === 0 || b.n === 0) return ["Passes are not available: the runs of one side or both were held against no assertions."];
  const share = (count: number, n: number, interval: Interval | null) => `${count} of ${n} (${range(interval, 100, " %")})`;
  return [
    `Passed: A ${share(passes.a, a.n, passes.intervals[0])}, B ${share(passes.b, b.n, passes.intervals[1])}, Wilson intervals. Only A passed in ${passes.onlyA} pairs, only B in ${passes.onlyB}; p is McNemar's exact test.`,
  ];
}

function marginText({ size, relative }: Margin, unit: string): string {
  return relative ? `${formatNumber(size * 100)} %` : `${formatNumber(size)}${unit === "" ? "" : ` ${unit}`}`;
}

function verdictNote(corrected: boolean, figures: readonly FigureComparison[]): string {
  const few = figures.some(({ verdict }) => verdict === "too few pairs") ? ` From ${MIN_PAIRS} pairs on there is a verdict.` : "";
  return `A verdict stands only where the 95 % interval lies beyond the margin${corrected ? " and p, corrected for the number of figures (Holm), is at most 0.05" : ""}.${few}`;
}
