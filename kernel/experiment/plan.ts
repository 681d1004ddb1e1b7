import { asRetortError, type ErrorFields, RetortError } from "../../runtime/errors.ts";
import type { DataRow } from "./data/row.ts";
import type { ModelRequest } from "./model.ts";
import { seededRandom, shuffled } from "./statistics/random.ts";

/** The settings that differ from one corner of a matrix to the next: `{precision: "int8"}`. Empty without a matrix. */
export type Corner = Readonly<Record<string, unknown>>;

/** What a prompt cell asks to be run. */
export interface PlanSpec {
  /** Measured answers per corner and row. */
  runs: number;
  /** Discarded answers per corner; undefined: one where more than one answer is measured, else none. */
  warmup: number | undefined;
  /** Run k uses seed + k in every corner and row, so that differences between corners are paired. */
  seed: number | undefined;
  corners: readonly Corner[];
  /** Rows of a data set; null without one. */
  rows: readonly DataRow[] | null;
  /** The request of one corner (its position) and row; a seed in it is the base of that corner. A RetortError fails these runs only. */
  requestFor(corner: number, row: DataRow | null): ModelRequest;
}

export interface PlannedRun {
  kind: "warmup" | "measured";
  /** Position of the corner in the plan's corners. */
  corner: number;
  /** k: 0-based repeat within the corner and row. */
  repeat: number;
  row: DataRow | null;
  /** Not to be sent where there is a problem. */
  request: ModelRequest;
  /** Why there is nothing to ask: a row that cannot be used. */
  problem: ErrorFields | null;
}

export interface Plan {
  corners: Corner[];
  /** In the order of execution, warm-ups first. */
  runs: PlannedRun[];
}

/** More answers than this in one cell are a slip of the keyboard. */
export const MAX_PLANNED_RUNS = 100_000;
/** Seed of run 0 when several answers are asked for and the cell names none, so that a rerun gives the same answers. */
export const DEFAULT_SEED = 1;
/** A warm-up wakes caches and clocks; a few tokens do. */
const WARMUP_TOKENS = 16;

/**
 * The list of requests behind a prompt cell. Corners are interleaved (A B B A for two, a seeded order for more),
 * so that a machine that slows down with time slows all of them alike.
 * Throws `too_many_runs`, `bad_value`, and the first problem when no row can be used.
 */
export function planRuns(spec: PlanSpec): Plan {
  checkCounts(spec);
  const count = spec.corners.length * spec.runs * (spec.rows?.length ?? 1);
  if (count > MAX_PLANNED_RUNS) throw tooMany(count, spec);
  const questions = questionsOf(spec);
  const repeated = count > 1;
  const warmups = spec.warmup ?? (repeated ? 1 : 0);
  return {
    corners: [...spec.corners],
    runs: [
      ...spec.corners.flatMap((_, corner) => warmupRuns(questions, corner, warmups)),
      ...measuredRuns(questions, spec, repeated),
    ],
  };
}

function tooMany(count: number, { corners, runs, rows }: PlanSpec): RetortError {
  const parts = [`${corners.length} x ${runs} runs`, ...(rows === null ? [] : [`${rows.length} rows`])];
  return new RetortError({
    code: "too_many_runs",
    message: `This cell asks for ${count} answers (${parts.join(" x ")}); the limit is ${MAX_PLANNED_RUNS}.`,
    hint: rows === null ? "Lower `runs` or shorten the matrix." : "Lower `runs`, shorten the matrix, or take fewer rows with `limit` or `sample`.",
    status: 400,
  });
}

function checkCounts(spec: PlanSpec): void {
  const counts: Array<[string, number | undefined, number]> = [["runs", spec.runs, 1], ["warmup", spec.warmup, 0]];
  for (const [key, value, least] of counts) {
    if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
      throw badValue(key, `\`${key}\` is ${value}; it must be a whole number from ${least} on.`, `Give \`${key}: ${least}\` or more.`);
    }
  }
  if (spec.corners.length === 0) throw badValue("matrix", "The matrix has no values.", "Write `matrix: { key: [a, b] }`.");
  if (spec.rows?.length === 0) throw badValue("data", "The data set has no rows.", "Look at the file and at `where` and `limit`.");
}

