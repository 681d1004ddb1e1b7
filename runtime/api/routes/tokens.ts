import type { FastifyInstance } from "fastify";

import { unknownToken } from "../../inference/model-errors.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import { DetokenizeSchema, TokenizeSchema } from "../schemas.ts";
import type { TokenizeResponse } from "../types.ts";

const checkTokenize = bodyCheck(TokenizeSchema);
const checkDetokenize = bodyCheck(DetokenizeSchema);

/** `POST /tokenize` and `POST /detokenize`, with the fields of llama-server. */
export function tokenRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine, models } = context;

  app.post("/tokenize", async (request, reply): Promise<TokenizeResponse> => {
    const body = checkTokenize(request.body);
    return answer(context, request, reply, ({ signal }) => models.use(models.find(body.model), body.precision, signal, async ({ engine: loaded }) => {
      const tokens = await engine.tokenize(loaded.handle, [{ text: body.content, special: body.parse_special ?? false }]);
      const begin = body.add_special === true && loaded.addBos && loaded.bosToken !== null ? [loaded.bosToken] : [];
      return { tokens: [...begin, ...tokens] };
    }));
  });

  app.post("/detokenize", async (request, reply): Promise<{ content: string }> => {
    const body = checkDetokenize(request.body);
    return answer(context, request, reply, ({ signal }) => models.use(models.find(body.model), body.precision, signal, async ({ engine: loaded }) => {
      checkIds(body.tokens, loaded.vocabSize);
      return { content: await engine.detokenize(loaded.handle, Uint32Array.from(body.tokens)) };
    }));
  });
}

/** The native side does not look at an id before it uses it as an index. */
function checkIds(tokens: readonly number[], vocabSize: number): void {
  const bad = tokens.find((token) => token >= vocabSize);
  if (bad !== undefined) throw unknownToken(bad, vocabSize);
}
