import type { GgmlType, LlamaContext, LlamaEmbeddingContext, LlamaModel } from "node-llama-cpp";

import { asRetortError, cancelled, RetortError } from "../errors.ts";
import { checkUnchanged } from "../models/adapters/check-unchanged.ts";
import { nowMs } from "../timing.ts";
import { BatchOrder } from "./batch-order.ts";
import { loadFailed, noMemory, numericError } from "./engine-errors.ts";
import type { Backend, LoadedModel, LoadRequest, ModelMemory } from "./engine.ts";
import { type AttentionShape, kvCacheBytes } from "./kv-cache.ts";
import { driverVersion } from "./driver-version.ts";
import type { LlamaHost } from "./llama-host.ts";
import { positionQuery, readPosition } from "./logprobs.ts";
import { loraOptions } from "./lora-options.ts";
import { ModelSession } from "./model-session.ts";
import type { Job } from "./protocol.ts";
import type { SharedWeights, Weights } from "./shared-weights.ts";

/** GGML type numbers of the KV cache. */
const KV_TYPES: Record<LoadRequest["kvCacheType"], GgmlType> = { f16: 1, q8_0: 8 };

/** The library says this, without a class of its own, when llama.cpp could not allocate. */
const ALLOCATION_FAILURE = /alloc|out of memory|OutOfMemory|Failed to create context|insufficient memory/i;

/** A GPU needs large batches, and is through with one in milliseconds. */
const GPU_PREFILL_CHUNK = 512;

interface Contexts {
  order: BatchOrder;
  generating: LlamaContext | null;
  embedding: LlamaEmbeddingContext | null;
}

/** Loads one file with its contexts and evaluates one token. Throws `load_failed`, `no_memory`, `cancelled`, `backend_conflict`. */
export async function loadSession(host: LlamaHost, shared: SharedWeights, wanted: LoadRequest, job: Job): Promise<ModelSession> {
  if (!host.serves(wanted.gpu)) throw host.conflict(wanted.gpu);
  return host.loading(wanted.threads, () => makeSession(host, shared, wanted, job));
}

async function makeSession(host: LlamaHost, shared: SharedWeights, wanted: LoadRequest, job: Job): Promise<ModelSession> {
  const request = usesGpu(host, wanted) ? { ...wanted, prefillChunk: Math.max(wanted.prefillChunk, GPU_PREFILL_CHUNK) } : wanted;
  const startedAt = nowMs();
  let weights: Weights | undefined;
  let contexts: Contexts | undefined;
  try {
    weights = await shared.take(JSON.stringify([request.path, usesGpu(host, request), request.gpuLayers]), () => loadModel(host, request, job));
    const { model } = weights;
    contexts = await createContexts(model, request, job.signal);
    const sequences = contexts.generating === null ? [] : Array.from({ length: request.sequences }, () => newSequence(contexts?.generating as LlamaContext));
    if (sequences[0] !== undefined) await warmUp(model, sequences[0]);
    const loaded = await describe(host, request, model, contexts, startedAt);
    return new ModelSession(request, weights, loaded, { ...contexts, sequences });
  } catch (error) {
    await (contexts?.generating ?? contexts?.embedding)?.dispose();
    await weights?.release();
    throw loadError(error, request, host.takeErrors(), job.signal);
  }
}

function usesGpu(host: LlamaHost, request: LoadRequest): boolean {
  return host.backend !== "cpu" && request.gpu !== "cpu" && request.gpuLayers !== 0;
}

function loadModel(host: LlamaHost, request: LoadRequest, job: Job): Promise<LlamaModel> {
  return host.llama.loadModel({
    modelPath: request.path,
    // Many processors want the weights in an order of their own, which is a second copy beside a mapped file: 1.6 times
    // the memory. Reading takes no longer.
    useMmap: usesGpu(host, request),
    gpuLayers: !usesGpu(host, request) ? 0 : request.gpuLayers === "auto" ? { fitContext: { contextSize: request.contextSize * request.sequences } } : request.gpuLayers,
    onLoadProgress: (share) => job.progress(share),
    loadSignal: job.signal,
  });
}

