import fc from "fast-check";

import type { OpenApiDocument } from "../../../runtime/api/docs/openapi.ts";
import { hostileText } from "./hostile-values.ts";
import type { HttpCase } from "./http-case.ts";
import { spoiled } from "./mutate-json.ts";
import { torn } from "./mutate-text.ts";
import { rawHttpCase } from "./raw-http-cases.ts";
import { fitting, type JsonSchema } from "./schema-arbitrary.ts";

interface Route {
  method: string;
  path: string;
  body: fc.Arbitrary<unknown> | null;
}

/** It would end the server under test, as it should. */
const LEFT_OUT = new Set(["/retort/shutdown"]);

/** Requests as the server's own description has them, good and spoiled, and bytes that are hardly any. */
export function httpCase(document: OpenApiDocument, token: string, models: readonly string[]): fc.Arbitrary<HttpCase> {
  const routes = routesOf(document, { model: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...models) }, hostileText), n: fc.integer({ min: 1, max: 3 }) });
  const json = fc.constantFrom(...routes.filter(({ body }) => body !== null)).chain((route) => {
    const good = (route.body as fc.Arbitrary<unknown>);
    const text = good.map((value) => bytesOf(value));
    return fc.oneof(
      { weight: 2, arbitrary: text.map((body) => ({ kind: "good body", body })) },
      { weight: 5, arbitrary: spoiled(good).map((value) => ({ kind: "spoiled body", body: bytesOf(value) })) },
      { weight: 2, arbitrary: torn(text).map((body) => ({ kind: "torn body", body })) },
    ).chain(({ kind, body }) => framed(route, kind, body, token));
  });
  const bare = fc.constantFrom(...routes).chain((route) => framed(route, "no body", "", token));
  return fc.oneof({ weight: 8, arbitrary: json }, { weight: 1, arbitrary: bare }, { weight: 3, arbitrary: rawHttpCase(routes.map(({ path }) => path), token) });
}

function routesOf({ paths, components: { schemas } }: OpenApiDocument, known: Record<string, fc.Arbitrary<unknown>>): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) => LEFT_OUT.has(path) ? [] : Object.entries(operations).map(([method, operation]) => {
    const reference = (operation as { requestBody?: { content: { "application/json": { schema: { $ref: string } } } } }).requestBody?.content["application/json"].schema.$ref;
    const schema = reference === undefined ? undefined : schemas[reference.split("/").at(-1) ?? ""];
    return { method: method.toUpperCase(), path, body: schema === undefined ? null : fitting(schema as JsonSchema, known) };
  }));
}

function pathOf({ path }: Route): string {
  return path.replace(/\{\w+\}/g, "chatty");
}

function bytesOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value) ?? "").toString("latin1");
}

const mostly = <T>(usual: T, ...odd: T[]): fc.Arbitrary<T> => fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: odd.length, arbitrary: fc.constantFrom(...odd) });

