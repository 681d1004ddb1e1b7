import type { ModelOffer } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { Translate } from "../host/translate.ts";
import type { Trial } from "./trial-run.ts";
import { formatBytes, formatRate, precisionName } from "./units.ts";

/** Where the toggle leads from `active`: the other one of FP16 and INT8; undefined when the model cannot have it. */
export function otherPrecision(model: Pick<ModelOffer, "precisions">, active: Precision | null): Precision | undefined {
  const wanted: Precision[] = active === "int8" ? ["fp16"] : active === "fp16" ? ["int8"] : ["int8", "fp16"];
  return wanted.find((precision) => model.precisions.some((offer) => offer.precision === precision));
}

/** One line, short enough for a notification: what the switch changed. `before` null when nothing was loaded. */
export function toggleText(name: string, before: Trial | null, after: Trial, t: Translate): string {
  if (before === null) return t("{0} answers in {1} now: {2} of memory, {3}.", name, precisionName(after.precision), formatBytes(after.memory), formatRate(after.decodeTokS));
  return t(
    "{0} → {1}: memory {2} → {3}, {4} → {5}.",
    precisionName(before.precision), precisionName(after.precision), formatBytes(before.memory), formatBytes(after.memory), formatRate(before.decodeTokS), formatRate(after.decodeTokS),
  );
}
