import type {
  ChatChunk,
  ChatRequest,
  CompletionRequest,
  CompletionResponse,
  EmbeddingsRequest,
  EmbeddingsResponse,
  Health,
  InfillRequest,
  InfillResponse,
  Lease,
  LoadedInfo,
  LoadProgress,
  ModelCard,
  ModelOffers,
  Removed,
  RuntimeStatus,
  ScoreRequest,
  ScoreResponse,
  TokenizeRequest,
  TokenizeResponse,
} from "../api/types.ts";
import type { Disposable } from "../dispose.ts";
import type { DeviceReport, MemoryReport } from "../engine/engine.ts";
import { RetortError } from "../errors.ts";
import type { Precision } from "../models/model.ts";
import { nowMs } from "../timing.ts";
import { BackOff } from "./back-off.ts";
import { ChatReader } from "./chat-reader.ts";
import { readEvents } from "./event-stream.ts";
import { badResponse, type ConnectionOptions, HttpConnection, type Reply, type SendOptions } from "./http-connection.ts";
import { probeServer } from "./probe.ts";
import type { ChatReply, ReplyDelta, TextPiece, TextReply } from "./replies.ts";
import type { ServerFacts } from "./server-facts.ts";
import { StreamOptions } from "./stream-options.ts";
import { TextReader } from "./text-reader.ts";

/** Who waits for the answer; decides the order in the runtime's queue. */
export type Priority = "completion" | "chat" | "notebook" | "background";

export interface CallOptions {
  signal?: AbortSignal;
  /** Default: `completion` for infill, `chat` for the rest. */
  priority?: Priority;
}

export interface ChatCallOptions extends CallOptions {
  onDelta?: (delta: ReplyDelta) => void;
}

export interface TextCallOptions extends CallOptions {
  onText?: (text: string) => void;
  /** Like `onText`, with the tokens' probabilities where the request asked for `logprobs`. The text may be "". */
  onPiece?: (piece: TextPiece) => void;
}

export interface LoadCallOptions extends CallOptions {
  onProgress?: (progress: LoadProgress) => void;
}

export interface RuntimeClientOptions extends ConnectionOptions {
  /** True for Retort's own runtime, false for any other OpenAI-compatible server. */
  local: boolean;
  /** Runs once on dispose, before the connections close. */
  onDispose?: () => void | Promise<void>;
}

/** Nothing listens there any more, or it ended in this moment. */
const GONE = ["connection_refused", "connection_lost"];

/** Who looks at a screen waits this often and this long in ms for a server that turns him away. */
const CHAT_RETRIES = 2;
const CHAT_WAIT_MS = 10_000;

/** Request fields that only our runtime knows; other servers may refuse them. */
const RETORT_FIELDS = ["precision", "cache_prompt", "ignore_eos", "task", "parse_special", "trace"] as const;

/**
 * The API of a runtime, or of another OpenAI-compatible server, as typed calls. Every method rejects with a
 * RetortError, `cancelled` when its signal was aborted. Streams are used wherever text is generated.
 */
export class RuntimeClient implements Disposable {
  readonly local: boolean;
  readonly #connection: HttpConnection;
  #onDispose: (() => void | Promise<void>) | undefined;
  /** What other servers have shown of themselves so far. */
  readonly #streaming = new StreamOptions();
  readonly #patience = new BackOff({ retries: CHAT_RETRIES, longestMs: CHAT_WAIT_MS });

  constructor(options: RuntimeClientOptions) {
    this.local = options.local;
    this.#connection = new HttpConnection(options);
    this.#onDispose = options.onDispose;
  }

  /** Base URL without `/v1`. */
  get url(): string {
    return this.#connection.url;
  }

  health(signal?: AbortSignal): Promise<Health> {
    return this.#own("GET", "/health", undefined, withSignal(signal));
  }

  /** The models this server offers. For other servers `retort` is missing on the cards. */
  async models(signal?: AbortSignal): Promise<Array<Omit<ModelCard, "retort"> & Partial<Pick<ModelCard, "retort">>>> {
    const { data } = await this.#connection.list<ModelCard>("GET", "/v1/models", undefined, withSignal(signal));
    if (!this.local) this.#streaming.learn(data);
    return data.filter(({ id }) => typeof id === "string");
  }

