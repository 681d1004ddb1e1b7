import { asRetortError, type ErrorFields, isCancelled, type RetortError } from "../../runtime/errors.ts";
import type { AnswerReader } from "./answer-reader.ts";
import type { Model, ModelDelta, ModelReply } from "./model.ts";
import type { Plan, PlannedRun } from "./plan.ts";
import { cacheState, type ExperimentResult, experimentResult, type RunRecord } from "./result.ts";

/** What the caller sees while a plan runs. */
export interface RunObserver {
  /** A piece of a measured answer. */
  onDelta?(run: PlannedRun, delta: ModelDelta): void;
  /** `done` of `total` requests have ended, warm-ups included. */
  onProgress?(done: number, total: number): void;
  /** Asked once, after the first measured run that succeeds: go on with `left` more, at about `msEach`? */
  confirmRest?(left: number, msEach: number): Promise<boolean>;
}

/**
 * Runs a plan, one request after the other. A failed run never loses the others: it becomes a record with its error.
 * After an abort of `signal` the result holds what there is, the interrupted answer included, and is `partial`.
 * Never rejects for a failed or cancelled request.
 */
export async function runPlan(plan: Plan, model: Model, read: AnswerReader, signal: AbortSignal, observer: RunObserver = {}): Promise<ExperimentResult> {
  const records: RunRecord[] = [];
  const hopeless = new Map<number, ErrorFields>();
  const measured = plan.runs.filter((run) => run.kind === "measured").length;
  let confirmed = measured === 1 || observer.confirmRest === undefined;
  for (const [position, run] of plan.runs.entries()) {
    if (signal.aborted) break;
    const record = await runOne(plan, run, records.length, { model, read, signal, observer, hopeless });
    if (run.kind === "measured") records.push(record);
    observer.onProgress?.(position + 1, plan.runs.length);
    if (confirmed || run.kind === "warmup" || record.reply === null) continue;
    confirmed = true;
    if (!(await observer.confirmRest?.(measured - records.length, record.reply.timings.e2e_ms))) break;
  }
  return experimentResult(plan.corners, records, measured / plan.corners.length);
}

interface RunTools {
  model: Model;
  read: AnswerReader;
  signal: AbortSignal;
  observer: RunObserver;
  /** Corners whose request can never succeed, with the reason. */
  hopeless: Map<number, ErrorFields>;
}

async function runOne(plan: Plan, run: PlannedRun, index: number, tools: RunTools): Promise<RunRecord> {
  const base = { index, corner: plan.corners[run.corner] ?? {}, repeat: run.repeat, seed: run.request.seed ?? null };
  const known = tools.hopeless.get(run.corner);
  if (known !== undefined) return { ...base, ...failed(known) };
  const arrived: Record<ModelDelta["kind"], string> = { thinking: "", answer: "" };
  try {
    const reply = await tools.model.ask(run.request, (delta) => {
      arrived[delta.kind] += delta.text;
      if (run.kind === "measured") tools.observer.onDelta?.(run, delta);
    }, tools.signal);
    return { ...base, seed: base.seed ?? drawnSeed(reply), ...finished(reply, tools.read) };
  } catch (error) {
    const fields = asRetortError(error);
    if (tools.signal.aborted && isCancelled(error)) return { ...base, ...failed(fields.fields()), ...arrived, status: "cancelled" };
    if (isHopeless(fields)) tools.hopeless.set(run.corner, fields.fields());
    return { ...base, ...failed(fields.fields()), ...arrived };
  }
}

function finished(reply: ModelReply, read: AnswerReader) {
  return {
    status: "ok" as const,
    answer: reply.answer,
    thinking: reply.thinking,
    ...read(reply.answer),
    cache: cacheState(reply),
    reply,
    error: null,
  };
}

/** The seed that the runtime drew where the request named none. */
function drawnSeed(reply: ModelReply): number | null {
  const seed = reply.provenance?.settings["seed"]?.value;
  return typeof seed === "number" ? seed : null;
}

function failed(error: ErrorFields) {
  return { status: "failed" as const, answer: "", thinking: "", boxed: null, json: null, invalid: null, cache: null, reply: null, error };
}

/** A request that was refused for what it says will be refused again; one that hit a busy or dying engine will not. */
function isHopeless(error: RetortError): boolean {
  return error.status >= 400 && error.status < 500 && error.status !== 429 && error.code !== "cancelled";
}
