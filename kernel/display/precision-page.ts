import type { ErrorFields } from "../../runtime/errors.ts";
import { type PrecisionComparison, isRight, type SizePair } from "../experiment/compare/precision/compare-precisions.ts";
import type { GreedyAnswer, Part } from "../experiment/compare/precision/measurement.ts";
import { WORKED_EXAMPLE } from "../experiment/compare/precision/questions.ts";
import type { FigureComparison } from "../experiment/compare/compare-sets.ts";
import type { Spread } from "../experiment/statistics/statistics.ts";
import type { Output } from "./bundle.ts";
import { NONE, number, percent, percentRange, range } from "./compare-table.ts";
import { formatBytes, formatNumber, NOT_AVAILABLE } from "./numbers.ts";
import { type Column, type Table, tableOutput } from "./table.ts";
import { tableMarkdown } from "./table-markdown.ts";

const TEXT: Column["align"] = "left";
const FIGURE: Column["align"] = "right";
/** Characters shown of a worked answer. */
const WORKED_CHARS = 160;

/** The page of a comparison of precisions: speed and memory as in the table this project grew from, quality, one worked example. */
export function precisionPage(comparison: PrecisionComparison): Output[] {
  return [speedTable(comparison), qualityTable(comparison), workedTable(comparison)].map((table) => {
    const output = tableOutput(table);
    return { ...output, data: { ...output.data, "text/markdown": tableMarkdown(table) } };
  });
}

function speedTable(comparison: PrecisionComparison): Table {
  const { measurement: { plan, alternating, partial, remarks, memory: sides }, memory, speed } = comparison;
  const [nameA, nameB] = plan.precisions.map((precision) => precision.toUpperCase()) as [string, string];
  const by = new Map(speed.figures.map((figure) => [figure.figure.name, figure]));
  const speedRow = (label: string, name: string) => figureRow(label, by.get(name));
  const loaded = sides[0]?.loaded ?? sides[1]?.loaded;
  return {
    caption: `${plan.model}: ${nameA} against ${nameB}`,
    columns: [{ label: "", align: TEXT }, ...[nameA, nameB, "change", "95 % interval"].map((label) => ({ label, align: FIGURE })), { label: `${nameB} is`, align: TEXT }],
    rows: [
      sizeRow("peak memory of the process", memory.peak),
      sizeRow("peak memory of the graphics device", memory.device),
      sizeRow("weights alone", memory.weights),
      sizeRow("KV cache and buffers", memory.buffers),
      speedRow("time to first token (ms)", "ttft_ms"),
      speedRow("decode (tok/s)", "decode_tok_s"),
      speedRow(`requests per minute, ${plan.concurrency} at once`, "req_min"),
      speedRow(`tokens per second, ${plan.concurrency} at once`, "out_tok_s"),
      speedRow("prefill (tok/s)", "prefill_tok_s"),
      speedRow("whole request (ms)", "e2e_ms"),
      ["load, file read before (s)", ...pairCells(memory.loadMs, (ms) => formatNumber(ms / 1000)), NONE, ""],
      similarityRow(comparison),
    ],
    notes: [
      `${plan.prompts.length} prompts x ${plan.runs} rounds, at most ${plan.maxTokens} new tokens, temperature ${formatNumber(plan.temperature)}, seeds ${plan.seed} to ${plan.seed + plan.runs - 1}; ${promptTokens(comparison)}.`,
      alternating ? "The precisions took turns (A B B A)." : "The precisions ran one after the other: both do not fit into memory at once. A machine that changes its speed changes the comparison.",
      ...(loaded === undefined ? [] : [`${loaded.backend}, ${loaded.device}, ${loaded.threads} threads, ${loaded.slots} slots; ${sides.flatMap((side) => (side === null ? [] : [`${side.loaded.precision.toUpperCase()} is ${side.loaded.quant}`])).join(", ")}.`]),
      "Memory: above what the process held without the model, the most of ten looks a second. Change and interval: geometric mean of the pairs' ratios (same prompt, same seed).",
      ...failures(comparison),
      ...remarks.map((remark) => `Note: ${remark}`),
      ...(partial ? ["Partial: interrupted before all of it was measured."] : []),
    ],
  };
}

function figureRow(label: string, compared: FigureComparison | undefined): string[] {
  if (compared === undefined || (compared.a.n === 0 && compared.b.n === 0)) return [label, NOT_AVAILABLE, NOT_AVAILABLE, NONE, NONE, ""];
  return [label, formatNumber(compared.a.mean), formatNumber(compared.b.mean), percent(compared.ratio), percentRange(compared.ratio), compared.verdict];
}

function sizeRow(label: string, pair: SizePair): string[] {
  return [label, ...pairCells(pair, formatBytes), NONE, ""];
}

function pairCells({ a, b }: SizePair, show: (value: number) => string): string[] {
  const change = a !== null && b !== null && a > 0 ? percent({ value: b / a }) : NONE;
  return [a === null ? NOT_AVAILABLE : show(a), b === null ? NOT_AVAILABLE : show(b), change];
}

function similarityRow({ measurement: { likeness, plan } }: PrecisionComparison): string[] {
  const value = likeness?.ok === true ? likeness.value : null;
  const cell = (spread: Spread | undefined) => (spread?.mean == null ? NOT_AVAILABLE : formatNumber(spread.mean));
  const [name = ""] = plan.precisions;
  return [`similarity to answers of ${name.toUpperCase()}, other seeds`, cell(value?.selfBand), cell(value?.otherSeeds), NONE, NONE, ""];
}