  /**
   * Where somebody sits and waits (priority `chat`), another server that is busy or being started again is asked again
   * for some seconds. Whoever sends many requests, or measures, decides that for himself.
   */
  async chat(request: ChatRequest, options: ChatCallOptions = {}): Promise<ChatReply> {
    if (this.local || options.priority !== "chat") return this.#chat(request, options);
    let begun = false;
    const onDelta = (delta: ReplyDelta): void => {
      begun = true;
      options.onDelta?.(delta);
    };
    const signal = options.signal ?? new AbortController().signal;
    return (await this.#patience.run(() => this.#chat(request, { ...options, onDelta }), signal, () => !begun)).value;
  }

  async #chat(request: ChatRequest, options: ChatCallOptions): Promise<ChatReply> {
    const { message, sentAt } = await this.#generate("/v1/chat/completions", request, options);
    const reader = new ChatReader(request.model, !this.local, options.onDelta ?? ignore);
    const sawDone = await readEvents<ChatChunk>(message, this.url, (chunk, at) => reader.push(chunk, at), options.signal);
    return reader.finish(this.url, sentAt, nowMs(), sawDone);
  }

  async completion(request: CompletionRequest, options: TextCallOptions = {}): Promise<TextReply> {
    const { message, sentAt } = await this.#generate("/v1/completions", request, options);
    const reader = new TextReader(request.model, onPiece(options));
    const sawDone = await readEvents<CompletionResponse>(message, this.url, (chunk, at) => reader.pushCompletion(chunk, at), options.signal);
    return reader.finish(this.url, sentAt, nowMs(), sawDone);
  }

  /** Fill-in-the-middle. Only our runtime (and llama-server) has this route. */
  async infill(request: InfillRequest, options: TextCallOptions = {}): Promise<TextReply> {
    const body = { ...request, stream: true };
    const { message, sentAt } = await this.#connection.send("POST", "/infill", body, sendOptions(options));
    const reader = new TextReader(request.model, onPiece(options));
    const sawDone = await readEvents<InfillResponse>(message, this.url, (chunk, at) => reader.pushInfill(chunk, at), options.signal);
    return reader.finish(this.url, sentAt, nowMs(), sawDone);
  }

  async embeddings(request: EmbeddingsRequest, options: CallOptions = {}): Promise<EmbeddingsResponse> {
    const reply = await this.#connection.list<EmbeddingsResponse["data"][number]>("POST", "/v1/embeddings", request, sendOptions(options));
    if (!reply.data.every(({ embedding }) => isEmbedding(embedding))) throw badResponse(`${this.url} answered with an embedding that is no list of numbers.`);
    return reply as EmbeddingsResponse;
  }

