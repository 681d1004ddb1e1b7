import type { ChatMessage, Provenance, ResponseFormat, SamplingFields, Usage } from "../../runtime/api/types.ts";
import type { Timings } from "../../runtime/timing.ts";

/** One question to a model, as a prompt cell asks it. */
export interface ModelRequest extends SamplingFields {
  model?: string;
  messages: ChatMessage[];
  response_format?: ResponseFormat;
  task?: "chat" | "code" | "math" | "creative" | "reasoning";
}

/** A piece of the reply as it streams. */
export interface ModelDelta {
  kind: "thinking" | "answer";
  text: string;
}

export interface ModelReply {
  answer: string;
  thinking: string;
  finish: "stop" | "length";
  usage: Usage;
  timings: Timings;
  /** What produced it. Null for a remote back end that cannot tell. */
  provenance: Provenance | null;
}

/** A model seen from an experiment: the local runtime, a remote server, or a fake in tests. */
export interface Model {
  ask(request: ModelRequest, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<ModelReply>;
}
