import { RetortError } from "../errors.ts";

/** The engine process ended while it worked, or before it could. The request may be sent again. */
export function engineDied(how: string): RetortError {
  return new RetortError({
    code: "engine_died",
    message: `The engine process ended unexpectedly (${how}).`,
    hint: "Send the request again: a fresh engine starts and loads the models.",
    status: 503,
    retryAfter: 1,
  });
}

/** The watchdog ended an engine that made no progress for `ms`. */
export function engineStalled(ms: number): RetortError {
  return new RetortError({
    code: "engine_stalled",
    message: `The engine made no progress for ${Math.round(ms / 1000)} s and was ended.`,
    hint: "Send the request again. If this repeats, the machine is short of memory or the model is too large for it.",
    status: 503,
    retryAfter: 1,
  });
}

/** Too many deaths in a short time: no new start before the back-off is over. */
export function engineCrashLoop(deaths: number, windowMs: number, waitMs: number): RetortError {
  return new RetortError({
    code: "engine_crash_loop",
    message: `The engine ended ${deaths} times within ${Math.round(windowMs / 1000)} s and is not started again yet.`,
    hint: "Wait, or choose a smaller model or `gpu: cpu`; `retort doctor` names the likely cause.",
    status: 503,
    retryAfter: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

/** A GPU back end was lost and the settings forbid the CPU as a substitute. */
export function gpuLost(reason: string): RetortError {
  return new RetortError({
    code: "gpu_lost",
    message: `The GPU cannot be used: ${reason}`,
    hint: "Free or reset the GPU, or allow the CPU with `fallback: cpu`.",
    status: 503,
    retryAfter: 30,
  });
}

/** The prompt leaves no room in the context. */
export function contextOverflow(promptTokens: number, contextSize: number): RetortError {
  return new RetortError({
    code: "context_overflow",
    message: `The prompt has ${promptTokens} tokens; the context holds ${contextSize} and must leave room for at least one more.`,
    hint: "Shorten the prompt or load the model with a larger context.",
    status: 400,
  });
}

export function notLoaded(handle: string): RetortError {
  return new RetortError({ code: "not_loaded", message: `The model '${handle}' is not loaded.`, hint: "Load it first.", status: 409 });
}

export function noMemory(detail: string): RetortError {
  return new RetortError({
    code: "no_memory",
    message: `There is not enough memory: ${detail}`,
    hint: "Use a smaller context, fewer slots, INT8 weights or fewer GPU layers, or unload another model.",
    status: 507,
  });
}

export function loadFailed(path: string, detail: string): RetortError {
  return new RetortError({
    code: "load_failed",
    message: `The model file ${path} could not be loaded: ${detail}`,
    hint: "Check the file with `retort doctor`, or pull it again.",
    status: 422,
  });
}

export function badGrammar(detail: string): RetortError {
  return new RetortError({
    code: "bad_schema",
    message: `The output format cannot be used: ${detail}`,
    hint: "Use the JSON-schema keywords type, properties, items, enum, const, oneOf and $ref within $defs, or a valid GBNF grammar.",
    status: 400,
  });
}

export function notEmbeddingModel(handle: string): RetortError {
  return new RetortError({
    code: "not_embedding_model",
    message: `'${handle}' is loaded for generating text, not for embeddings.`,
    hint: "Load an embedding model.",
    status: 400,
  });
}

export function notGeneratingModel(handle: string): RetortError {
  return new RetortError({
    code: "not_generating_model",
    message: `'${handle}' is loaded for embeddings and generates no text.`,
    hint: "Load a chat or completion model.",
    status: 400,
  });
}

export function numericError(detail: string): RetortError {
  return new RetortError({
    code: "numeric_error",
    message: `The model's output is not a number: ${detail}`,
    hint: "The file is damaged or this back end miscalculates; pull the file again or use `gpu: cpu`.",
    status: 500,
  });
}
