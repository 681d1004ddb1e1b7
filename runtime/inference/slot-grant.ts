import { cancelled } from "../errors.ts";
import { LaneMoved, type SlotGrant } from "../scheduler/lane.ts";
import type { Caller, GenerationPlan, GenerationTarget } from "./generation-plan.ts";
import type { ReadyModel } from "./loaded-model.ts";
import { isNotLoaded, type LoadedModels } from "./loaded-models.ts";

export interface Granted {
  model: ReadyModel;
  plan: GenerationPlan;
  grant: SlotGrant;
}

/**
 * Waits until the model is in memory and one of its slots is free. When the model is switched or put out of memory
 * meanwhile, the request looks for it again: a live switch drops nobody.
 */
export async function grantSlot(models: LoadedModels, target: GenerationTarget, caller: Caller): Promise<Granted> {
  for (;;) {
    if (caller.signal.aborted) throw cancelled();
    if (!caller.waitForLoad) await models.requireReady(target.entry, target.precision);
    const model = await models.get(target.entry, target.precision, caller.signal);
    try {
      const plan = await target.plan(model);
      const grant = await model.lane.acquire({
        priority: caller.priority,
        tokens: plan.tokens,
        signal: caller.signal,
        movable: target.precision === undefined,
      });
      return { model, plan, grant };
    } catch (error) {
      const gone = isNotLoaded(error) && !models.ready().includes(model);
      if (!(error instanceof LaneMoved) && !gone) throw error;
    }
  }
}