  async tokenize(request: TokenizeRequest, options: CallOptions = {}): Promise<number[]> {
    return (await this.#own<TokenizeResponse>("POST", "/tokenize", request, sendOptions(options))).tokens;
  }

  async detokenize(request: { model: string; tokens: number[] }, options: CallOptions = {}): Promise<string> {
    return (await this.#own<{ content: string }>("POST", "/detokenize", request, sendOptions(options))).content;
  }

  score(request: ScoreRequest, options: CallOptions = {}): Promise<ScoreResponse> {
    return this.#own("POST", "/retort/score", request, sendOptions(options));
  }

  /** Which server this is, and what it can do: asked of its public pages, without a word from a model. */
  probe(signal?: AbortSignal): Promise<ServerFacts> {
    return probeServer(this.#connection, signal);
  }

  status(signal?: AbortSignal): Promise<RuntimeStatus> {
    return this.#own("GET", "/retort/status", undefined, withSignal(signal));
  }

  /** {@link status}, or null where the runtime is gone: for a look from time to time, which shall start nothing. */
  async statusIfRunning(signal?: AbortSignal): Promise<RuntimeStatus | null> {
    try {
      return await this.#own("GET", "/retort/status", undefined, { ...withSignal(signal), reconnect: false });
    } catch (error) {
      if (error instanceof RetortError && GONE.includes(error.code)) return null;
      throw error;
    }
  }

  devices(signal?: AbortSignal): Promise<DeviceReport> {
    return this.#own("GET", "/retort/devices", undefined, withSignal(signal));
  }

  memory(signal?: AbortSignal): Promise<MemoryReport> {
    return this.#own("GET", "/retort/memory", undefined, withSignal(signal));
  }

  /** Every model that could be used here, for choosing. */
  offers(signal?: AbortSignal): Promise<ModelOffers> {
    return this.#own("GET", "/retort/models", undefined, withSignal(signal));
  }

  /** Puts a model out of memory and deletes what Retort downloaded or made of it; files of others stay. */
  remove(model: string, precision?: Precision, options: CallOptions = {}): Promise<Removed> {
    return this.#own("POST", "/retort/remove", { model, ...(precision === undefined ? {} : { precision }) }, sendOptions(options));
  }

  /** Makes a model ready: downloads, converts and loads what is missing. */
  load(model: string, precision?: Precision, options: LoadCallOptions = {}): Promise<LoadedInfo> {
    return this.#withProgress("/retort/load", { model, ...(precision === undefined ? {} : { precision }) }, options);
  }

  /** Switches the precision that answers requests which name none. Requests in flight finish on the old file. */
  precision(model: string, precision: Precision, options: LoadCallOptions = {}): Promise<LoadedInfo> {
    return this.#withProgress("/retort/precision", { model, precision }, options);
  }

  /** Frees a model's memory, once its running requests have ended; all its precisions unless one is named. */
  async unload(model: string, precision?: Precision, options: CallOptions = {}): Promise<void> {
    await this.#own("POST", "/retort/unload", { model, ...(precision === undefined ? {} : { precision }) }, sendOptions(options));
  }

  /** Takes a lease, or renews `lease`. */
  lease(lease?: string, signal?: AbortSignal): Promise<Lease> {
    return this.#own("POST", "/retort/lease", lease === undefined ? {} : { lease }, withSignal(signal));
  }

  async release(lease: string, signal?: AbortSignal): Promise<void> {
    await this.#own("POST", "/retort/release", { lease }, withSignal(signal));
  }

  /** Asks the runtime to end: it drains its requests first. With `ifIdle` it refuses (409 `busy`) while it has work or leases. */
  async shutdown(ifIdle = false, signal?: AbortSignal): Promise<void> {
    await this.#own("POST", "/retort/shutdown", { if_idle: ifIdle }, withSignal(signal));
  }

  async dispose(): Promise<void> {
    const onDispose = this.#onDispose;
    this.#onDispose = undefined;
    await onDispose?.();
    this.#connection.dispose();
  }

  #own<T>(method: "GET" | "POST", path: string, body: unknown, options: SendOptions): Promise<T> {
    if (!this.local) return Promise.reject(notAvailable(this.url, path));
    return this.#connection.json<T>(method, path, body, options);
  }

  async #withProgress(path: string, body: object, options: LoadCallOptions): Promise<LoadedInfo> {
    if (!this.local) throw notAvailable(this.url, path);
    const { message } = await this.#connection.send("POST", path, { ...body, stream: true }, sendOptions(options));
    let result: LoadedInfo | null = null;
    await readEvents<{ progress: LoadProgress } | { result: LoadedInfo }>(message, this.url, (event) => {
      if ("progress" in event) options.onProgress?.(event.progress);
      else result = event.result;
    }, options.signal);
    if (result === null) throw new RetortError({ code: "stream_cut", message: "The runtime ended before the model was ready.", hint: "Try again.", status: 502 });
    return result;
  }

  /** Asks for a stream; once more without the options that only some servers know, where they are refused. */
  async #generate(path: string, request: ChatRequest | CompletionRequest, options: CallOptions): Promise<Reply> {
    const send = (): Promise<Reply> => this.#connection.send("POST", path, { ...this.#body(request), stream: true, ...this.#streaming.fields() }, sendOptions(options));
    try {
      return await send();
    } catch (error) {
      if (this.local || !this.#streaming.refusedBy(error)) throw error;
      return await send();
    }
  }

  #body(request: ChatRequest | CompletionRequest): Record<string, unknown> {
    const body: Record<string, unknown> = { ...request };
    if (!this.local) for (const field of RETORT_FIELDS) delete body[field];
    return body;
  }
}

function isEmbedding(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((number) => typeof number === "number"));
}

function notAvailable(url: string, path: string): RetortError {
  return new RetortError({
    code: "not_available",
    message: `${url} is not a Retort runtime and has no ${path}.`,
    hint: "Use the local runtime for this.",
    status: 501,
  });
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function sendOptions(options: CallOptions): { signal?: AbortSignal; headers?: Record<string, string> } {
  return { ...withSignal(options.signal), ...(options.priority === undefined ? {} : { headers: { "x-retort-priority": options.priority } }) };
}

function onPiece({ onText = ignore, onPiece: more = ignore }: TextCallOptions): (piece: TextPiece) => void {
  return (piece) => {
    if (piece.text !== "") onText(piece.text);
    more(piece);
  };
}

function ignore(): void {
  // A caller that wants no deltas.
}
