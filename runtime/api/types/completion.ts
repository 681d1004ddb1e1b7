import type { Timings } from "../../timing.ts";
import type { Provenance } from "./provenance.ts";
import type { SamplingFields } from "./sampling.ts";
import type { FinishReason, Usage } from "./usage.ts";

export interface CompletionRequest extends SamplingFields {
  model: string;
  prompt: string | string[];
  suffix?: string;
  /** Each token's log-probability with that many alternatives. 0 is cheap at temperature 0. */
  logprobs?: number;
  echo?: boolean;
  /** Retort: control tokens written in the prompt count as such. Default true. */
  parse_special?: boolean;
}

export interface InfillRequest extends SamplingFields {
  model: string;
  input_prefix: string;
  input_suffix: string;
  /** The typed part of the current line; goes after the middle marker. */
  prompt?: string;
  input_extra?: Array<{ filename: string; text: string }>;
  /** As in text completions. */
  logprobs?: number;
}

export interface CompletionResponse {
  id: string;
  object: "text_completion";
  created: number;
  model: string;
  choices: Array<{
    index: number;
    text: string;
    finish_reason: FinishReason | null;
    logprobs: CompletionLogprobs | null;
  }>;
  usage?: Usage | null;
  timings?: Timings;
  retort?: Provenance;
}

/** OpenAI's older shape of log-probabilities, for text completions. */
export interface CompletionLogprobs {
  tokens: string[];
  token_logprobs: number[];
  top_logprobs: Array<Record<string, number>>;
  text_offset: number[];
}

/** `POST /infill`, and the last event of its stream. */
export interface InfillResponse {
  content: string;
  stop: boolean;
  finish_reason: FinishReason | null;
  logprobs?: CompletionLogprobs | null;
  model?: string;
  usage?: Usage;
  timings?: Timings;
  retort?: Provenance;
}
