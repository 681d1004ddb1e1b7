import assert from "node:assert/strict";

import { readdirSync, readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";

import { FIELD_TEXTS } from "../../../../runtime/api/docs/field-texts.ts";
import type { OpenApiDocument } from "../../../../runtime/api/docs/openapi.ts";
import { typeText } from "../../../../runtime/api/docs/docs-page.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  summary: string;
  security?: unknown[];
  requestBody?: { content: { "application/json": { schema: { $ref: string }; example?: unknown } } };
  responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }>;
}

describe("the OpenAPI document and the page made of it", () => {
  let fake: FakeRuntime;
  let document: OpenApiDocument;
  let operations: Array<{ method: string; path: string; operation: Operation }>;
  before(async () => {
    fake = await startFakeRuntime({ models: ["chatty"] });
    document = (await (await fetch(`${fake.runtime.url}/openapi.json`)).json()) as OpenApiDocument;
    operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation: operation as unknown as Operation })));
  });
  after(() => fake.runtime.dispose());

  it("names every route that is made, the files of the chat page apart", () => {
    const folder = new URL("../../../../runtime/api/routes/", import.meta.url);
    const made = readdirSync(folder).flatMap((name) => {
      const source = readFileSync(new URL(name, folder), "utf8");
      return [...source.matchAll(/app\.(get|post)(?:<.*?>)?\("([^"]+)"/g)].map(([, method = "", path = ""]) => `${method.toUpperCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
    });
    assert.ok(made.length > 25);
    assert.deepEqual(operations.map(({ method, path }) => `${method} ${path}`).sort(), made.filter((name) => name !== "GET /chat/{file}").sort());
  });

  it("names what clients ask for", () => {
    const wanted = [
      "GET /health", "GET /v1/models", "GET /v1/models/{id}", "POST /v1/chat/completions", "POST /v1/completions", "POST /v1/embeddings", "POST /v1/responses",
      "POST /tokenize", "POST /detokenize", "POST /apply-template", "POST /infill", "GET /props", "GET /slots", "GET /metrics",
      "POST /retort/score", "GET /retort/status", "GET /retort/devices", "GET /retort/memory", "GET /retort/models", "POST /retort/load", "POST /retort/unload",
      "POST /retort/precision", "POST /retort/remove", "POST /retort/lease", "POST /retort/release", "POST /retort/shutdown", "GET /openapi.json", "GET /docs",
    ];
    const named = operations.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(wanted.filter((name) => !named.includes(name)), []);
  });

  it("is a valid OpenAPI 3.1 document: every reference leads somewhere, every schema compiles, every id is its own", () => {
    assert.equal(document.openapi, "3.1.0");
    assert.ok(document.info.title !== "" && document.info.version !== "");
    const ajv = new Ajv2020({ strict: false });
    for (const schema of Object.values(document.components.schemas)) ajv.compile(schema);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? "");
    assert.ok(references.length > 20);
    for (const name of references) assert.ok(name in document.components.schemas, name);
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const { path, operation } of operations) {
      assert.ok(operation.summary.endsWith("."), path);
      assert.deepEqual(Object.keys(operation.responses), ["200", "default"], path);
    }
  });

  it("says what each field of a body means, and nothing of fields that are not there", () => {
    const fields = Object.entries(document.components.schemas).filter(([name]) => name.endsWith("Request")).flatMap(([name, schema]) => Object.entries(schema["properties"] as Record<string, Json>).map(([field, { description }]) => ({ name, field, description })));
    for (const { name, field, description } of fields) assert.ok(typeof description === "string", `${name}.${field}`);
    assert.deepEqual(Object.keys(FIELD_TEXTS).filter((text) => !fields.some(({ field }) => field === text)), []);
  });

  it("the example of every route works, and the reply is as described", async () => {
    const ajv = new Ajv2020({ strict: false });
    const examples = operations.filter(({ operation }) => operation.requestBody?.content["application/json"].example !== undefined);
    assert.ok(examples.length >= 10);
    for (const { method, path, operation } of examples) {
      const example = operation.requestBody?.content["application/json"].example;
      const model = path === "/infill" ? { model: "coder" } : {};
      const response = await fake.call(method, path, { ...(example as Json), ...model });
      const reply: unknown = await response.json();
      assert.equal(response.status, 200, `${path}: ${JSON.stringify(reply)}`);
      const name = operation.responses["200"]?.content["application/json"]?.schema.$ref?.split("/").at(-1);
      if (name === undefined) continue;
      const validate = ajv.compile(document.components.schemas[name] ?? {});
      assert.ok(validate(reply), `${path}: ${ajv.errorsText(validate.errors)}`);
    }
  });

  it("what a GET brings is as described", async () => {
    const ajv = new Ajv2020({ strict: false });
    for (const { method, path, operation } of operations) {
      const name = operation.responses["200"]?.content["application/json"]?.schema.$ref?.split("/").at(-1);
      if (method !== "GET" || name === undefined) continue;
      const reply: unknown = await (await fake.call("GET", path.replace("{id}", "chatty"))).json();
      const validate = ajv.compile(document.components.schemas[name] ?? {});
      assert.ok(validate(reply), `${path}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(reply)}`);
    }
  });

  it("an error is as described", async () => {
    const validate = new Ajv2020({ strict: false }).compile(document.components.schemas["Error"] ?? {});
    assert.ok(validate(await (await fake.call("POST", "/v1/embeddings", { model: "nobody", input: "x" })).json()));
  });

  it("only these need no key, and they say so", async () => {
    const open = operations.filter(({ operation }) => operation.security !== undefined);
    assert.deepEqual(open.map(({ path }) => path).sort(), ["/", "/docs", "/health", "/openapi.json"]);
    for (const { path } of open) assert.equal((await fetch(fake.runtime.url + path)).status, 200, path);
    for (const path of ["/metrics", "/slots", "/props", "/v1/models"]) assert.equal((await fetch(fake.runtime.url + path)).status, 401, path);
  });

  it("GET /docs is one inert page that names every route and loads nothing", async () => {
    const response = await fetch(`${fake.runtime.url}/docs`);
    const page = await response.text();
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    for (const { path, operation } of operations) {
      assert.ok(page.includes(`id="${operation.operationId}"`), path);
      assert.ok(page.includes(path), path);
    }
    assert.doesNotMatch(page, /<script|<img|<link|<iframe|javascript:|\son\w+=|src=|url\(/i);
    assert.deepEqual([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? "").filter((target) => !target.startsWith("#")), ["openapi.json"]);
  });

  it("a type is told in words", () => {
    const told: Array<[Json, string]> = [
      [{ type: "integer", minimum: 1, maximum: 8 }, "integer (1 to 8)"],
      [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, "number (above 0, at most 1)"],
      [{ anyOf: [{ const: "a" }, { const: "b" }] }, '"a" or "b"'],
      [{ type: "array", items: { type: "string" }, minItems: 1, maxItems: 64 }, "list (1 to 64) of string"],
      [{ type: "string", minLength: 1, maxLength: 9 }, "string (1 to 9 characters)"],
      [{ type: "object" }, "object"],
      [{ type: "string", maxLength: 64 }, "string (at most 64 characters)"],
    ];
    for (const [schema, words] of told) assert.equal(typeText(schema), words);
  });
});