/** One request around `body`, with a head as it should be, or with some of it odd. */
function framed(route: Route, kind: string, body: string, token: string): fc.Arbitrary<HttpCase> {
  const good = `${route.method} ${pathOf(route)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  return fc.oneof({ weight: 3, arbitrary: fc.constant<HttpCase>({ kind, pieces: [good], then: "wait" }) }, { weight: 2, arbitrary: oddlyFramed(route, kind, body, token) });
}

function oddlyFramed(route: Route, kind: string, body: string, token: string): fc.Arbitrary<HttpCase> {
  const { method } = route;
  return fc.record({
    method: mostly(method, "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"),
    host: mostly("localhost", "127.0.0.1:80", "[::1]", "evil.example", "localhost.evil.example", "", "localhost:x", "a@localhost"),
    key: mostly(`Bearer ${token}`, "Bearer ", "Bearer wrong", `Basic ${token}`, "", `Bearer ${token} x`),
    origin: mostly<string | null>(null, "null", "https://evil.example", "https://page.example", "http://localhost", "http://127.0.0.1:80"),
    type: mostly<string | null>("application/json", null, "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "*/*", "application/jsonx", "\u0001"),
    coding: mostly<string | null>(null, "gzip", "deflate", "br", "identity", "x"),
    framing: mostly<keyof typeof FRAMINGS>("length", ...(Object.keys(FRAMINGS) as Array<keyof typeof FRAMINGS>)),
    more: mostly<string>("", "X-Retort-Priority: completion\r\n", "X-Retort-Priority: root\r\n", "X-Retort-Wait: no\r\n", "X-Request-Id: \u00ff\u00fe\r\n", "Expect: 100-continue\r\n", "Expect: miracles\r\n", "Upgrade: websocket\r\nConnection: Upgrade\r\n", "Range: bytes=0-9\r\n", "If-None-Match: *\r\n", "Accept-Encoding: gzip\r\n", "Cookie: a=b\r\n"),
    version: mostly("1.1", "1.0"),
    query: mostly("", "?", "?model=chatty", "?model=%00", "?api_key=x", `?q=${"x".repeat(500)}`, "?a[b]=c", "#x"),
    split: fc.boolean(),
    then: mostly<HttpCase["then"]>("wait", "half-close", "reset"),
  }).map(({ method: verb, host, key, origin, type, coding, framing, more, version, query, split, then }) => {
    const optional = (name: string, value: string | null): string => (value === null ? "" : `${name}: ${value}\r\n`);
    const { headers, text } = FRAMINGS[framing](body);
    const head = `${verb} ${pathOf(route)}${query} HTTP/${version}\r\nHost: ${host}\r\nAuthorization: ${key}\r\n${optional("Origin", origin)}${optional("Content-Type", type)}${optional("Content-Encoding", coding)}${more}${headers}Connection: close\r\n\r\n`;
    return { kind: `${kind}, ${framing}`, pieces: split ? [head, text.slice(0, text.length / 2), text.slice(text.length / 2)] : [head + text], then };
  });
}

const chunks = (body: string): string => `${body === "" ? "" : `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`;

/** How a body's end is said: rightly, wrongly, twice. */
const FRAMINGS = {
  length: (body: string) => ({ headers: `Content-Length: ${body.length}\r\n`, text: body }),
  chunked: (body: string) => ({ headers: "Transfer-Encoding: chunked\r\n", text: chunks(body) }),
  "no length": (body: string) => ({ headers: "", text: body }),
  "too long": (body: string) => ({ headers: `Content-Length: ${body.length + 7}\r\n`, text: body }),
  "too short": (body: string) => ({ headers: `Content-Length: ${Math.floor(body.length / 2)}\r\n`, text: body }),
  "huge length": (body: string) => ({ headers: "Content-Length: 99999999999999\r\n", text: body }),
  "endless length": (body: string) => ({ headers: `Content-Length: ${"9".repeat(40)}\r\n`, text: body }),
  "negative length": (body: string) => ({ headers: "Content-Length: -1\r\n", text: body }),
  "two lengths": (body: string) => ({ headers: `Content-Length: ${body.length}\r\nContent-Length: 0\r\n`, text: body }),
  "length and chunks": (body: string) => ({ headers: `Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n`, text: chunks(body) }),
  "chunked twice": (body: string) => ({ headers: "Transfer-Encoding: chunked, chunked\r\n", text: chunks(body) }),
  "chunked, then not": (body: string) => ({ headers: "Transfer-Encoding: chunked, identity\r\n", text: chunks(body) }),
  "odd coding": (body: string) => ({ headers: "Transfer-Encoding: xchunked\r\n", text: chunks(body) }),
  "huge chunk": (body: string) => ({ headers: "Transfer-Encoding: chunked\r\n", text: `7fffffffffffffff\r\n${body}` }),
  "overflowing chunk": (body: string) => ({ headers: "Transfer-Encoding: chunked\r\n", text: `${"f".repeat(20)}\r\n${body}` }),
  "negative chunk": (body: string) => ({ headers: "Transfer-Encoding: chunked\r\n", text: `-1\r\n${body}` }),
  "long extension": (body: string) => ({ headers: "Transfer-Encoding: chunked\r\n", text: `1;${"x".repeat(20_000)}\r\n${body}` }),
  trailers: (body: string) => ({ headers: "Transfer-Encoding: chunked\r\nTrailer: Authorization\r\n", text: chunks(body).replace(/\r\n$/, "Authorization: Bearer x\r\nHost: evil\r\n\r\n") }),
  "a second request": (body: string) => ({ headers: `Content-Length: ${body.length}\r\n`, text: `${body}GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n` }),
  "garbage behind": (body: string) => ({ headers: `Content-Length: ${body.length}\r\n`, text: `${body}\u0000\u0001garbage\r\n\r\n` }),
} as const;
