import { RetortError } from "../../runtime/errors.ts";
import type { ModelRequest } from "./model.ts";
import { seededRandom, shuffled } from "./random.ts";

/** The settings that differ from one corner of a matrix to the next: `{precision: "int8"}`. Empty without a matrix. */
export type Corner = Readonly<Record<string, unknown>>;

/** What a prompt cell asks to be run. */
export interface PlanSpec {
  /** Measured answers per corner. */
  runs: number;
  /** Discarded answers per corner; undefined: one where more than one answer is measured, else none. */
  warmup: number | undefined;
  /** Run k uses seed + k in every corner, so that differences between corners are paired. */
  seed: number | undefined;
  matrix: { key: string; values: readonly unknown[] } | null;
  /** The request of one corner, its seed not set. */
  requestFor(corner: Corner): ModelRequest;
}

export interface PlannedRun {
  kind: "warmup" | "measured";
  /** Position of the corner in the plan's corners. */
  corner: number;
  /** k: 0-based repeat within the corner. */
  repeat: number;
  request: ModelRequest;
}

export interface Plan {
  corners: Corner[];
  /** In the order of execution, warm-ups first. */
  runs: PlannedRun[];
}

/** More answers than this in one cell are a slip of the keyboard. */
export const MAX_PLANNED_RUNS = 10_000;
/** Seed of run 0 when several answers are asked for and the cell names none, so that a rerun gives the same answers. */
const DEFAULT_SEED = 1;
/** A warm-up wakes caches and clocks; a few tokens do. */
const WARMUP_TOKENS = 16;

/**
 * The list of requests behind a prompt cell. Corners are interleaved (A B B A for two, a seeded order for more),
 * so that a machine that slows down with time slows all of them alike.
 * Throws `too_many_runs`, `bad_value`.
 */
export function planRuns(spec: PlanSpec): Plan {
  checkCounts(spec);
  const corners = cornersOf(spec.matrix);
  const count = corners.length * spec.runs;
  if (count > MAX_PLANNED_RUNS) {
    throw new RetortError({
      code: "too_many_runs",
      message: `This cell asks for ${count} answers (${corners.length} x ${spec.runs} runs); the limit is ${MAX_PLANNED_RUNS}.`,
      hint: "Lower `runs` or shorten the matrix.",
      status: 400,
    });
  }
  const requests = corners.map((corner) => spec.requestFor(corner));
  const repeated = count > 1;
  const warmups = spec.warmup ?? (repeated ? 1 : 0);
  return {
    corners,
    runs: [
      ...requests.flatMap((request, corner) => warmupRuns(request, corner, warmups)),
      ...measuredRuns(requests, spec, repeated),
    ],
  };
}

function checkCounts(spec: PlanSpec): void {
  const counts: Array<[string, number | undefined, number]> = [["runs", spec.runs, 1], ["warmup", spec.warmup, 0]];
  for (const [key, value, least] of counts) {
    if (value === undefined || (Number.isInteger(value) && value >= least)) continue;
    throw new RetortError({
      code: "bad_value",
      message: `\`${key}\` is ${value}; it must be a whole number from ${least} on.`,
      hint: `Give \`${key}: ${least}\` or more.`,
      status: 400,
      param: key,
    });
  }
}

function cornersOf(matrix: PlanSpec["matrix"]): Corner[] {
  if (matrix === null) return [{}];
  if (matrix.values.length === 0) {
    throw new RetortError({ code: "bad_value", message: `The matrix of \`${matrix.key}\` has no values.`, hint: `Write \`matrix: {${matrix.key}: [a, b]}\`.`, status: 400, param: "matrix" });
  }
  return matrix.values.map((value) => ({ [matrix.key]: value }));
}

function warmupRuns(request: ModelRequest, corner: number, count: number): PlannedRun[] {
  return Array.from({ length: count }, (_, repeat) => ({ kind: "warmup", corner, repeat, request: warmupRequest(request, repeat) }));
}

function measuredRuns(requests: readonly ModelRequest[], spec: PlanSpec, repeated: boolean): PlannedRun[] {
  const base = spec.seed ?? (repeated ? DEFAULT_SEED : undefined);
  const random = seededRandom(base ?? DEFAULT_SEED);
  const runs: PlannedRun[] = [];
  for (let repeat = 0; repeat < spec.runs; repeat++) {
    for (const corner of cornerOrder(requests.length, repeat, random)) {
      const request = requests[corner] as ModelRequest;
      runs.push({
        kind: "measured",
        corner,
        repeat,
        request: {
          ...request,
          ...(base === undefined ? {} : { seed: base + repeat }),
          // A repeat that finds its prompt in the KV cache would measure the cache.
          ...(repeated && request.cache_prompt === undefined ? { cache_prompt: false } : {}),
        },
      });
    }
  }
  return runs;
}

function cornerOrder(count: number, repeat: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, corner) => corner);
  if (count > 2) return shuffled(order, random);
  return repeat % 2 === 0 ? order : order.reverse();
}

/** Another prompt of about the same length: the last message with its words in reverse order. */
function warmupRequest(request: ModelRequest, repeat: number): ModelRequest {
  const messages = request.messages.map((message, i) =>
    i === request.messages.length - 1
      ? { ...message, content: `${repeat + 1} ${message.content.split(/\s+/).reverse().join(" ")}` }
      : message);
  return { ...request, messages, max_tokens: Math.min(request.max_tokens ?? WARMUP_TOKENS, WARMUP_TOKENS), cache_prompt: false };
}
