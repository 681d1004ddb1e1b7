import { fieldOf } from "./fields.ts";
import { type FieldName, listOf, type Looks, type RouteName } from "./server-looks.ts";

export type ServerKind = "retort" | "litellm" | "vllm" | "ollama" | "lm-studio" | "llama-server" | "llama-cpp-python" | "jan" | "other";

/** How a server is known, and what its documentation says where it does not describe itself. */
export interface KnownServer {
  name: string;
  is(looks: Looks): boolean;
  version(looks: Looks): string | null;
  routes: Partial<Record<RouteName, boolean>>;
  fields: Partial<Record<FieldName, boolean>>;
  reasoning: string | null;
}

/** In the order of asking: a gateway shows the models of others, so it comes before them. */
export const KNOWN_SERVERS: Readonly<Record<ServerKind, KnownServer>> = {
  retort: {
    name: "Retort",
    is: (looks) => listOf(looks["/v1/models"]).some(({ retort }) => typeof retort === "object" && retort !== null),
    version: (looks) => text(fieldOf(looks["/health"]?.body, "version")),
    routes: { chat: true, completions: true, embeddings: true, infill: true, tokenize: true },
    fields: { stream_options: true, seed: true, logprobs: true, response_format: true, tools: true, continue_final_message: true },
    reasoning: "reasoning_content",
  },
  litellm: {
    name: "LiteLLM",
    is: (looks) => /alive/i.test(text(looks["/health/liveliness"]?.body) ?? "") && looks["/health/liveliness"]?.status === 200,
    version: (looks) => text(fieldOf(looks["/health/readiness/details"]?.body, "litellm_version")),
    // What it can do depends on the server behind each model.
    routes: { chat: true, completions: true, embeddings: true, responses: true, infill: false, tokenize: false },
    fields: {},
    reasoning: "reasoning_content",
  },
  vllm: {
    name: "vLLM",
    is: (looks) => owner(looks) === "vllm",
    version: (looks) => text(fieldOf(looks["/version"]?.body, "version")),
    routes: { chat: true, completions: true, infill: false, tokenize: true, metrics: true },
    fields: { stream_options: true, seed: true, logprobs: true, response_format: true, tools: true, continue_final_message: true },
    reasoning: "reasoning",
  },
  ollama: {
    name: "Ollama",
    is: (looks) => text(fieldOf(looks["/api/version"]?.body, "version")) !== null || /^Ollama is running/.test(text(looks["/"]?.body) ?? ""),
    version: (looks) => text(fieldOf(looks["/api/version"]?.body, "version")),
    routes: { chat: true, completions: true, embeddings: true, responses: true, infill: false, tokenize: false, metrics: false },
    fields: { stream_options: true, seed: true, logprobs: true, response_format: true, tools: true, continue_final_message: false },
    reasoning: "reasoning",
  },
  "lm-studio": {
    name: "LM Studio",
    is: (looks) => owner(looks) === "organization_owner" || listOf(looks["/api/v0/models"]).some((card) => "compatibility_type" in card),
    version: () => null,
    routes: { chat: true, completions: true, embeddings: true, responses: true, infill: false, tokenize: false, metrics: false },
    fields: { stream_options: true, seed: true, response_format: true, tools: true, continue_final_message: false },
    reasoning: "reasoning_content",
  },
  "llama-server": {
    name: "llama-server",
    is: (looks) => looks["/props"]?.status === 200 && fieldOf(looks["/props"].body, "total_slots") !== undefined,
    version: (looks) => text(fieldOf(looks["/props"]?.body, "build_info")),
    routes: { chat: true, completions: true, embeddings: true, infill: true, tokenize: true },
    fields: { stream_options: true, seed: true, logprobs: true, response_format: true, tools: true, continue_final_message: true },
    reasoning: "reasoning_content",
  },
  "llama-cpp-python": {
    name: "llama-cpp-python",
    is: (looks) => /llama\.cpp Python API/.test(text(fieldOf(fieldOf(looks["/openapi.json"]?.body, "info"), "title")) ?? ""),
    version: (looks) => text(fieldOf(fieldOf(looks["/openapi.json"]?.body, "info"), "version")),
    routes: { chat: true, completions: true, embeddings: true, infill: false, tokenize: false, metrics: false },
    fields: { stream_options: false, seed: true, logprobs: true, response_format: true, tools: true, continue_final_message: false },
    reasoning: null,
  },
  jan: {
    name: "Jan",
    is: (looks) => /\bJan\b/.test(text(fieldOf(fieldOf(looks["/openapi.json"]?.body, "info"), "title")) ?? "") || /\bJan\b.*API/i.test(text(looks["/"]?.body) ?? ""),
    version: (looks) => text(fieldOf(fieldOf(looks["/openapi.json"]?.body, "info"), "version")),
    // It hands requests on to llama-server.
    routes: { chat: true, infill: false, tokenize: false },
    fields: { stream_options: true, seed: true, response_format: true, tools: true },
    reasoning: "reasoning_content",
  },
  other: {
    name: "a server with OpenAI's API",
    is: () => false,
    version: () => null,
    routes: {},
    fields: {},
    reasoning: null,
  },
};

/** Who the models are said to belong to: servers give a name of their own there. */
function owner(looks: Looks): string | null {
  const owners = new Set(listOf(looks["/v1/models"]).map((card) => card["owned_by"]));
  const [only] = owners;
  return owners.size === 1 && typeof only === "string" ? only : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
