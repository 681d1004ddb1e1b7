import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import type { LoadedInfo } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";

/** What a short real generation measured. Times in ms, memory in bytes. */
export interface Trial {
  model: string;
  precision: Precision;
  ttftMs: number | null;
  decodeTokS: number | null;
  tokens: number;
  backend: string;
  device: string;
  /** Weights, KV cache and compute buffers of the model; null where the runtime does not tell. */
  memory: number | null;
}

/** Enough for a rate that settles, over in a second or two. */
const TRIAL_TOKENS = 48;
/** As long as a typical question. */
const PROMPT = "Write down what a good code review looks at, in a few short sentences.";

type TrialClient = Pick<RuntimeClient, "chat" | "status">;

/** Generates a few tokens with the model as it is loaded, and reads what the engine measured. Errors: those of `chat`. */
export async function trialRun(client: TrialClient, model: string, precision: Precision, signal?: AbortSignal): Promise<Trial> {
  const request = { model, precision, messages: [{ role: "user" as const, content: PROMPT }], max_tokens: TRIAL_TOKENS, temperature: 0, ignore_eos: true, cache_prompt: false };
  const reply = await client.chat(request, { ...(signal === undefined ? {} : { signal }) });
  const { loaded } = await client.status(signal);
  const own = loaded.find((one) => one.model === (reply.provenance?.model ?? model) && one.precision === precision);
  return {
    model,
    precision,
    ttftMs: reply.timings?.ttft_ms ?? null,
    decodeTokS: reply.timings?.decode_tok_s ?? null,
    tokens: reply.timings?.predicted_tokens ?? 0,
    backend: reply.provenance?.backend ?? "",
    device: reply.provenance?.device ?? "",
    memory: own === undefined ? null : memoryOf(own),
  };
}

export function memoryOf({ memory }: Pick<LoadedInfo, "memory">): number {
  return memory.weights + memory.kv_cache + memory.compute;
}
