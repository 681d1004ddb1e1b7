import type { FastifyInstance } from "fastify";

import { chatPrompt } from "../../inference/chat-prompt.ts";
import { cannot, unknownToken } from "../../inference/model-errors.ts";
import { DEFAULT_MODEL } from "../../inference/model-names.ts";
import { answer } from "../answer.ts";
import { bodyCheck } from "../body-check.ts";
import type { ApiContext } from "../context.ts";
import type { RouteDoc } from "../docs/route-doc.ts";
import { chatMessage } from "../messages.ts";
import { ContentSchema, PromptSchema, TokensSchema } from "../reply-schemas.ts";
import { ApplyTemplateSchema, DetokenizeSchema, TokenizeSchema } from "../schemas.ts";
import type { ChatTool, TokenizeResponse } from "../types.ts";

const checkTokenize = bodyCheck(TokenizeSchema);
const checkDetokenize = bodyCheck(DetokenizeSchema);
const checkTemplate = bodyCheck(ApplyTemplateSchema);

const TOKENIZE: RouteDoc = {
  group: "llama-server",
  summary: "A text as token ids.",
  body: { name: "TokenizeRequest", schema: TokenizeSchema },
  returns: "The ids.",
  reply: { name: "Tokens", schema: TokensSchema },
  example: { content: "Hello there" },
};
const DETOKENIZE: RouteDoc = {
  group: "llama-server",
  summary: "Token ids as text.",
  body: { name: "DetokenizeRequest", schema: DetokenizeSchema },
  returns: "The text.",
  reply: { name: "Content", schema: ContentSchema },
  example: { tokens: [1, 2, 3] },
};
const APPLY_TEMPLATE: RouteDoc = {
  group: "llama-server",
  summary: "A conversation in the model's own form, without a reply to it.",
  body: { name: "ApplyTemplateRequest", schema: ApplyTemplateSchema },
  returns: "The prompt that /v1/chat/completions would give the model.",
  reply: { name: "Prompt", schema: PromptSchema },
  example: { messages: [{ role: "user", content: "Hello" }] },
};

/** `POST /tokenize`, `/detokenize` and `/apply-template`, with the fields of llama-server. */
export function tokenRoutes(app: FastifyInstance, context: ApiContext): void {
  const { engine, models, renderer } = context;

  app.post("/tokenize", { config: { doc: TOKENIZE } }, async (request, reply): Promise<TokenizeResponse> => {
    const body = checkTokenize(request.body);
    return answer(context, request, reply, ({ signal }) => models.use(models.find(body.model ?? DEFAULT_MODEL), body.precision, signal, async ({ engine: loaded }) => {
      const tokens = await engine.tokenize(loaded.handle, [{ text: body.content, special: body.parse_special ?? false }]);
      const begin = body.add_special === true && loaded.addBos && loaded.bosToken !== null ? [loaded.bosToken] : [];
      return { tokens: [...begin, ...tokens] };
    }));
  });

  app.post("/detokenize", { config: { doc: DETOKENIZE } }, async (request, reply): Promise<{ content: string }> => {
    const body = checkDetokenize(request.body);
    return answer(context, request, reply, ({ signal }) => models.use(models.find(body.model ?? DEFAULT_MODEL), body.precision, signal, async ({ engine: loaded }) => {
      checkIds(body.tokens, loaded.vocabSize);
      return { content: await engine.detokenize(loaded.handle, Uint32Array.from(body.tokens)) };
    }));
  });

  app.post("/apply-template", { config: { doc: APPLY_TEMPLATE } }, async (request, reply): Promise<{ prompt: string }> => {
    const { model = DEFAULT_MODEL, messages, tools, precision, continue_final_message: goesOn = false } = checkTemplate(request.body);
    const chat = { messages: messages.map(chatMessage), tools: (tools ?? []) as ChatTool[], continue_final_message: goesOn };
    return answer(context, request, reply, async ({ signal }) => {
      const entry = await models.described(model);
      if (!entry.capabilities.includes("chat")) throw cannot(entry, "chat", models.entries());
      return models.use(entry, precision, signal, async (loaded) => ({ prompt: (await chatPrompt(renderer, entry, loaded, chat)).rendered.text }));
    });
  });
}

/** The native side does not look at an id before it uses it as an index. */
function checkIds(tokens: readonly number[], vocabSize: number): void {
  const bad = tokens.find((token) => token >= vocabSize);
  if (bad !== undefined) throw unknownToken(bad, vocabSize);
}
