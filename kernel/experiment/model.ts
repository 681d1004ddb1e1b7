import type { ChatMessage, ChatTool, Provenance, ResponseFormat, SamplingFields, ToolCall, ToolChoice, Usage } from "../../runtime/api/types.ts";
import type { GapSummary, Timings } from "../../runtime/timing.ts";
import type { ToolStep } from "./tools/tool.ts";

/** Where a request goes: this machine's runtime, or the server of `RETORT_URL`. */
export type Backend = "local" | "remote";

/** One question to a model, as a prompt cell asks it. */
export interface ModelRequest extends SamplingFields {
  model?: string;
  messages: ChatMessage[];
  response_format?: ResponseFormat;
  /** Go on with the last message, the assistant's, instead of beginning a reply. Servers want the opposite said, too. */
  continue_final_message?: boolean;
  add_generation_prompt?: boolean;
  tools?: ChatTool[];
  tool_choice?: ToolChoice;
  /** Undefined: where the notebook goes. Not sent. */
  backend?: Backend;
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
  /** Gaps between the pieces in which a server sent its reply, in ms, where it does not say how many tokens are in one. */
  icl_ms?: GapSummary | null;
  /** Tokens in one of these pieces on average; null where the server does not count them. */
  tokens_per_chunk?: number | null;
  /** What produced it. Null for a remote back end that cannot tell. */
  provenance: Provenance | null;
  /** What a reader must know of a reply whose server does not tell it itself. */
  warnings?: readonly string[];
  /** Calls that the reply asks for; missing where there are none. */
  toolCalls?: ToolCall[];
  /** Calls of tools on the way to this answer; missing where no tools were offered. */
  steps?: ToolStep[];
}

/** A model seen from an experiment: the local runtime, a remote server, or a fake in tests. */
export interface Model {
  ask(request: ModelRequest, onDelta: (delta: ModelDelta) => void, signal: AbortSignal): Promise<ModelReply>;
}