async function createContexts(model: LlamaModel, request: LoadRequest, signal: AbortSignal): Promise<Contexts> {
  // Also when the engine loads it again after a crash.
  for (const adapter of request.lora ?? []) await checkUnchanged(adapter);
  const order = new BatchOrder();
  const { contextSize, threads } = request;
  if (request.embedding) {
    // Pooling needs the whole input in one batch.
    const embedding = await model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads, createSignal: signal });
    return { order, generating: null, embedding };
  }
  const generating = await model.createContext({
    contextSize,
    sequences: request.sequences,
    threads,
    // A batch takes hardly longer than one prompt chunk, so a cancel is seen in time, and the compute buffer stays small.
    // Beside the chunk there is room for the next token of all other streams: otherwise its rest would be a batch more.
    batchSize: request.prefillChunk + request.sequences - 1,
    experimentalKvCacheKeyType: KV_TYPES[request.kvCacheType],
    experimentalKvCacheValueType: KV_TYPES[request.kvCacheType],
    failedCreationRemedy: false,
    createSignal: signal,
    batching: { itemPrioritizationStrategy: order.strategy },
    ...loraOptions(request),
  });
  return { order, generating, embedding: null };
}

function newSequence(context: LlamaContext): ReturnType<LlamaContext["getSequence"]> {
  const strategy = (): never => {
    throw new RetortError({ code: "context_overflow", message: "The context is full.", hint: "Use a larger context.", status: 400 });
  };
  return context.getSequence({ contextShift: { strategy } });
}

/** Reads the weights once, so that the first request does not pay for it, and refuses a file whose output is no number. */
async function warmUp(model: LlamaModel, sequence: ReturnType<LlamaContext["getSequence"]>): Promise<void> {
  const token = model.tokens.bos ?? model.tokens.eos ?? model.tokenize("a")[0];
  if (token === undefined) throw numericError("the vocabulary has no token to begin with");
  const [output] = await sequence.controlledEvaluate([[token, positionQuery(token, 0)]]);
  readPosition(output, token, 0);
  await sequence.clearHistory();
}

async function describe(host: LlamaHost, request: LoadRequest, model: LlamaModel, contexts: Contexts, startedAt: number): Promise<LoadedModel> {
  const backend: Backend = model.gpuLayers > 0 ? host.backend : "cpu";
  const { prefix, suffix, middle } = model.tokens.infill;
  const vocabulary = [...model.iterateAllTokens()];
  return {
    handle: request.handle,
    backend,
    device: await host.deviceName(backend),
    gpuLayers: model.gpuLayers,
    threads: contexts.generating?.idealThreads ?? request.threads,
    contextSize: request.contextSize,
    sequences: request.embedding ? 1 : request.sequences,
    vocabSize: vocabulary.length,
    memory: measure(model, contexts.generating, request),
    kvCacheType: request.kvCacheType,
    batchSize: request.embedding ? request.contextSize : request.prefillChunk,
    flashAttention: contexts.generating?.flashAttention ?? false,
    driver: await driverVersion(backend),
    loadMs: nowMs() - startedAt,
    endTokens: vocabulary.filter((token) => model.isEogToken(token)),
    bosToken: model.tokens.bos,
    addBos: model.tokens.shouldPrependBosToken,
    fim: prefix === null || suffix === null || middle === null ? null : { prefix, suffix, middle },
  };
}

/**
 * The library counts cache and compute buffers together; the cache's size follows from the model's shape. The weights
 * under adapters count with the context that has none.
 */
function measure(model: LlamaModel, context: LlamaContext | null, request: LoadRequest): ModelMemory {
  const adapters = request.lora ?? [];
  const weights = adapters.length > 0 ? adapters.reduce((sum, { bytes }) => sum + bytes, 0) : model.memoryUsage.ram + model.memoryUsage.vram;
  if (context === null) return { weights, kvCache: 0, compute: 0 };
  const total = context.memoryUsage.ram + context.memoryUsage.vram;
  const cells = context.contextSize * request.sequences;
  const kvCache = Math.min(total, kvCacheBytes(model.fileInfo.architectureMetadata as AttentionShape, cells, request.kvCacheType));
  return { weights, kvCache, compute: total - kvCache };
}

function loadError(error: unknown, request: LoadRequest, nativeErrors: string, signal: AbortSignal): RetortError {
  if (error instanceof RetortError) return error;
  if (signal.aborted) return cancelled("The load was cancelled.");
  const { message } = asRetortError(error);
  const detail = nativeErrors === "" ? message : `${message}: ${nativeErrors}`;
  const memory = error instanceof Error && error.constructor.name === "InsufficientMemoryError";
  return memory || ALLOCATION_FAILURE.test(detail) ? noMemory(detail) : loadFailed(request.path, detail);
}
