import { escapeHtml } from "../../escape-html.ts";
import type { OpenApiDocument } from "./openapi.ts";

type Json = Record<string, unknown>;

/** The whole style of the page. */
export const DOCS_STYLE = `:root{color-scheme:light dark;--back:#fff;--text:#1b1b1b;--line:#d4d4d4;--code:#f4f4f4;--link:#0b57b7}
@media (prefers-color-scheme:dark){:root{--back:#161616;--text:#e8e8e8;--line:#444;--code:#232323;--link:#9cc2ff}}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;background:var(--back);color:var(--text)}a{color:var(--link)}
h2{margin:3.5rem 0 .5rem;border-bottom:2px solid var(--line)}h3{margin:2.5rem 0 .5rem;font-size:1.1rem}h3 code{font-size:inherit;font-weight:600;overflow-wrap:anywhere}
code,pre{font:.875rem/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;border-radius:4px;background:var(--code)}
nav ul{margin:0;padding:0;list-style:none}nav>ul>li{margin-top:1rem;font-weight:600}nav ul ul{font-weight:400}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}td:first-child{white-space:nowrap}
@media (max-width:40rem){thead{display:none}tr,td{display:block}tr{padding:.5rem 0;border-bottom:1px solid var(--line)}td{padding:0;border:0;overflow-wrap:anywhere}td:nth-child(2){font-style:italic}td:first-child{white-space:normal}}`;

/** The OpenAPI document as one page of plain HTML. Every text is escaped: nothing in it can act. */
export function docsPage({ info, tags, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  const groups = tags.map(({ name, description }) => ({ name, description, own: operations.filter(({ operation }) => (operation["tags"] as string[]).includes(name)) }));
  const parts = groups.map(({ name, description, own }) => `<h2>${escapeHtml(name)}</h2><p>${prose(description)}</p>${own.map((one) => section(one, components.schemas)).join("")}`);
  const contents = groups.map(({ name, own }) => `<li>${escapeHtml(name)}<ul>${own.map(entry).join("")}</ul></li>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Retort API</title><style>${DOCS_STYLE}</style></head><body><main>`
    + `<h1>Retort ${escapeHtml(info.version)}</h1><p>${prose(info.description)}</p><p>Every route needs the header <code>Authorization: Bearer KEY</code>, unless it says otherwise. The same as OpenAPI: <a href="openapi.json">openapi.json</a>.</p>`
    + `<nav aria-label="Routes"><ul>${contents.join("")}</ul></nav>${parts.join("")}</main></body></html>\n`;
}

interface Operation {
  path: string;
  method: string;
  operation: Json;
}

/** A line of the contents. */
function entry({ path, method, operation }: Operation): string {
  return `<li><a href="#${String(operation["operationId"])}"><code>${method} ${escapeHtml(path)}</code></a> ${prose(String(operation["summary"]))}</li>`;
}

function section({ path, method, operation }: Operation, schemas: Record<string, Json>): string {
  const { operationId, summary, security, requestBody, parameters = [], responses } = operation;
  const { schema, example } = (requestBody as { content: { "application/json": { schema: { $ref: string }; example?: unknown } } } | undefined)?.content["application/json"] ?? {};
  const body = schema === undefined ? undefined : schemas[schema.$ref.split("/").at(-1) ?? ""];
  const { description } = (responses as Record<string, { description: string }>)["200"] ?? { description: "" };
  return `<section id="${escapeHtml(String(operationId))}"><h3><code>${method} ${escapeHtml(path)}</code></h3><p>${prose(String(summary))}${security === undefined ? "" : " Needs no key."}</p>`
    + fields([...(parameters as Json[]).map((parameter) => row(String(parameter["name"]), parameter["schema"] as Json, parameter["required"] === true, parameter["description"])), ...bodyRows(body)])
    + `<p>Returns: ${prose(description)}</p>`
    + (example === undefined ? "" : `<pre>curl "$RETORT_URL${escapeHtml(path)}" -H "Authorization: Bearer $RETORT_API_KEY" -H "Content-Type: application/json" \\\n  -d '${escapeHtml(JSON.stringify(example))}'</pre>`)
    + "</section>";
}

function fields(rows: readonly string[]): string {
  return rows.length === 0 ? "" : `<table><thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col">what it does</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function bodyRows(schema: Json | undefined): string[] {
  const required = (schema?.["required"] ?? []) as string[];
  return Object.entries((schema?.["properties"] ?? {}) as Record<string, Json>).map(([name, field]) => row(name, field, required.includes(name), field["description"]));
}

function row(name: string, schema: Json, isRequired: boolean, description: unknown): string {
  return `<tr><td><code>${escapeHtml(name)}</code>${isRequired ? " (required)" : ""}</td><td>${escapeHtml(typeText(schema))}</td><td>${prose(typeof description === "string" ? description : "")}</td></tr>`;
}

/** A schema in a few words: `integer (1 to 8)`. */
export function typeText(schema: Json): string {
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  const choices = schema["anyOf"] as Json[] | undefined;
  if (choices !== undefined) return [...new Set(choices.map(typeText))].join(" or ");
  if (schema["type"] === "array") return `list${bounds(schema, "Items")} of ${schema["items"] === undefined ? "anything" : typeText(schema["items"] as Json)}`;
  if (schema["type"] === "string") return `string${bounds(schema, "Length", " characters")}`;
  return `${String(schema["type"] ?? "anything")}${bounds(schema, "imum")}`;
}

/** What a schema's `min…` and `max…` say. */
function bounds(schema: Json, of: "imum" | "Items" | "Length", unit = ""): string {
  const [least, most, above] = [schema[`min${of}`], schema[`max${of}`], schema["exclusiveMinimum"]];
  if (least !== undefined && most !== undefined) return ` (${String(least)} to ${String(most)}${unit})`;
  const parts = [...(above === undefined ? [] : [`above ${String(above)}`]), ...(least === undefined ? [] : [`${String(least)} or more${unit}`]), ...(most === undefined ? [] : [`at most ${String(most)}${unit}`])];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Text with `code` in it. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}
