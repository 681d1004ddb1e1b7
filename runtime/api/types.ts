/** JSON bodies of the HTTP API, as both sides see them. OpenAI's names where OpenAI has one. */
export type * from "./types/chat.ts";
export type * from "./types/completion.ts";
export type * from "./types/embeddings.ts";
export type * from "./types/error.ts";
export type * from "./types/llama-server.ts";
export type * from "./types/models.ts";
export type * from "./types/provenance.ts";
export type * from "./types/sampling.ts";
export type * from "./types/score.ts";
export type * from "./types/status.ts";
export type * from "./types/tokens.ts";
export type * from "./types/tools.ts";
export type * from "./types/usage.ts";
