import { fieldOf, isFields } from "./fields.ts";
import { KNOWN_SERVERS, type KnownServer, type ServerKind } from "./known-servers.ts";
import { type FieldName, FIELDS, listOf, type Looks, type RouteName, ROUTES } from "./server-looks.ts";

/** What could be found out about a server. Null: it does not tell. */
export interface ServerFacts {
  kind: ServerKind;
  /** Name for readers. */
  name: string;
  version: string | null;
  /** The key is missing or wrong: nothing more could be seen. */
  keyRefused: boolean;
  models: Array<{ id: string; context: number | null }>;
  routes: Record<RouteName, boolean | null>;
  fields: Record<FieldName, boolean | null>;
  /** Name of the field in which thinking comes; null: in the text between its marks, or not known. */
  reasoning: string | null;
}

/** Puts what was seen together: from the server's own description of its routes where it has one, else from its documentation. */
export function serverFacts(looks: Looks): ServerFacts {
  const kind = serverKind(looks);
  const known: KnownServer = KNOWN_SERVERS[kind];
  const described = describedRoutes(looks);
  const fields = describedFields(looks);
  return {
    kind,
    name: known.name,
    version: known.version(looks),
    keyRefused: [401, 403].includes(looks["/v1/models"]?.status ?? 0),
    models: modelsOf(looks),
    routes: mapKeys(Object.keys(ROUTES) as RouteName[], (name) => described?.has(ROUTES[name]) ?? known.routes[name] ?? null),
    fields: mapKeys(FIELDS, (name) => fields?.has(name) ?? known.fields[name] ?? null),
    reasoning: known.reasoning,
  };
}

/** Which server shows such pages. */
export function serverKind(looks: Looks): ServerKind {
  return (Object.keys(KNOWN_SERVERS) as ServerKind[]).find((each) => KNOWN_SERVERS[each].is(looks)) ?? "other";
}

function modelsOf(looks: Looks): ServerFacts["models"] {
  const lengths = new Map(listOf(looks["/api/v0/models"]).map((card) => [card["id"], card["loaded_context_length"] ?? card["max_context_length"]]));
  return listOf(looks["/v1/models"]).flatMap((card) => {
    const { id, max_model_len: longest, retort, meta } = card;
    if (typeof id !== "string" || id === "") return [];
    const context = [longest, fieldOf(retort, "context"), fieldOf(meta, "n_ctx"), lengths.get(id)].find((value) => typeof value === "number");
    return [{ id, context: typeof context === "number" ? context : null }];
  });
}

function describedRoutes(looks: Looks): Set<string> | null {
  const paths = fieldOf(looks["/openapi.json"]?.body, "paths");
  return isFields(paths) ? new Set(Object.keys(paths)) : null;
}

/** Names of the chat request's fields; null where the server does not describe them. */
function describedFields(looks: Looks): Set<string> | null {
  const schemas = fieldOf(fieldOf(looks["/openapi.json"]?.body, "components"), "schemas");
  const request = fieldOf(schemas, "ChatCompletionRequest") ?? fieldOf(schemas, "CreateChatCompletionRequest");
  const properties = fieldOf(request, "properties");
  return isFields(properties) ? new Set(Object.keys(properties)) : null;
}

function mapKeys<K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;
}
