import type { FinishReason, Provenance, RequestTrace, ToolCall, Usage } from "../api/types.ts";
import type { Timings, Untold } from "../timing.ts";

/** A piece of a reply as it streams. */
export interface ReplyDelta {
  kind: "thinking" | "answer";
  text: string;
}

/** A piece of a text completion as it streams, with the probability of each token in it, 0 to 1; none where the server tells none. */
export interface TextPiece {
  text: string;
  probabilities: number[];
}

/** What the client itself saw of a stream, in monotonic ms: for servers that send no `timings`. */
export interface ClientStamps {
  /** Last byte of the request handed to the socket. */
  sentAt: number;
  /** Arrival of each chunk that carried text. One chunk may hold several tokens. */
  chunks: number[];
  /** Tokens in each of the chunks; missing where the server does not count as it streams. */
  tokens?: number[];
  /** Index into `chunks` of the first chunk of the answer; null when there is none. */
  firstAnswer: number | null;
  endedAt: number;
}

/** What every finished generation tells. Null: this server does not tell it. */
export interface ReplyFacts {
  model: string;
  finish: FinishReason;
  usage: Usage | null;
  timings: Timings | null;
  /** Counts in `usage` that the server does not tell; they stand as 0 there. Missing: it tells all. */
  untold?: readonly Untold[];
  provenance: Provenance | null;
  client: ClientStamps;
}

export interface ChatReply extends ReplyFacts {
  /** The server's id of the request; null where it tells none. */
  id?: string | null;
  /** Only where it was asked for. */
  trace?: RequestTrace | null;
  answer: string;
  thinking: string;
  /** Calls of tools that the reply asks for; missing where there are none. */
  toolCalls?: ToolCall[];
}

export interface TextReply extends ReplyFacts {
  text: string;
}