function badValue(param: string, message: string, hint: string): RetortError {
  return new RetortError({ code: "bad_value", message, hint, status: 400, param });
}

/** What is asked, before it is repeated: by row, then by corner. */
type Question = Pick<PlannedRun, "corner" | "row" | "request" | "problem">;

function questionsOf(spec: PlanSpec): Question[][] {
  const rows: ReadonlyArray<DataRow | null> = spec.rows ?? [null];
  const questions = rows.map((row) => spec.corners.map((_, corner) => question(spec, corner, row)));
  const first = questions[0]?.[0]?.problem;
  if (first != null && questions.every((row) => row.every(({ problem }) => problem !== null))) throw new RetortError({ status: 400, ...first });
  return questions;
}

function question(spec: PlanSpec, corner: number, row: DataRow | null): Question {
  if (row !== null && row.problem !== null) return { corner, row, request: NOTHING, problem: row.problem };
  try {
    return { corner, row, request: spec.requestFor(corner, row), problem: null };
  } catch (error) {
    // Without rows there is nothing that could still succeed.
    if (row === null) throw error;
    const fields = asRetortError(error).fields();
    return { corner, row, request: NOTHING, problem: { ...fields, message: `Line ${row.line} of the data: ${fields.message}` } };
  }
}

const NOTHING: ModelRequest = { messages: [] };

function warmupRuns(questions: readonly Question[][], corner: number, count: number): PlannedRun[] {
  const sound = questions.map((row) => row[corner]).find((each) => each?.problem === null);
  if (sound === undefined) return [];
  return Array.from({ length: count }, (_, repeat) => ({ kind: "warmup", corner, repeat, row: sound.row, request: warmupRequest(sound.request, repeat), problem: null }));
}

function measuredRuns(questions: readonly Question[][], spec: PlanSpec, repeated: boolean): PlannedRun[] {
  const common = spec.seed ?? (repeated ? DEFAULT_SEED : undefined);
  const random = seededRandom(common ?? DEFAULT_SEED);
  const runs: PlannedRun[] = [];
  for (let repeat = 0; repeat < spec.runs; repeat++) {
    for (const [position, row] of questions.entries()) {
      for (const corner of cornerOrder(row.length, repeat * questions.length + position, random)) {
        runs.push(measuredRun(row[corner] as Question, repeat, common, repeated));
      }
    }
  }
  return runs;
}

function measuredRun({ request, ...question }: Question, repeat: number, common: number | undefined, repeated: boolean): PlannedRun {
  const base = request.seed ?? common;
  return {
    kind: "measured",
    repeat,
    ...question,
    request: {
      ...request,
      ...(base === undefined ? {} : { seed: base + repeat }),
      // A repeat that finds its prompt in the KV cache would measure the cache.
      ...(repeated && request.cache_prompt === undefined ? { cache_prompt: false } : {}),
    },
  };
}

function cornerOrder(count: number, block: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, corner) => corner);
  if (count > 2) return shuffled(order, random);
  return block % 2 === 0 ? order : order.reverse();
}

/** Another prompt of about the same length: the last message with its words in reverse order. */
function warmupRequest(request: ModelRequest, repeat: number): ModelRequest {
  const { seed: _seed, ...fields } = request;
  const messages = request.messages.map((message, i) =>
    i === request.messages.length - 1
      ? { ...message, content: `${repeat + 1} ${message.content.split(/\s+/).reverse().join(" ")}` }
      : message);
  return { ...fields, messages, max_tokens: Math.min(request.max_tokens ?? WARMUP_TOKENS, WARMUP_TOKENS), cache_prompt: false };
}
