import type { BackOff } from "../../runtime/client/back-off.ts";
import { asRetortError, type ErrorFields, isCancelled, type RetortError } from "../../runtime/errors.ts";
import type { AnswerReader } from "./answer-reader.ts";
import type { Model, ModelDelta, ModelReply } from "./model.ts";
import type { PlannedRun } from "./plan.ts";
import { cacheState, type RunRecord } from "./result.ts";

/** What a request is asked with. */
export interface AskTools {
  model: Model;
  read: AnswerReader;
}

/** What a request leaves in its record. */
export type Asked = Pick<RunRecord, "status" | "answer" | "thinking" | "boxed" | "json" | "invalid" | "cache" | "reply" | "error"> & Pick<Partial<RunRecord>, "seed" | "delayed_ms">;

/**
 * Asks once. Never rejects: a failure is part of what comes back, with what had arrived. `hopeless` holds corners whose
 * request can never succeed, and learns of new ones.
 */
export async function askOne(run: PlannedRun, { model, read, backOff }: AskTools & { backOff: BackOff }, signal: AbortSignal, hopeless: Map<number, ErrorFields>, onDelta: (delta: ModelDelta) => void = () => undefined): Promise<Asked> {
  const known = hopeless.get(run.corner);
  if (known !== undefined) return failedRun(known);
  const arrived: Record<ModelDelta["kind"], string> = { thinking: "", answer: "" };
  try {
    const { value: reply, delayedMs } = await backOff.run(() => model.ask(run.request, (delta) => {
      arrived[delta.kind] += delta.text;
      onDelta(delta);
    }, signal), signal, () => arrived.thinking === "" && arrived.answer === "");
    return { ...finishedRun(reply, read), ...(delayedMs > 0 ? { delayed_ms: delayedMs } : {}), ...(run.request.seed === undefined ? { seed: drawnSeed(reply) } : {}) };
  } catch (error) {
    const reason = asRetortError(error);
    if (signal.aborted && isCancelled(error)) return { ...failedRun(reason.fields()), ...arrived, status: "cancelled" };
    if (isHopeless(reason, run.row !== null)) hopeless.set(run.corner, reason.fields());
    return { ...failedRun(reason.fields()), ...arrived };
  }
}

export function finishedRun(reply: ModelReply, read: AnswerReader): Asked {
  return {
    status: "ok",
    answer: reply.answer,
    thinking: reply.thinking,
    ...read(reply.answer),
    cache: cacheState(reply),
    reply,
    error: null,
  };
}

export function failedRun(error: ErrorFields): Asked {
  return { status: "failed", answer: "", thinking: "", boxed: null, json: null, invalid: null, cache: null, reply: null, error };
}

/** The seed that the runtime drew where the request named none. */
function drawnSeed(reply: ModelReply): number | null {
  const seed = reply.provenance?.settings["seed"]?.value;
  return typeof seed === "number" ? seed : null;
}

/** No key, no right, no such model: nothing that another row would change. */
const REFUSALS = [401, 403, 404];

/** A request that was refused for what it says will be refused again; one that hit a busy or dying engine will not. */
function isHopeless(error: RetortError, hasRow: boolean): boolean {
  if (hasRow) return REFUSALS.includes(error.status);
  return error.status >= 400 && error.status < 500 && error.status !== 429 && error.code !== "cancelled";
}
