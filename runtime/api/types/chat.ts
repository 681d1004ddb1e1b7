import type { Timings } from "../../timing.ts";
import type { Provenance, RequestTrace } from "./provenance.ts";
import type { SamplingFields } from "./sampling.ts";
import type { ChatTool, ToolCall, ToolChoice } from "./tools.ts";
import type { ChatFinishReason, Usage } from "./usage.ts";

export type Role = "system" | "developer" | "user" | "assistant" | "tool";

export interface ChatMessage {
  role: Role;
  content: string;
  /** Of an assistant: the calls that it made. */
  tool_calls?: ToolCall[];
  /** Of a tool: the call that this is the result of. */
  tool_call_id?: string;
}

export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | { type: "json_schema"; json_schema: { name?: string; schema: Record<string, unknown>; strict?: boolean } };

export interface ChatRequest extends SamplingFields {
  model: string;
  messages: ChatMessage[];
  max_completion_tokens?: number;
  logprobs?: boolean;
  top_logprobs?: number;
  response_format?: ResponseFormat;
  tools?: ChatTool[];
  /** Default `auto`. `required` and a named tool are held by the grammar: the reply is a call. */
  tool_choice?: ToolChoice;
  /** False: at most one call in a reply. Default true. */
  parallel_tool_calls?: boolean;
  /** Retort: the last event says when each token came. */
  trace?: boolean;
  /** Go on with the last message, which must be the assistant's, instead of beginning a reply. vLLM's name. */
  continue_final_message?: boolean;
  /** vLLM wants `false` together with the field above. */
  add_generation_prompt?: boolean;
  /** Retort: which of the profile's task defaults apply. */
  task?: "chat" | "code" | "math" | "creative" | "reasoning";
}

export interface ChatResponse {
  id: string;
  object: "chat.completion";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    message: { role: "assistant"; content: string | null; reasoning_content?: string; tool_calls?: ToolCall[] };
    finish_reason: ChatFinishReason;
    logprobs: { content: ApiLogprob[] } | null;
  }>;
  usage: Usage;
  timings: Timings;
  retort: Provenance;
}

export interface ApiLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: Array<{ token: string; logprob: number; bytes: number[] }>;
}

/** One SSE chunk of a chat stream. The last one has `usage`, `timings` and `retort`. */
export interface ChatChunk {
  id: string;
  object: "chat.completion.chunk";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    delta: { role?: "assistant"; content?: string; reasoning_content?: string; tool_calls?: Array<ToolCall & { index: number }> };
    finish_reason: ChatFinishReason | null;
    logprobs?: { content: ApiLogprob[] } | null;
  }>;
  usage?: Usage | null;
  timings?: Timings;
  retort?: Provenance;
  trace?: RequestTrace;
}
