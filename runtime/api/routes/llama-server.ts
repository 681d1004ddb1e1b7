import { basename } from "node:path";

import type { FastifyInstance, FastifyRequest } from "fastify";

import type { ReadyModel } from "../../inference/loaded-model.ts";
import { DEFAULT_MODEL } from "../../inference/model-names.ts";
import { RetortError } from "../../errors.ts";
import { filesId, type ModelEntry } from "../../models/model.ts";
import { chatProfile, resolveSampling } from "../../models/profile.ts";
import { nowMs } from "../../timing.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import type { ModelLoad } from "../metrics/runtime-metrics.ts";
import { METRICS_TYPE } from "../metrics/series.ts";
import { LoraAdaptersSchema, PropsSchema, SlotsSchema } from "../reply-schemas.ts";
import type { PropsResponse, SlotInfo } from "../types.ts";

const OF_MODEL = { model: "Id or alias of a model; left out: the default one." };
const PROPS: RouteDoc = {
  group: "llama-server",
  summary: "A model and how it is served.",
  query: OF_MODEL,
  returns: "Context, slots, template and settings. `is_sleeping`: the model is not in memory now, so that some of it is not known.",
  reply: { name: "Props", schema: PropsSchema },
};
const SLOTS: RouteDoc = {
  group: "llama-server",
  summary: "The slots of the models in memory.",
  query: { model: "Only the slots of this model.", fail_on_no_slot: "With 1: 503 where no slot is free." },
  returns: "One entry for each slot. What it works on is not told.",
  reply: { name: "Slots", schema: SlotsSchema },
};
const ADAPTERS: RouteDoc = {
  group: "llama-server",
  summary: "The adapters that requests may name in `lora`.",
  returns: "Number, name and file of each. `scale` is what a request gets that names none: 0.",
  reply: { name: "LoraAdapters", schema: LoraAdaptersSchema },
};
const METRICS: RouteDoc = {
  group: "llama-server",
  summary: "Counts for Prometheus, under the names of llama-server and vLLM.",
  returns: "Prometheus' text format.",
  type: "text/plain",
};

const RETRY_AFTER_S = 2;

/** `GET /props`, `/lora-adapters`, `/slots` and `/metrics`. None of them loads a model. */
export function llamaServerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { models, metrics } = context;

  app.get("/props", { config: { doc: PROPS } }, async (request): Promise<PropsResponse> => {
    const entry = await models.described(query(request, "model") ?? DEFAULT_MODEL);
    return props(context, entry, models.ready().findLast((model) => model.entry.id === filesId(entry) && model.base === undefined));
  });

  app.get("/lora-adapters", { config: { doc: ADAPTERS } }, async () => models.adapterBook.list());

  app.get("/slots", { config: { doc: SLOTS } }, async (request): Promise<SlotInfo[]> => {
    const name = query(request, "model");
    const id = name === undefined ? undefined : filesId(models.find(name));
    const slots = models.ready().filter(({ entry }) => id === undefined || entry.id === id).flatMap(slotsOf);
    if (query(request, "fail_on_no_slot") === "1" && !slots.some(({ is_processing: busy }) => !busy)) throw noSlot();
    return slots;
  });

  app.get("/metrics", { config: { doc: METRICS } }, async (_request, reply) => {
    const uptime = (nowMs() - context.startedAt) / 1000;
    return reply.type(METRICS_TYPE).send(metrics.text({ models: models.ready().map(loadOf), uptime, rss: process.memoryUsage.rss() }));
  });
}

function props({ models, version }: ApiContext, entry: ModelEntry, ready: ReadyModel | undefined): PropsResponse {
  const { contextSize, slots } = models.settings;
  const generates = !entry.capabilities.includes("embeddings");
  const profile = chatProfile(generates ? entry.profile : "plain-chat");
  const { sampling, maxTokens } = resolveSampling(profile, profile.defaultTask, {});
  return {
    default_generation_settings: {
      n_ctx: ready?.engine.contextSize ?? Math.min(contextSize, entry.context),
      params: { temperature: sampling.temperature, top_k: sampling.topK, top_p: sampling.topP, min_p: sampling.minP, n_predict: maxTokens },
    },
    total_slots: ready?.engine.sequences ?? slots,
    model_alias: entry.id,
    // Where the file lies is nobody's business.
    model_path: ready === undefined ? null : basename(ready.file.path),
    chat_template: ready?.facts.chatTemplate ?? null,
    bos_token: ready?.facts.bosText ?? null,
    eos_token: ready?.facts.eosText ?? null,
    modalities: { vision: false, audio: false },
    is_sleeping: ready === undefined,
    build_info: `retort ${version}`,
  };
}

function slotsOf({ entry, engine, lane }: ReadyModel): SlotInfo[] {
  return lane.slots().map(({ slot, priority, tokens }) => ({
    id: slot,
    model: entry.id,
    n_ctx: engine.contextSize,
    speculative: false,
    is_processing: priority !== null,
    priority,
    n_past: tokens,
  }));
}

/** Two precisions of a model count apart, so the handle names it. */
function loadOf({ engine, lane }: ReadyModel): ModelLoad {
  return {
    model: engine.handle,
    running: lane.active,
    waiting: lane.queued,
    tokens: lane.slots().reduce((sum, { tokens }) => sum + tokens, 0),
    capacity: engine.contextSize * engine.sequences,
  };
}

function query({ query: given }: FastifyRequest, name: string): string | undefined {
  const value = (given as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function noSlot(): RetortError {
  return new RetortError({ code: "no_slot", message: "No slot is free.", hint: "Wait for a request to end; others queue.", status: 503, retryAfter: RETRY_AFTER_S });
}
