import type { Token } from "node-llama-cpp";

import { cancelled, RetortError } from "../errors.ts";
import { measureDivergence } from "./divergence.ts";
import { contextOverflow, notEmbeddingModel, notLoaded, numericError } from "./engine-errors.ts";
import type {
  DeviceReport,
  DivergenceResult,
  GenerateRequest,
  GenerateResult,
  GpuChoice,
  LoadedModel,
  LoadRequest,
  MemoryReport,
  PromptPart,
  ScoreResult,
  TokenEvent,
} from "./engine.ts";
import { Generation } from "./generate.ts";
import { compileGrammar } from "./grammar.ts";
import { lastStateOf } from "./last-state.ts";
import { LlamaHost } from "./llama-host.ts";
import { loadSession } from "./load.ts";
import type { ModelSession } from "./model-session.ts";
import { processMemory } from "./process-memory.ts";
import type { Job } from "./protocol.ts";
import { RightOfWay } from "./right-of-way.ts";
import { restoreSlotState, saveSlotState } from "./slot-state.ts";
import { scoreTokens } from "./score.ts";
import { SharedWeights } from "./shared-weights.ts";

/** Room for the begin and end tokens that an embedding model adds. */
const EMBEDDING_FRAME = 2;

/** Inference in this process. Runs in the engine child only. */
export class LocalEngine {
  readonly #gpu: GpuChoice;
  readonly #log: (line: string) => void;
  readonly #way = new RightOfWay();
  readonly #weights = new SharedWeights();
  #host: Promise<LlamaHost> | null = null;
  #sessions = new Map<string, ModelSession>();

  constructor(gpu: GpuChoice, log: (line: string) => void) {
    this.#gpu = gpu;
    this.#log = log;
  }

  async devices(): Promise<DeviceReport> {
    return (await this.#opened()).report();
  }

  async load(request: LoadRequest, job: Job): Promise<LoadedModel> {
    await this.unload(request.handle);
    const session = await loadSession(await this.#opened(), this.#weights, request, job);
    this.#sessions.set(request.handle, session);
    return session.loaded;
  }

  /** Cancels what runs on the model. Unloading what is not loaded does nothing. */
  async unload(handle: string): Promise<void> {
    const session = this.#sessions.get(handle);
    this.#sessions.delete(handle);
    await session?.dispose();
  }

  tokenize(handle: string, parts: PromptPart[]): Uint32Array {
    const { model } = this.#session(handle);
    return Uint32Array.from(parts.flatMap((part) => model.tokenize(part.text, part.special)));
  }

  detokenize(handle: string, tokens: Uint32Array): string {
    return this.#session(handle).decode([...tokens]);
  }

  async generate(request: GenerateRequest, onToken: (event: TokenEvent) => void, job: Job): Promise<GenerateResult> {
    const { llama } = await this.#opened();
    const grammar = request.grammar === undefined ? null : await compileGrammar(llama, request.grammar);
    return await this.#way.running(request.priority, () => this.#run(request.handle, job, (session, inner) =>
      session.withSlot(request.slot, (sequence) => new Generation(session, sequence, request, grammar, this.#way).run(onToken, inner)),
    ));
  }

  /** A vector of length 1. The whole input is evaluated at once, so a cancel takes effect before it only. */
  async embed(handle: string, tokens: Uint32Array, job: Job, lastState = false): Promise<Float32Array> {
    return await this.#run(handle, job, async (session, { signal }) => {
      const { embedding, loaded } = session;
      if (embedding === null && !lastState) throw notEmbeddingModel(handle);
      if (tokens.length + EMBEDDING_FRAME >= loaded.contextSize) throw contextOverflow(tokens.length, loaded.contextSize);
      if (signal.aborted) throw cancelled();
      const text = [...tokens] as Token[];
      if (embedding !== null) return normalised((await embedding.getEmbeddingFor(text)).vector);
      return normalised(await lastStateOf(session, text, signal));
    });
  }

  async score(handle: string, tokens: Uint32Array, job: Job): Promise<ScoreResult> {
    return await this.#run(handle, job, (session, inner) => scoreTokens(session, tokens, inner));
  }

  async divergence(handleA: string, handleB: string, tokens: Uint32Array, job: Job): Promise<DivergenceResult> {
    return await this.#run(handleA, job, (a, jobA) =>
      this.#run(handleB, jobA, (b, jobB) => measureDivergence(a, b, tokens, jobB)),
    );
  }

  async saveSlot(handle: string, slot: number, tokens: Uint32Array, path: string, job: Job): Promise<number | null> {
    return await this.#run(handle, job, (session) => session.withSlot(slot, (sequence) => session.changes.make(() => saveSlotState(sequence, tokens, path))));
  }

  async restoreSlot(handle: string, slot: number, path: string, job: Job): Promise<Uint32Array> {
    return await this.#run(handle, job, (session) => session.withSlot(slot, (sequence) => session.changes.make(() => restoreSlotState(sequence, path))));
  }

  async memory(): Promise<MemoryReport> {
    const { llama, backend } = await this.#opened();
    const vram = backend === "cpu" ? null : await llama.getVramState();
    return {
      models: [...this.#sessions.values()].map(({ loaded }) => ({ handle: loaded.handle, ...loaded.memory })),
      process: await processMemory(),
      vram: vram === null ? null : { used: vram.used, total: vram.total },
    };
  }

  #opened(): Promise<LlamaHost> {
    this.#host ??= LlamaHost.open(this.#gpu, this.#log);
    return this.#host;
  }

  #session(handle: string): ModelSession {
    const session = this.#sessions.get(handle);
    if (session === undefined) throw notLoaded(handle);
    return session;
  }

  async #run<T>(handle: string, job: Job, work: (session: ModelSession, job: Job) => Promise<T>): Promise<T> {
    const session = this.#session(handle);
    const host = await this.#opened();
    try {
      return await host.evaluating(() => session.run(job.signal, (signal) => work(session, { ...job, signal })));
    } catch (error) {
      throw codedError(error);
    }
  }
}

/** The library's plain errors that have a meaning for a user. */
function codedError(error: unknown): unknown {
  if (error instanceof RetortError || !(error instanceof Error)) return error;
  if (error.message === "Failed to sample next token") return numericError("no token could be sampled");
  return new RetortError({
    code: "inference_failed",
    message: `The model could not be evaluated: ${error.message}`,
    hint: "Send the request again; if it fails again, load the model with a smaller context or on the CPU.",
  }, { cause: error });
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (!Number.isFinite(length) || length === 0) throw numericError("the embedding has no direction");
  return Float32Array.from(vector, (x) => x / length);
}
