import { RetortError } from "../errors.ts";
import type { Capability, ModelEntry } from "../models/model.ts";
import { printable } from "./printable.ts";

export function unknownModel(name: string, known: readonly string[]): RetortError {
  return new RetortError({
    code: "model_not_found",
    message: `There is no model '${printable(name)}'. Known: ${known.join(", ") || "none"}.`,
    hint: "Use one of these names; `retort pull` installs further ones.",
    status: 404,
    param: "model",
  });
}

export function stillLoading(handle: string, share: number): RetortError {
  return new RetortError({
    code: "model_loading",
    message: `${handle} is being loaded (${Math.round(share * 100)} %).`,
    hint: "Try again shortly, or leave out the header x-retort-wait to wait for it.",
    status: 503,
    retryAfter: 2,
  });
}

/** What a model would have to be able to do, in words. */
const JOBS: Record<Capability, string> = {
  chat: "chat",
  reasoning: "reason",
  fim: "fill in the middle of code",
  tools: "call tools",
  embeddings: "make embeddings",
};

/** An adapter was asked of a model that generates no text. */
export function embedsOnly(entry: ModelEntry): RetortError {
  return new RetortError({ code: "adapter_mismatch", message: `${entry.id} is an embedding model, which takes no adapters here.`, hint: "Leave `lora` out.", status: 400, param: "lora" });
}

/** A model that is an adapter over another one cannot do what is done with that other one's files or vectors. */
export function onlyOfBase({ id, base }: ModelEntry, what: string): RetortError {
  return new RetortError({ code: "adapter_model", message: `'${id}' is an adapter over ${base}: ${what}`, hint: `Name ${base} instead.`, status: 400, param: "model" });
}

/** The model cannot do this job; names those of the catalogue that can. */
export function cannot(entry: ModelEntry, job: Capability, entries: readonly ModelEntry[]): RetortError {
  const able = entries.filter((other) => other.capabilities.includes(job)).map((other) => other.id);
  const first = able[0];
  return new RetortError({
    code: "model_lacks_capability",
    message: `${entry.id} cannot ${JOBS[job]}: ${reason(entry, job)}`,
    hint: first === undefined
      ? `Add a model with the capability '${job}' to the catalogue.`
      : `Use ${able.join(" or ")}; \`retort pull ${first}\` installs it.`,
    status: 400,
    param: "model",
  });
}

function reason(entry: ModelEntry, job: Capability): string {
  if (job === "embeddings") return "it is a text generation model, whose inner vectors were not trained to compare texts.";
  if (entry.capabilities.includes("embeddings")) return "it is an embedding model and generates no text.";
  if (job === "fim") return "it was not trained with fill-in-the-middle markers.";
  return "it was not trained for it.";
}

export function unknownToken(token: number, vocabSize: number): RetortError {
  return new RetortError({
    code: "unknown_token",
    message: `There is no token ${token}; the vocabulary has ${vocabSize} tokens, counted from 0.`,
    hint: "Use token ids of this model (/tokenize).",
    status: 400,
  });
}

/** Background work that gave its slot to a completion. What it evaluated stays with the slot. */
export function preempted(): RetortError {
  return new RetortError({
    code: "preempted",
    message: "A completion needed the slot of this background request.",
    hint: "Send it again when the editor is idle, or with another priority.",
    status: 503,
    retryAfter: 1,
  });
}

export function tooLong(promptTokens: number, contextSize: number): RetortError {
  return new RetortError({
    code: "context_length_exceeded",
    // In words by which LiteLLM and LangChain know what is wrong, and turn to another model or a shorter prompt.
    message: `The prompt is too long: it has ${promptTokens} tokens; this model's maximum context length is ${contextSize}, with room for at least one new token.`,
    hint: "Shorten the prompt, or serve the model with a larger context (`--context`).",
    status: 400,
    param: "messages",
  });
}

export function doesNotFit(what: string, need: number, used: number, budget: number, nearestFit: string | null): RetortError {
  const others = used > 0 ? ` beside ${gigabytes(used)} of loaded models` : "";
  return new RetortError({
    code: "no_memory",
    message: `${what} needs ${gigabytes(need)}${others}; the memory budget is ${gigabytes(budget)}.`,
    hint: nearestFit ?? "Choose a smaller model, or raise the memory budget.",
    status: 507,
  });
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
