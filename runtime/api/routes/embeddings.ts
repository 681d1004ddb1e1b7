import type { FastifyInstance } from "fastify";

import { embeddings } from "../../inference/embeddings.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import { EmbeddingsSchema } from "../schemas.ts";

const check = bodyCheck(EmbeddingsSchema);

/** `POST /v1/embeddings`. */
export function embeddingRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post("/v1/embeddings", async (request, reply) => {
    const { user: _user, ...body } = check(request.body);
    return answer(context, request, reply, ({ signal }) => embeddings(context, body, signal));
  });
}
