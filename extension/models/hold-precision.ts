import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { mainModel } from "./main-model.ts";
import { makeReady } from "./make-ready.ts";
import type { ModelsParts } from "./parts.ts";

/**
 * Switches the main model to the precision that the setting names, in a runtime that runs already; one that starts later
 * begins with it. Nothing for `auto`, where no runtime is connected, or where it answers in that precision. Errors:
 * those of `makeReady`.
 */
export async function holdPrecision(parts: ModelsParts): Promise<void> {
  const wanted = parts.settings.get("retort.precision");
  const client = await parts.runtime.current();
  if (wanted === "auto" || client === null || !client.local) return;
  const model = await toSwitch(client, parts.settings.get("retort.model"), wanted);
  if (model === null) return;
  parts.log.info(`${model}: ${wanted}, as retort.precision has it.`);
  await makeReady(parts, client, model, wanted);
}

async function toSwitch(client: RuntimeClient, wantedModel: string, wanted: Precision): Promise<string | null> {
  const status = await client.statusIfRunning();
  if (status === null) return null;
  const main = mainModel(await client.models(), status, wantedModel);
  return main === null || main.precision === wanted ? null : main.id;
}
