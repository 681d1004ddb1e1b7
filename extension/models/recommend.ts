import type { ModelOffer, ModelOffers, PrecisionOffer } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";

export interface Recommendation {
  model: ModelOffer;
  offer: PrecisionOffer;
}

/** Below this a person waits for each word. */
const COMFORTABLE_TOK_S = 8;
/** The trial's own model: everything is held against it. */
export const TRIAL_MODEL = "smollm2-135m";
const MODEL_FOR_TRIAL_ONLY = [TRIAL_MODEL];

/**
 * The model for a job that fits into memory now and is expected to be fast enough: decoding reads all weights once for
 * each token, so the trial's rate scales with the ratio of the files. Null where none fits.
 */
export function recommend(offers: ModelOffers, capability: string, onGpu: boolean, trial: { bytes: number; tokS: number } | null): Recommendation | null {
  const able = offers.models.filter(({ id, capabilities }) => capabilities.includes(capability) && !MODEL_FOR_TRIAL_ONLY.includes(id));
  const candidates = able.flatMap((model) => {
    const offer = preferred(model, onGpu);
    return offer === undefined ? [] : [{ model, offer }];
  });
  const quick = candidates.find(({ offer }) => expectedRate(offer, trial) >= COMFORTABLE_TOK_S);
  return quick ?? candidates.sort((a, b) => (a.offer.need_bytes ?? 0) - (b.offer.need_bytes ?? 0))[0] ?? null;
}

/** Tokens per second that a file can be expected to decode with; infinite while nothing was measured. */
export function expectedRate({ bytes }: PrecisionOffer, trial: { bytes: number; tokS: number } | null): number {
  return trial === null || bytes === null ? Infinity : (trial.tokS * trial.bytes) / bytes;
}

/** INT8 where a CPU computes, FP16 first on a GPU; 4 bits only where nothing else fits. */
function preferred(model: ModelOffer, onGpu: boolean): PrecisionOffer | undefined {
  const order: Precision[] = onGpu ? ["fp16", "int8", "q4"] : ["int8", "q4"];
  return order.map((precision) => model.precisions.find((offer) => offer.precision === precision && offer.fit === "fits")).find((offer) => offer !== undefined);
}
