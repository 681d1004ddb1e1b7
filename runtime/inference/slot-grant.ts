import { cancelled } from "../errors.ts";
import { LaneMoved, type SlotGrant } from "../scheduler/lane.ts";
import type { Caller, GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import type { ReadyModel } from "./loaded-model.ts";
import type { LoadedModels } from "./loaded-models.ts";

export interface Granted {
  model: ReadyModel;
  plan: GenerationPlan;
  grant: SlotGrant;
}

/**
 * Waits until the model is in memory and one of its slots is free. When its precision is switched meanwhile, the
 * request looks for the model again: a live switch drops nobody.
 */
export async function grantSlot(models: LoadedModels, target: GenerationTarget, caller: Caller): Promise<Granted> {
  const adapters = await models.adapters(target.entry, target.lora);
  for (;;) {
    if (caller.signal.aborted) throw cancelled();
    if (!caller.waitForLoad) await models.requireReady(target.entry, target.precision, adapters);
    try {
      return await models.use(target.entry, target.precision, caller.signal, (model) => grantOn(model, target, caller), adapters);
    } catch (error) {
      if (!(error instanceof LaneMoved)) throw error;
    }
  }
}

/** A request has its place before its prompt is rendered and tokenised: the engine may be too busy to refuse it soon after. */
async function grantOn(model: ReadyModel, target: GenerationTarget, caller: Caller): Promise<Granted> {
  if (caller.keepAliveMs !== undefined) (model.base ?? model).keepAliveMs = caller.keepAliveMs;
  const placed = model.lane.reserve(caller.isAccepted);
  try {
    const plan = await target.plan(model);
    const grant = await model.lane.acquire({
      priority: caller.priority,
      client: caller.client,
      tokens: plan.tokens,
      signal: caller.signal,
      movable: target.precision === undefined,
      isAccepted: caller.isAccepted ?? false,
    });
    caller.granted?.();
    return { model, plan, grant };
  } finally {
    placed();
  }
}
