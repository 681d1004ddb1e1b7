import { type Comparison, compareSets } from "../compare-sets.ts";
import type { ResultSet } from "../result-set.ts";
import { firstDifference } from "./likeness.ts";
import type { GreedyAnswer, PrecisionMeasurement, SideMemory } from "./measurement.ts";
import { WORKED_EXAMPLE } from "./questions.ts";

/** The figures of single requests and of batches that the page shows. */
const FIGURES = ["ttft_ms", "prefill_tok_s", "decode_tok_s", "e2e_ms", "req_min", "out_tok_s"] as const;

/** A size of both sides; null where it is not available. */
export interface SizePair {
  a: number | null;
  b: number | null;
}

/** How the greedy answers of both sides go together. */
export interface Agreement {
  prompts: number;
  same: number;
  /** Tokens up to the first difference, of the answers that differ; ascending. */
  firstDifferences: number[];
  /** Tokens of the longest answer. */
  longest: number;
}

/** Everything that the page shows, computed. */
export interface PrecisionComparison {
  measurement: PrecisionMeasurement;
  speed: Comparison;
  memory: { peak: SizePair; device: SizePair; weights: SizePair; buffers: SizePair; loadMs: SizePair };
  agreement: Agreement | null;
  /** The greedy answers to the worked example. */
  worked: readonly [GreedyAnswer, GreedyAnswer] | null;
  /** For templates and `%%js` cells. */
  plain: Record<string, unknown>;
}

/** Puts a measurement together. Works on an interrupted one too. */
export function comparePrecisions(measurement: PrecisionMeasurement): PrecisionComparison {
  const speed = compareSets(sideOf(measurement, 0), sideOf(measurement, 1), { show: FIGURES, marginOf: () => undefined });
  const [a, b] = measurement.memory;
  const pair = (of: (side: SideMemory) => number | null): SizePair => ({ a: a === null ? null : of(a), b: b === null ? null : of(b) });
  const memory = {
    peak: pair(({ peak }) => peak),
    device: pair(({ devicePeak }) => devicePeak),
    weights: pair(({ loaded }) => loaded.memory.weights),
    buffers: pair(({ loaded }) => loaded.memory.kv_cache + loaded.memory.compute),
    loadMs: pair(({ loadMs }) => loadMs),
  };
  const greedy = measurement.greedy?.ok === true ? measurement.greedy.value : null;
  const agreement = greedy === null ? null : agreementOf(greedy);
  const worked = greedy?.at(-1) ?? null;
  return { measurement, speed, memory, agreement, worked, plain: plainOf(measurement, speed, memory, agreement, worked) };
}

function sideOf({ rows, plan }: PrecisionMeasurement, side: 0 | 1): ResultSet {
  const precision = plan.precisions[side];
  return { label: precision, rows: rows.filter((row) => row.precision === precision), settings: ["kind"], notes: [] };
}

function agreementOf(greedy: ReadonlyArray<readonly [GreedyAnswer, GreedyAnswer]>): Agreement {
  const differences = greedy.map(([a, b]) => firstDifference(a.tokens, b.tokens));
  return {
    prompts: greedy.length,
    same: differences.filter((difference) => difference === null).length,
    firstDifferences: differences.filter((difference) => difference !== null).sort((a, b) => a - b),
    longest: Math.max(0, ...greedy.flat().map(({ tokens }) => tokens.length)),
  };
}

/** Whether the worked example came out right. */
export function isRight({ boxed, text }: GreedyAnswer): boolean {
  return boxed === null ? new RegExp(`(?<!\\d)${WORKED_EXAMPLE.answer}(?!\\d)`).test(text.slice(-40)) : boxed.trim() === WORKED_EXAMPLE.answer;
}

function plainOf({ plan, distance, likeness, alternating }: PrecisionMeasurement, speed: Comparison, memory: PrecisionComparison["memory"], agreement: Agreement | null, worked: PrecisionComparison["worked"]): Record<string, unknown> {
  return {
    model: plan.model,
    precisions: plan.precisions,
    alternating,
    figures: Object.fromEntries(speed.figures.map(({ figure, a, b, difference, ratio, adjusted, verdict, pairs }) => [figure.name, {
      a: a.mean, b: b.mean, pairs, difference: difference?.value ?? null, ratio: ratio?.value ?? null, ratio_low: ratio?.interval?.low ?? null, ratio_high: ratio?.interval?.high ?? null, p: adjusted, verdict,
    }])),
    memory: { peak_bytes: memory.peak, device_bytes: memory.device, weights_bytes: memory.weights, buffers_bytes: memory.buffers },
    load_ms: memory.loadMs,
    distance: distance?.ok === true ? distance.value : null,
    likeness: likeness?.ok === true ? likeness.value : null,
    agreement,
    worked: worked === null ? null : worked.map((answer) => ({ boxed: answer.boxed, right: isRight(answer) })),
  };
}
