import type { CompletionRequest, InfillRequest } from "../../runtime/api/types.ts";
import type { TextReply } from "../../runtime/client/replies.ts";
import type { RuntimeClient, TextCallOptions } from "../../runtime/client/runtime-client.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { CompletionEngine, FillEnd, FillMode, FillPiece, FillRequest } from "./completion-engine.ts";
import { fillMode, type KnownModel } from "./fill-mode.ts";

/** Finds or starts the runtime: the window's `RuntimeConnection`. */
export interface RuntimeSource {
  client(signal?: AbortSignal): Promise<RuntimeClient>;
}

/** What the user chose. Read anew with every request. */
export interface EngineChoice {
  /** A model's id; empty for automatic. */
  model(): string;
  /** Undefined: whichever is active. */
  precision(): Precision | undefined;
}

/** Models come and go, but not within the time of a few keys. Somebody who is told to pull one does not wait long. */
const MODE_VALID_MS = 60_000;
const REFUSAL_VALID_MS = 3_000;

/** The local runtime as the engine of completion. */
export class RuntimeEngine implements CompletionEngine {
  readonly #source: RuntimeSource;
  readonly #choice: EngineChoice;
  readonly #now: () => number;
  #known: { client: RuntimeClient; wanted: string; mode: FillMode; until: number } | null = null;

  constructor(source: RuntimeSource, choice: EngineChoice, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#choice = choice;
    this.#now = now;
  }

  async mode(): Promise<FillMode> {
    return this.#mode(await this.#source.client());
  }

  async fill(request: FillRequest, onPiece: (piece: FillPiece) => void, signal: AbortSignal): Promise<FillEnd> {
    return endOf(await this.#send(request, { onPiece, signal, priority: "completion" }));
  }

  async warm(request: FillRequest, signal: AbortSignal): Promise<void> {
    try {
      await this.#send({ ...request, typed: "", maxTokens: 0 }, { signal, priority: "background" });
    } catch (error) {
      // A completion came: what was evaluated until then is of use to it.
      if (!isCode(error, "preempted")) throw error;
    }
  }

  /** Characters are only an estimate of tokens. A prompt that is too long for the context is sent again with less in it. */
  async #send(request: FillRequest, options: TextCallOptions): Promise<TextReply> {
    const client = await this.#source.client(options.signal);
    const mode = await this.#mode(client, options.signal);
    if (mode.kind === "refused") throw refusal(mode);
    const send = (one: FillRequest): Promise<TextReply> =>
      mode.kind === "fim" ? client.infill(this.#infill(mode.model, one), options) : client.completion(this.#continuation(mode.model, one), options);
    for (let one = request; ;) {
      try {
        return await send(one);
      } catch (error) {
        // Perhaps the model is gone: look again next time.
        if (isCode(error, "model_not_found") || isCode(error, "model_not_installed")) this.#known = null;
        const less = isCode(error, "context_length_exceeded") ? withLess(one) : null;
        if (less === null) throw error;
        one = less;
      }
    }
  }

  async #mode(client: RuntimeClient, signal?: AbortSignal): Promise<FillMode> {
    const wanted = this.#choice.model();
    const known = this.#known;
    if (known?.client === client && known.wanted === wanted && this.#now() < known.until) return known.mode;
    const mode = fillMode(await knownModels(client, signal), wanted);
    this.#known = { client, wanted, mode, until: this.#now() + (mode.kind === "refused" ? REFUSAL_VALID_MS : MODE_VALID_MS) };
    return mode;
  }

  #infill(model: string, request: FillRequest): InfillRequest {
    return { model, input_prefix: request.prefix, input_suffix: request.suffix, prompt: request.typed, input_extra: [...request.chunks], ...this.#sampling(request) };
  }

  /** What follows the cursor cannot be told to such a model. Control tokens that a source file mentions stay text. */
  #continuation(model: string, request: FillRequest): CompletionRequest {
    const before = request.chunks.map(({ filename, text }) => `${filename}\n${text}\n\n`).join("");
    return { model, prompt: `${before}${request.prefix}${request.typed}`, parse_special: false, ...this.#sampling(request) };
  }

  #sampling({ maxTokens, stop, temperature, seed }: FillRequest): Pick<InfillRequest, "max_tokens" | "stop" | "temperature" | "seed" | "precision" | "logprobs"> {
    const precision = this.#choice.precision();
    return {
      max_tokens: maxTokens, stop: [...stop], temperature, logprobs: 0,
      ...(seed === undefined ? {} : { seed }),
      ...(precision === undefined ? {} : { precision }),
    };
  }
}

/** Ours tells also what could be downloaded, so that a refusal can name something better. */
async function knownModels(client: RuntimeClient, signal?: AbortSignal): Promise<KnownModel[]> {
  if (!client.local) return (await client.models(signal)).map(({ id, retort }) => ({ id, capabilities: retort?.capabilities ?? null, installed: true }));
  const { models } = await client.offers(signal);
  return models.map(({ id, capabilities, precisions }) => ({ id, capabilities, installed: precisions.some(({ state }) => state !== "download") }));
}

/** First the other files go, then the older half of this one; null when that does not help either. */
function withLess(request: FillRequest): FillRequest | null {
  if (request.chunks.length > 0) return { ...request, chunks: [] };
  const middle = request.prefix.indexOf("\n", request.prefix.length >> 1) + 1;
  return middle > 0 && middle < request.prefix.length ? { ...request, prefix: request.prefix.slice(middle) } : null;
}

function endOf({ finish, usage, timings }: TextReply): FillEnd {
  return {
    finish,
    promptTokens: usage?.prompt_tokens ?? 0,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
    queueMs: timings?.queue_ms ?? null,
    ttftMs: timings?.ttft_ms ?? null,
    decodeTokS: timings?.decode_tok_s ?? null,
  };
}

function refusal({ model, reason, instead }: FillMode & { kind: "refused" }): RetortError {
  return new RetortError({
    code: "model_lacks_capability",
    message: `${model === "" ? "Code completion has no model" : `${model} cannot complete code`}: ${reason}.`,
    hint: instead === null ? "Choose another model." : `Use ${instead}; \`retort pull ${instead}\` installs it.`,
    status: 400,
    param: "model",
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof RetortError && error.code === code;
}

