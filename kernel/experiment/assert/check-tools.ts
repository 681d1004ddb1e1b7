import type { ChatMessage, ResponseFormat } from "../../../runtime/api/types.ts";
import type { RunRecord } from "../result.ts";
import type { Row } from "./check.ts";

/** A run as code of the user's sees it: plain data. */
export interface CheckScope {
  answer: string;
  thinking: string;
  boxed: string | null;
  json: unknown;
  finish: string | null;
  /** By metric name; null where the run has none. */
  metrics: Record<string, number | null>;
  row: Row | null;
  run: number;
  seed: number | null;
  /** Calls of tools, oldest first. */
  steps: unknown[];
}

/** What the judge is asked. */
export interface JudgeRequest {
  messages: ChatMessage[];
  response_format: ResponseFormat;
}

/** What assertions need from outside; everything that takes time, runs code or reads files. */
export interface CheckTools {
  /** Values for the templates in arguments. */
  values(run: RunRecord, row: Row | null): Record<string, unknown>;
  /** The messages that the run sent; null where they are not kept. */
  prompt(run: RunRecord): readonly ChatMessage[] | null;
  /** Whether the pattern is found in `text`; null when the search was ended for taking too long. */
  search(pattern: string, flags: string, text: string, signal: AbortSignal): Promise<boolean | null>;
  /** Value of a JavaScript expression. Rejects with the code's error. */
  evaluate(code: string, scope: CheckScope, signal: AbortSignal): Promise<unknown>;
  /** What a scorer of a `%%js` cell returns. Rejects with `unknown_scorer`, or the code's error. */
  score(name: string, scope: CheckScope, signal: AbortSignal): Promise<unknown>;
  /** One vector for each text. `model` null: the first embedding model that is installed. */
  embed(texts: readonly string[], model: string | null, signal: AbortSignal): Promise<number[][]>;
  /** The judge's reply on a run. */
  judge(request: JudgeRequest, run: RunRecord, signal: AbortSignal): Promise<string>;
  /** A file's text, its path from the notebook's folder. */
  readText(path: string): Promise<string>;
}
