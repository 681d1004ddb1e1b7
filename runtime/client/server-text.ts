import type { ServerFacts } from "./server-facts.ts";
import { type FieldName, FIELDS, type RouteName, ROUTES } from "./server-looks.ts";

/** Models named in words; the rest is counted. */
const SHOWN_MODELS = 8;

/** What is known of a server, one line each. */
export function serverLines(facts: ServerFacts): string[] {
  const { name, version, keyRefused, models, routes, fields, reasoning } = facts;
  if (keyRefused) return [`${capital(name)}${version === null ? "" : ` ${version}`}. The key is missing or wrong, so nothing more can be seen.`];
  return [
    `${capital(name)}${version === null ? "" : ` ${version}`}.`,
    `Models: ${models.length === 0 ? "none" : models.slice(0, SHOWN_MODELS).map(({ id, context }) => (context === null ? id : `${id} (${context} tokens)`)).join(", ")}${models.length > SHOWN_MODELS ? `, and ${models.length - SHOWN_MODELS} more` : ""}.`,
    ...sorted("Routes", Object.keys(ROUTES) as RouteName[], routes, (route) => ROUTES[route]),
    ...sorted("Fields", [...FIELDS], fields, (field: FieldName) => field),
    reasoning === null ? "Thinking: between its marks in the text, or as the model writes it." : `Thinking: in the field ${reasoning}, where the server separates it.`,
    "Not available from it: memory, devices, the model file, the wait for a slot.",
  ];
}

function sorted<K extends string>(title: string, keys: readonly K[], has: Readonly<Record<K, boolean | null>>, shown: (key: K) => string): string[] {
  const of = (value: boolean | null): string => keys.filter((key) => has[key] === value).map(shown).join(", ");
  return [[title, true], [`No ${title.toLowerCase()}`, false], [`${title} it does not tell of`, null]].flatMap(([label, value]) => {
    const list = of(value as boolean | null);
    return list === "" ? [] : [`${String(label)}: ${list}.`];
  });
}

function capital(name: string): string {
  return name.startsWith("a ") ? `A${name.slice(1)}` : name;
}