function promptTokens({ measurement: { rows } }: PrecisionComparison): string {
  const counts = rows.map((row) => row.prompt_tokens).filter((count): count is number => typeof count === "number");
  if (counts.length === 0) return "prompts of unknown length";
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `prompts of ${least} tokens` : `prompts of ${least} to ${most} tokens`;
}

function failures({ measurement: { rows } }: PrecisionComparison): string[] {
  const failed = rows.filter((row) => row.status !== "ok");
  return failed.length === 0 ? [] : [`${failed.length} of ${rows.length} measurements failed, and are in no mean: ${[...new Set(failed.map((row) => String(row.error)))].join(", ")}.`];
}

function qualityTable(comparison: PrecisionComparison): Table {
  const { measurement: { plan, distance, likeness }, agreement } = comparison;
  const [nameA, nameB] = plan.precisions.map((precision) => precision.toUpperCase()) as [string, string];
  const value = distance?.ok === true ? distance.value : null;
  const alike = likeness?.ok === true ? likeness.value : null;
  return {
    caption: `How far ${nameB} is from ${nameA}`,
    columns: [{ label: "", align: TEXT }, { label: "value", align: FIGURE }, { label: "95 % interval or range", align: FIGURE }, { label: "of", align: TEXT }],
    rows: [
      ["KL divergence, mean (nats per token)", number(value?.kl.mean ?? null), range(value?.kl.interval ?? null, 1, ""), positions(value?.positions)],
      ["KL divergence, largest", number(value?.kl.max ?? null), NONE, positions(value?.positions)],
      ["same most likely token", value === null ? NONE : `${formatNumber(value.top1.share * 100)} %`, range(value?.top1.interval ?? null, 100, " %"), positions(value?.positions)],
      [`perplexity, ${nameB} / ${nameA}`, number(value?.perplexity.ratio ?? null), range(value?.perplexity.interval ?? null, 1, ""), value === null ? "" : `${formatNumber(value.perplexity.b)} / ${formatNumber(value.perplexity.a)}`],
      ["same answer at temperature 0", agreement === null ? NONE : `${agreement.same} of ${agreement.prompts}`, NONE, agreement === null ? "" : `answers of up to ${agreement.longest} tokens`],
      ["first difference at temperature 0 (tokens)", firstDifference(comparison), differencesRange(comparison), agreement === null ? "" : `${agreement.firstDifferences.length} answers that differ`],
      alikeRow(`similarity ${nameA} to ${nameB}, same seed`, alike?.sameSeed),
      alikeRow(`similarity ${nameA} to ${nameB}, other seeds`, alike?.otherSeeds),
      alikeRow(`similarity ${nameA} to ${nameA}, other seeds (the band)`, alike?.selfBand),
    ],
    notes: [
      "Probabilities: teacher-forced on the same text, over the whole vocabulary.",
      `Similarity: cosine of the state of the last token in ${plan.model} (${nameA}) itself, which is no embedding model: read it beside the band only.`,
      ...missing("Probabilities", distance), ...missing("Answers at temperature 0", comparison.measurement.greedy), ...missing("Similarity", likeness),
    ],
  };
}

function positions(count: number | undefined): string {
  return count === undefined ? "" : `${count} positions`;
}

function alikeRow(label: string, spread: Spread | undefined): string[] {
  if (spread?.mean == null) return [label, NONE, NONE, ""];
  return [label, formatNumber(spread.mean), `${formatNumber(spread.min)} to ${formatNumber(spread.max)}`, `${spread.n} pairs of answers`];
}

function firstDifference({ agreement }: PrecisionComparison): string {
  const list = agreement?.firstDifferences ?? [];
  if (list.length === 0) return NONE;
  const middle = Math.floor(list.length / 2);
  return formatNumber(list.length % 2 === 1 ? list[middle] ?? null : ((list[middle - 1] ?? 0) + (list[middle] ?? 0)) / 2);
}

function differencesRange({ agreement }: PrecisionComparison): string {
  const list = agreement?.firstDifferences ?? [];
  return list.length === 0 ? NONE : `${list[0]} to ${list.at(-1)}`;
}

function missing(what: string, part: Part<unknown> | null): string[] {
  if (part === null) return [`${what}: ${NOT_AVAILABLE}, not measured.`];
  return part.ok ? [] : [`${what}: ${NOT_AVAILABLE}. ${reason(part.error)}`];
}

function reason({ message, hint }: ErrorFields): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function workedTable({ worked, measurement: { plan } }: PrecisionComparison): Table {
  const rows = worked === null ? [] : worked.map((answer, side) => [plan.precisions[side]?.toUpperCase() ?? "", isRight(answer) ? "right" : "wrong", answer.boxed ?? NONE, shownText(answer)]);
  return {
    caption: `Worked example: ${WORKED_EXAMPLE.title}`,
    columns: [{ label: "", align: TEXT }, { label: "answer is", align: TEXT }, { label: "boxed", align: TEXT }, { label: "at temperature 0", align: TEXT }],
    rows,
    notes: [...(worked === null ? [`${NOT_AVAILABLE}.`] : []), `Asked: ${WORKED_EXAMPLE.prompt}`],
  };
}

function shownText({ text }: GreedyAnswer): string {
  const trimmed = text.trim();
  return trimmed.length > WORKED_CHARS ? `${trimmed.slice(0, WORKED_CHARS)}…` : trimmed;
}
