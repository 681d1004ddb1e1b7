import { fieldOf, isFields } from "./fields.ts";

/** Routes that matter to a kernel or an editor. */
export const ROUTES = {
  chat: "/v1/chat/completions",
  completions: "/v1/completions",
  embeddings: "/v1/embeddings",
  responses: "/v1/responses",
  infill: "/infill",
  tokenize: "/tokenize",
  metrics: "/metrics",
} as const;
export type RouteName = keyof typeof ROUTES;

/** Request fields that not every server knows, by the name they have in a request. */
export const FIELDS = ["stream_options", "seed", "logprobs", "response_format", "tools", "continue_final_message"] as const;
export type FieldName = (typeof FIELDS)[number];

/** What a server showed under one path. */
export interface Look {
  status: number;
  /** JSON where it is, else the text. */
  body: unknown;
}

/** Pages that tell what a server is. None of them makes a model work. */
export const LOOKS = ["/v1/models", "/health", "/version", "/api/version", "/api/v0/models", "/props", "/health/liveliness", "/health/readiness/details", "/openapi.json", "/"] as const;
export type Looks = Partial<Record<(typeof LOOKS)[number], Look>>;

/** The cards of a list in OpenAI's shape. */
export function listOf(look: Look | undefined): Array<Record<string, unknown>> {
  const data = fieldOf(look?.body, "data");
  return Array.isArray(data) ? data.filter(isFields) : [];
}
