import type { ChatRequest } from "../../../runtime/api/types.ts";
import { fitContext, type FittedContext } from "../context/context-budget.ts";
import { countParts, type CountTokens } from "../context/tokens.ts";
import { messagesOf } from "../prompts/prompt.ts";
import type { ChosenModel } from "./chosen-model.ts";
import type { Job } from "./job.ts";

export interface Limits {
  /** Tokens of context at most. */
  contextTokens: number;
  /** Tokens of thinking and answer together at most. */
  maxTokens: number;
  /** Tokens of thinking alone at most. */
  thinkingTokens: number;
  /** Language of the answer; null: the model's choice. */
  answerIn: string | null;
}

export interface PreparedRequest {
  request: ChatRequest;
  context: FittedContext;
}

/** Instructions, roles and the marks of the chat template. */
const INSTRUCTION_TOKENS = 240;
/** Even in the smallest context this much is left for the material. */
const LEAST_CONTEXT_TOKENS = 96;

/** A job as a request that fits into the model's context. */
export async function prepare(job: Job, model: ChosenModel, limits: Limits, count: CountTokens): Promise<PreparedRequest> {
  const answer = Math.min(limits.maxTokens, Math.floor(model.context / 2));
  const budget = Math.max(LEAST_CONTEXT_TOKENS, Math.min(limits.contextTokens, model.context - answer - INSTRUCTION_TOKENS));
  const context = fitContext(await countParts(job.parts, count), budget);
  const messages = messagesOf(job.prompt, { file: job.file, language: job.language, parts: context.parts, answerIn: limits.answerIn }, model.style);
  return { request: requestOf(model, messages, answer), context };
}

/** A chat request for the chosen model; sampling is left to its profile. */
export function requestOf(model: ChosenModel, messages: ChatRequest["messages"], maxTokens: number): ChatRequest {
  return { model: model.id, messages, max_tokens: maxTokens, ...(model.precision === undefined ? {} : { precision: model.precision }) };
}
