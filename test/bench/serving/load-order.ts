/** What the bench tells the process that makes the load, and what that process answers. Times are monotonic ms of that process. */
import type { Amount, Load } from "../../../kernel/experiment/bench/bench-spec.ts";

/** One load on one server. */
export interface LoadOrder {
  /** Without `/v1`. */
  url: string;
  key: string;
  /** Fields of each request but its prompt. */
  body: { model: string; max_tokens: number } & Record<string, unknown>;
  /** Tokens of each prompt, about. */
  promptTokens: number;
  /** Prompts of another seed share nothing with these. */
  seed: number;
  load: Load;
  amount: Amount;
}

/** One request, as its client saw it. */
export interface Shot {
  index: number;
  /** When it was to be sent; with closed load when it was. */
  plannedAt: number;
  sentAt: number;
  /** 0 where no reply came. */
  status: number;
  /** The first and the last event with text; null where there is none. */
  firstAt: number | null;
  lastAt: number | null;
  endAt: number;
  promptTokens: number;
  cachedTokens: number;
  tokens: number;
  /** Null for a complete reply. */
  error: string | null;
}
