import type { FastifyInstance } from "fastify";

import { filesId, type ModelEntry, type StoredFile } from "../../models/model.ts";
import { unknownModel } from "../../inference/model-errors.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { ModelSchema, ModelsSchema } from "../reply-schemas.ts";
import type { ModelCard } from "../types.ts";

/** `GET /v1/models` and `GET /v1/models/{id}`: the models that can be used without a download, aliases among them. */
export function modelRoutes(app: FastifyInstance, context: ApiContext): void {
  const list: RouteDoc = { group: "OpenAI", summary: "Models that can be used without a download, aliases first.", returns: "The models.", reply: { name: "Models", schema: ModelsSchema } };
  const one: RouteDoc = { group: "OpenAI", summary: "One of these models.", returns: "The model.", reply: { name: "Model", schema: ModelSchema } };
  app.get("/v1/models", { config: { doc: list } }, async () => ({ object: "list", data: await cards(context) }));
  app.get<{ Params: { id: string } }>("/v1/models/:id", { config: { doc: one } }, async ({ params }) => {
    const all = await cards(context);
    const card = all.find(({ id }) => id === params.id);
    if (card === undefined) throw unknownModel(params.id, all.map(({ id }) => id));
    return card;
  });
}

async function cards(context: ApiContext): Promise<ModelCard[]> {
  const installed = await context.files.installed();
  const isHere = (entry: ModelEntry): boolean => installed.some(({ modelId }) => modelId === filesId(entry));
  const entries = context.files.entries().filter(isHere);
  const own = entries.map((entry) => card(context, entry.id, entry, installed));
  const aliases = await Promise.all(Object.entries(context.models.aliases).map(async ([alias, target]) => {
    const entry = await context.files.described(target);
    return entry !== undefined && isHere(entry) ? [card(context, alias, entry, installed)] : [];
  }));
  const adapters = await Promise.all(context.models.adapterBook.names().map((name) => context.models.described(name)));
  return [...aliases.flat(), ...adapters.filter(isHere).map((entry) => card(context, entry.id, entry, installed)), ...own];
}

function card(context: ApiContext, id: string, entry: ModelEntry, installed: readonly StoredFile[]): ModelCard {
  return {
    id,
    object: "model",
    created: 0,
    owned_by: "retort",
    ...(entry.base === undefined ? {} : { parent: entry.base }),
    retort: {
      capabilities: entry.capabilities,
      context: entry.context,
      precisions: precisions(context, entry, installed),
      active_precision: context.models.activePrecisions()[filesId(entry)] ?? null,
    },
  };
}

type PrecisionInfo = ModelCard["retort"]["precisions"][number];

/** The files that are here, then those that could be had. */
function precisions(context: ApiContext, entry: ModelEntry, installed: readonly StoredFile[]): PrecisionInfo[] {
  const loaded = context.models.ready();
  const here = installed.filter(({ modelId }) => modelId === filesId(entry)).map(({ precision, quant, bytes }) => ({
    precision,
    quant,
    bytes,
    loaded: loaded.some((model) => model.entry.id === filesId(entry) && model.file.precision === precision),
    installed: true,
  }));
  const elsewhere = entry.sources.filter(({ precision }) => !here.some((file) => file.precision === precision))
    .map(({ precision, quant, bytes }) => ({ precision, quant, bytes: bytes ?? 0, loaded: false, installed: false }));
  return [...here, ...elsewhere];
}
