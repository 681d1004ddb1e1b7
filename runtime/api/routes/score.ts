import type { FastifyInstance } from "fastify";

import { score } from "../../inference/score.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import { ScoreSchema } from "../schemas.ts";
import type { ScoreRequest, ScoreResponse } from "../types.ts";

const check = bodyCheck(ScoreSchema);

/** `POST /retort/score`: teacher-forced log-probabilities, and the distance of two precisions. */
export function scoreRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post("/retort/score", async (request, reply): Promise<ScoreResponse> => {
    const body = check(request.body) as ScoreRequest;
    return answer(context, request, reply, ({ signal }) => score(context, body, signal));
  });
}
