import type { ChatTool } from "../api/types.ts";
import { RetortError, type ErrorFields } from "../errors.ts";

/** Time for one rendering, in ms. Chat templates take well under one. */
export const TEMPLATE_TIME_MS = 2_000;
/** Longest template source, in UTF-16 units. The longest in common use has about 15,000. */
export const MAX_TEMPLATE_CHARS = 256 * 1024;
/** What a template may add to the text of the messages, in UTF-16 units. */
export const MAX_ADDED_CHARS = 1024 * 1024;
/** Longest list that `range()` makes. */
export const MAX_RANGE = 100_000;
/** Heap of the process that renders, in MiB. */
export const TEMPLATE_HEAP_MIB = 256;

/** A message as a template sees it. */
export interface TemplateMessage {
  role: string;
  content: string;
}

/** What a chat template may refer to. Names are those of Hugging Face's `apply_chat_template`. */
export interface TemplateVariables {
  messages: TemplateMessage[];
  bos_token: string;
  eos_token: string;
  add_generation_prompt: boolean;
  /** Left out where there are none: templates ask whether it is defined. */
  tools?: readonly ChatTool[];
}

/** Runtime to template process: render. */
export interface TemplateJob {
  template: string;
  variables: TemplateVariables;
}

/** Template process to runtime, one for each job, in order; `ready` once at the start. */
export type TemplateReply = { kind: "ready" } | { kind: "text"; text: string } | { kind: "error"; error: ErrorFields };

/** A template that used more time, memory or text than it may. */
export function budgetError(message: string): RetortError {
  return new RetortError({ code: "template_budget", message, hint: "The model file's chat template is faulty or hostile; use another file of this model.", status: 422 });
}
