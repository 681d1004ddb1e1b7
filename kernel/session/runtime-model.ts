import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { ChatReply, ClientStamps } from "../../runtime/client/replies.ts";
import type { Usage } from "../../runtime/api/types.ts";
import { computeTimings, type GapSummary, type Timings, type Untold } from "../../runtime/timing.ts";
import { cutPromptNote } from "../experiment/cut-prompt.ts";
import type { Model, ModelDelta, ModelReply, ModelRequest } from "../experiment/model.ts";
import type { MessageTrace } from "../experiment/record/message-trace.ts";

/** A runtime, local or remote, as the model of an experiment. Requests wait behind interactive ones. */
export class RuntimeModel implements Model {
  readonly #client: Pick<RuntimeClient, "chat"> & Partial<Pick<RuntimeClient, "local">>;
  #lastTrace: MessageTrace | null = null;

  constructor(client: Pick<RuntimeClient, "chat"> & Partial<Pick<RuntimeClient, "local">>) {
    this.#client = client;
  }

  /** The messages of the reply that ended last; null before the first. Only one is kept: a long one has thousands. */
  get lastTrace(): MessageTrace | null {
    return this.#lastTrace;
  }

  async ask(request: ModelRequest, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<ModelReply> {
    const { model = "default", backend: _backend, ...fields } = request;
    const reply = await this.#client.chat({ model, ...fields, ...(this.#client.local === true ? { trace: true } : {}) }, { onDelta, signal, priority: "notebook" });
    const usage = reply.usage ?? NO_USAGE;
    const cut = this.#client.local === true ? null : cutPromptNote(request.messages, usage);
    this.#lastTrace = { id: reply.id ?? null, client: reply.client, runtime: reply.trace ?? null, tokens: reply.usage?.completion_tokens ?? null, reported: reply.timings };
    return {
      answer: reply.answer,
      thinking: reply.thinking,
      finish: reply.finish,
      usage,
      timings: reply.timings ?? clientTimings(reply, usage),
      ...(reply.timings === null ? { icl_ms: chunkGaps(reply.client), tokens_per_chunk: tokensPerChunk(reply) } : {}),
      provenance: reply.provenance,
      ...(cut === null ? {} : { warnings: [cut] }),
      ...(reply.toolCalls === undefined ? {} : { toolCalls: reply.toolCalls }),
    };
  }
}

/** How the chunks of a reply followed each other; they are no tokens. */
function chunkGaps({ sentAt, chunks, firstAnswer, endedAt }: ClientStamps): GapSummary | null {
  return computeTimings({ t0: sentAt, tq: null, tokens: chunks, firstAnswer, tEnd: endedAt, promptTokens: 0, cachedTokens: 0, reasoningTokens: 0 }).itl_ms;
}

/** How many tokens a message of this server holds on average; null where it does not count them. */
function tokensPerChunk({ usage, client }: ChatReply): number | null {
  return usage === null || usage.completion_tokens === 0 || client.chunks.length === 0 ? null : usage.completion_tokens / client.chunks.length;
}

const NO_USAGE: Usage = {
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};

/**
 * What can be said of a server that sends no timings: times to the first chunk and to the end, and nothing of prefill or
 * of the queue. Chunks are not tokens, so gaps between tokens are known only where the server says that each holds one.
 */
function clientTimings(reply: ChatReply, usage: Usage): Timings {
  const { sentAt, chunks, tokens: inChunks, firstAnswer, endedAt }: ClientStamps = reply.client;
  const untold: readonly Untold[] = reply.usage === null ? ["tokens", "cached", "reasoning"] : reply.untold ?? [];
  const measured = computeTimings({
    t0: sentAt,
    tq: null,
    tokens: chunks,
    firstAnswer,
    tEnd: endedAt,
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details.cached_tokens,
    reasoningTokens: 0,
  });
  const tokens = usage.completion_tokens;
  const reasoning = usage.completion_tokens_details.reasoning_tokens;
  const decodeMs = (chunks.at(-1) ?? 0) - (chunks[0] ?? 0);
  return {
    ...measured,
    itl_ms: inChunks?.every((count) => count === 1) === true ? measured.itl_ms : null,
    tpot_ms: tokens > 1 && decodeMs > 0 ? decodeMs / (tokens - 1) : null,
    decode_tok_s: tokens > 1 && decodeMs > 0 ? ((tokens - 1) * 1000) / decodeMs : null,
    user_tok_s: tokens > 0 && measured.e2e_ms > 0 ? (tokens * 1000) / measured.e2e_ms : null,
    think_share: tokens > 0 && !untold.includes("reasoning") ? reasoning / tokens : null,
    cache_share: untold.includes("cached") ? null : measured.cache_share,
    predicted_tokens: tokens,
    reasoning_tokens: reasoning,
    answer_tokens: tokens - reasoning,
    ...(untold.length === 0 ? {} : { untold }),
  };
}
