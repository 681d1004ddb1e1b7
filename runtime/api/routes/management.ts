import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Caller } from "../../inference/generation-plan.ts";
import { loadedInfo, type ReadyModel } from "../../inference/loaded-model.ts";
import type { OnLoadProgress } from "../../inference/ports.ts";
import { nowMs } from "../../timing.ts";
import { answer, answerWithEvents } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { LoadSchema, PrecisionSchema, UnloadSchema } from "../schemas.ts";
import type { LoadedInfo, Removed, RuntimeStatus } from "../types.ts";
import { stateOf } from "./health.ts";

const checkLoad = bodyCheck(LoadSchema);
const checkPrecision = bodyCheck(PrecisionSchema);
const checkUnload = bodyCheck(UnloadSchema);

/** Progress more often than this is no use to anyone. */
const PROGRESS_MS = 100;

const about = (summary: string, returns: string, more: Partial<RouteDoc> = {}): { config: { doc: RouteDoc } } => ({ config: { doc: { group: "Retort", summary, returns, ...more } } });
const DOCS = {
  status: about("What the runtime does.", "State, models, requests and fallback."),
  devices: about("What could compute here.", "The devices, and which one is used and why."),
  memory: about("What the models take.", "Bytes by model, and of the process."),
  models: about("Every model that could be used here.", "The models with their precisions and what they need."),
  remove: about("Deletes files that Retort downloaded or made.", "What was deleted.", { body: { name: "RemoveRequest", schema: UnloadSchema } }),
  load: about("Makes a model ready; downloads it where that is allowed.", "The loaded model.", { body: { name: "LoadRequest", schema: LoadSchema }, streams: true, example: { model: "default" } }),
  precision: about("Chooses the weights that answer from now on.", "The loaded model.", { body: { name: "PrecisionRequest", schema: PrecisionSchema }, streams: true, example: { model: "default", precision: "int8" } }),
  unload: about("Puts a model out of memory when its requests have ended.", "Its id.", { body: { name: "UnloadRequest", schema: UnloadSchema }, example: { model: "default" } }),
};

/** Retort's own routes: status, devices, memory, models, load, unload, remove, precision. */
export function managementRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine, models } = context;

  app.get("/retort/status", { config: { ...DOCS.status.config, whileClosing: true } }, async () => status(context));
  app.get("/retort/devices", DOCS.devices, async () => engine.devices());
  app.get("/retort/memory", DOCS.memory, async () => engine.memory());

  app.get("/retort/models", DOCS.models, async () => models.offers());

  app.post("/retort/remove", DOCS.remove, async (request, reply): Promise<Removed> => {
    const { model, precision } = checkUnload(request.body);
    const { id, removed } = await answer(context, request, reply, () => models.remove(model, precision));
    return { model: id, removed: removed.map(({ precision: gone, quant, bytes }) => ({ precision: gone, quant, bytes })) };
  });

  app.post("/retort/load", DOCS.load, async (request, reply) => {
    const { model, precision, stream } = checkLoad(request.body);
    return becomeReady(context, request, reply, stream === true, ({ signal }, onProgress) => models.load(model, precision, signal, onProgress));
  });

  app.post("/retort/precision", DOCS.precision, async (request, reply) => {
    const { model, precision, stream } = checkPrecision(request.body);
    return becomeReady(context, request, reply, stream === true, ({ signal }, onProgress) => models.switchPrecision(model, precision, signal, onProgress));
  });

  app.post("/retort/unload", DOCS.unload, async (request, reply): Promise<{ unloaded: string }> => {
    const { model, precision } = checkUnload(request.body);
    await answer(context, request, reply, () => models.unload(model, precision));
    return { unloaded: models.find(model).id };
  });
}

/** Answers with the loaded model; with `stream`, progress events come before it. */
async function becomeReady(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  stream: boolean,
  work: (caller: Caller, onProgress: OnLoadProgress) => Promise<ReadyModel>,
): Promise<LoadedInfo | FastifyReply> {
  if (!stream) return answer(context, request, reply, async (caller) => loadedInfo(await work(caller, () => undefined)));
  return answerWithEvents(context, request, reply, async (writer, caller) => {
    let sentAt = -Infinity;
    let step = "";
    const model = await work(caller, (progress) => {
      const now = nowMs();
      if (progress.step === step && now - sentAt < PROGRESS_MS) return;
      [sentAt, step] = [now, progress.step];
      writer.send({ progress });
    });
    writer.send({ result: loadedInfo(model) });
  });
}

function status(context: ApiContext): RuntimeStatus {
  const { models, scopes, leases, engine } = context;
  const ready = models.ready();
  return {
    state: stateOf(context),
    version: context.version,
    pid: process.pid,
    uptime_s: (nowMs() - context.startedAt) / 1000,
    active: scopes.active,
    queued: ready.reduce((sum, { lane }) => sum + lane.queued, 0),
    leases: leases.count,
    loaded: ready.filter(({ base }) => base === undefined).map((model) => loadedInfo(model, models.adapted(model))),
    loading: models.loading(),
    active_precision: models.activePrecisions(),
    fallback: engine.fallback(),
    audit: context.audit?.log.status ?? { mode: "off", state: "off", written: 0, lost: 0, problem: null },
  };
}
