import type { FinishReason, Provenance, RequestTrace, Usage } from "../api/types.ts";
import type { Engine, GenerateResult, MemoryReport, TokenEvent } from "../engine/engine.ts";
import { cancelled } from "../errors.ts";
import type { ReasoningPiece } from "../models/reasoning.ts";
import type { Priority } from "../scheduler/request-queue.ts";
import { computeTimings, nowMs, type Timings } from "../timing.ts";
import type { Caller, GenerationTarget } from "./generation-plan.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";
import { preempted, tooLong } from "./model-errors.ts";
import { hashOf, NotedGeneration } from "./noted-generation.ts";
import { provenance } from "./provenance.ts";
import { grantSlot } from "./slot-grant.ts";
import { TokenCounter } from "./token-counter.ts";

/** Called for each batch of tokens with the text that became certain; `events` for log-probabilities and counts. */
export type OnPieces = (pieces: readonly ReasoningPiece[], events: readonly TokenEvent[], promptTokens: number) => void;

export interface Generated {
  finish: FinishReason;
  usage: Usage;
  timings: Timings;
  provenance: Provenance;
  trace: RequestTrace;
}

export interface GenerationServices {
  engine: Engine;
  models: LoadedModels;
}

/** Importance within a batch, as the engine counts it. */
const ENGINE_PRIORITY: Record<Priority, number> = { completion: 5, chat: 4, notebook: 2, background: 1 };

/** Runs one generation: finds the model, waits for a slot, streams, gives the slot back, and says what it took. */
export async function generate(services: GenerationServices, target: GenerationTarget, caller: Caller, onPieces: OnPieces): Promise<Generated> {
  const { engine, models } = services;
  const { model, plan, grant } = await grantSlot(models, target, caller);
  const grantedAt = nowMs();
  const counter = new TokenCounter(plan.reasoning);
  const noted = caller.notes === null ? null : new NotedGeneration(model, plan);
  let memory: Promise<MemoryReport | undefined> | undefined;
  let result: GenerateResult | undefined;
  const signal = AbortSignal.any([caller.signal, grant.preempted]);
  try {
    const room = model.engine.contextSize - plan.tokens.length;
    result = await engine.generate({
      handle: model.engine.handle,
      slot: grant.slot,
      tokens: plan.tokens,
      cachePrompt: plan.cachePrompt,
      maxTokens: Math.min(plan.maxTokens, room),
      sampling: plan.sampling,
      stop: plan.stop,
      priority: ENGINE_PRIORITY[caller.priority],
      ignoreEnd: plan.ignoreEnd,
      ...(plan.grammar === undefined ? {} : { grammar: plan.grammar }),
      ...(plan.grammarAfter === undefined ? {} : { grammarAfter: plan.grammarAfter }),
      ...(plan.topLogprobs === undefined ? {} : { topLogprobs: plan.topLogprobs }),
    }, (events) => {
      // Asked for while tokens come, so that nobody waits for it at the end.
      memory ??= quietly(engine.memory());
      grant.grew(events.length);
      const pieces = events.flatMap((event) => counter.push(event));
      noted?.push(pieces);
      onPieces(pieces, events, plan.tokens.length);
    }, signal);
  } finally {
    grant.release(result?.slotTokens);
    if (result === undefined || result.finish === "cancelled") {
      const how = result === undefined ? "failed" : "cancelled";
      caller.observer.broken(model.entry.id, how);
      if (noted !== null) caller.notes?.generated(noted.note(how, null, null));
    }
  }
  if (result.finish === "cancelled") throw caller.signal.aborted || !grant.preempted.aborted ? cancelled() : preempted();
  const tail = counter.end(result.tail);
  noted?.push(tail);
  if (tail.length > 0) onPieces(tail, [], plan.tokens.length);
  const used = usage(result, counter);
  const ended = nowMs();
  const timings = computeTimings({
    t0: caller.acceptedAt,
    tq: grantedAt,
    tokens: counter.stamps,
    firstAnswer: counter.firstAnswer,
    tEnd: ended,
    promptTokens: result.promptTokens,
    cachedTokens: result.cachedTokens,
    reasoningTokens: counter.reasoning,
  });
  caller.observer.generated(model.entry.id, result.finish, timings);
  if (noted !== null) caller.notes?.generated(noted.note(result.finish, used, timings));
  return {
    finish: result.finish,
    usage: used,
    timings,
    trace: { accepted: caller.acceptedAt, granted: grantedAt, tokens: counter.stamps, ended },
    provenance: provenance({
      model,
      settings: plan.settings,
      warnings: plan.warnings,
      promptHash: noted?.promptHash ?? hashOf(plan.promptText),
      fallback: engine.fallback(),
      engineVersion: model.engineVersion,
      memory: await memory,
      threads: result.threads,
      pausedMs: result.pausedMs,
    }),
  };
}

/** Refuses a prompt that leaves no room for a single token: nothing is ever cut silently. */
export function checkLength(model: ReadyModel, tokens: Uint32Array): void {
  if (tokens.length >= model.engine.contextSize) throw tooLong(tokens.length, model.engine.contextSize);
}

function usage(result: GenerateResult, counter: TokenCounter): Usage {
  const completion = counter.stamps.length;
  return {
    prompt_tokens: result.promptTokens,
    completion_tokens: completion,
    total_tokens: result.promptTokens + completion,
    prompt_tokens_details: { cached_tokens: result.cachedTokens },
    completion_tokens_details: { reasoning_tokens: counter.reasoning },
  };
}

/** A figure that is missing must not fail the request it belongs to. */
function quietly(report: Promise<MemoryReport>): Promise<MemoryReport | undefined> {
  return report.catch(() => undefined);
}
