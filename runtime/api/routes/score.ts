import type { FastifyInstance } from "fastify";

import { score } from "../../inference/score.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { ScoreSchema } from "../schemas.ts";
import type { ScoreRequest, ScoreResponse } from "../types.ts";

const check = bodyCheck(ScoreSchema);

/** `POST /retort/score`: teacher-forced log-probabilities, and the distance of two precisions. */
export function scoreRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = {
    group: "Retort",
    summary: "How likely a model finds a text, token by token, and how far two precisions of it are apart.",
    body: { name: "ScoreRequest", schema: ScoreSchema },
    returns: "Log-probabilities and perplexity; with `against`, the distance.",
    example: { model: "default", text: "The capital of France is Paris." },
  };
  app.post("/retort/score", { config: { doc } }, async (request, reply): Promise<ScoreResponse> => {
    const body = check(request.body) as ScoreRequest;
    return answer(context, request, reply, ({ signal }) => score(context, body, signal));
  });
}
