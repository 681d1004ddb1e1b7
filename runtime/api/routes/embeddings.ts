import type { FastifyInstance } from "fastify";

import { embeddings } from "../../inference/embeddings.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { EmbeddingsReplySchema } from "../reply-schemas.ts";
import { EmbeddingsSchema } from "../schemas.ts";

const check = bodyCheck(EmbeddingsSchema);

/** `POST /v1/embeddings`. */
export function embeddingRoutes(app: FastifyInstance, context: ApiContext): void {
  const doc: RouteDoc = {
    group: "OpenAI",
    summary: "One vector for each text.",
    body: { name: "EmbeddingsRequest", schema: EmbeddingsSchema },
    returns: "The vectors in the order of the texts.",
    reply: { name: "EmbeddingsReply", schema: EmbeddingsReplySchema },
    example: { model: "default", input: ["A text.", "Another one."], last_state: true },
  };
  app.post("/v1/embeddings", { config: { doc } }, async (request, reply) => {
    const { user: _user, keep_alive: _keepAlive, ...body } = check(request.body);
    return answer(context, request, reply, ({ signal, keepAliveMs }) => embeddings(context, body, signal, keepAliveMs));
  });
}
