import { createParser } from "eventsource-parser";

import type { ChatChunk, ChatRequest, LoadedInfo, LoadProgress, ModelCard, ModelOffers, RuntimeStatus } from "../api/types.ts";
import { ChatReader } from "../client/chat-reader.ts";
import { eventError, responseError } from "../client/client-errors.ts";
import type { ChatReply, ReplyDelta } from "../client/replies.ts";
import type { MemoryReport } from "../engine/engine.ts";
import { cancelled, isCancelled, RetortError } from "../errors.ts";
import type { Precision } from "../models/model.ts";

export interface RuntimeApiOptions {
  /** Address of the page, with a slash at its end. */
  base: string;
  /** The key that each request carries; null: none. */
  key: () => string | null;
  /** Monotonic ms. */
  now: () => number;
}

export interface ChatListener {
  delta(delta: ReplyDelta): void;
  /** The tokens so far, as the server counts them. */
  tokens(count: number): void;
}

/** What is known about models and the machine, all at one time. */
export interface Overview {
  offers: ModelOffers;
  cards: ModelCard[];
  status: RuntimeStatus;
}

/** The page's way to its runtime. Every method rejects with a RetortError; `cancelled` after an abort, `offline` where nobody answers. */
export class RuntimeApi {
  readonly #options: RuntimeApiOptions;

  constructor(options: RuntimeApiOptions) {
    this.#options = options;
  }

  async overview(): Promise<Overview> {
    const [offers, cards, status] = await Promise.all([this.#get<ModelOffers>("retort/models"), this.#get<{ data: ModelCard[] }>("v1/models"), this.#get<RuntimeStatus>("retort/status")]);
    return { offers, cards: cards.data, status };
  }

  status(): Promise<RuntimeStatus> {
    return this.#get("retort/status");
  }

  memory(): Promise<MemoryReport> {
    return this.#get("retort/memory");
  }

  /** Makes a model ready; with `precision`, that answers from now on whoever names none. */
  async load(model: string, precision: Precision | null, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<LoadedInfo> {
    const path = precision === null ? "retort/load" : "retort/precision";
    let result: LoadedInfo | undefined;
    await this.#events<{ progress?: LoadProgress; result?: LoadedInfo }>(path, { model, stream: true, ...(precision === null ? {} : { precision }) }, signal, (event) => {
      if (event.progress !== undefined) onProgress(event.progress);
      result = event.result ?? result;
    });
    if (result === undefined) throw new RetortError({ code: "stream_cut", message: "The runtime never said that the model is ready.", hint: "Try again." });
    return result;
  }

  async chat(request: ChatRequest, listener: ChatListener, signal: AbortSignal): Promise<ChatReply> {
    const { now, base } = this.#options;
    const reader = new ChatReader(request.model, false, (delta) => listener.delta(delta));
    const sentAt = now();
    const sawDone = await this.#events<ChatChunk>("v1/chat/completions", request, signal, (chunk) => {
      const tokens = chunk.usage?.completion_tokens;
      if (tokens !== undefined) listener.tokens(tokens);
      reader.push(chunk, now());
    });
    return reader.finish(base, sentAt, now(), sawDone);
  }

  async #get<T>(path: string): Promise<T> {
    const response = await this.#fetch(path, {});
    return await response.json() as T;
  }

  /** Posts and reads server-sent events to their end. True when `[DONE]` came. */
  async #events<T>(path: string, body: unknown, signal: AbortSignal, onEvent: (event: T) => void): Promise<boolean> {
    let done = false;
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data === "[DONE]") done = true;
        if (done) return;
        const event = JSON.parse(data) as T;
        const error = eventError(event);
        if (error !== null) throw error;
        onEvent(event);
      },
    });
    const response = await this.#fetch(path, { method: "POST", body: JSON.stringify(body), signal });
    try {
      const decoder = new TextDecoder();
      for (const reader = (response.body as ReadableStream<Uint8Array>).getReader(); ;) {
        const { value, done: ended } = await reader.read();
        if (ended) return done;
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      throw shownError(error, signal);
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const { base, key } = this.#options;
    const token = key();
    const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(init.body === undefined ? {} : { "content-type": "application/json" }) };
    let response: Response;
    try {
      response = await fetch(new URL(path, base), { ...init, headers, credentials: "omit" });
    } catch (error) {
      throw shownError(error, init.signal ?? null);
    }
    if (response.ok) return response;
    const retryAfter = response.headers.get("retry-after");
    throw responseError(base, { statusCode: response.status, headers: retryAfter === null ? {} : { "retry-after": retryAfter } }, await response.text());
  }
}

function shownError(error: unknown, signal: AbortSignal | null): RetortError {
  if (signal?.aborted === true || isCancelled(error)) return cancelled();
  if (error instanceof RetortError) return error;
  return new RetortError({ code: "offline", message: "The runtime does not answer.", hint: "Start `retort serve` again, then open the link that it prints.", status: 503 }, { cause: error });
}
