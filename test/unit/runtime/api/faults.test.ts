import assert from "node:assert/strict";

import type { ErrorBody } from "../../../../runtime/api/types.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const CHAT = "/v1/chat/completions";
const GOOD = { model: "chatty", messages: [{ role: "user", content: "Hello" }] };

/** One bad request and how it must be refused. */
interface Case {
  fault: number;
  name: string;
  status: number;
  code: string;
  method?: string;
  path?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Must appear in the message or the hint. */
  says?: RegExp;
}

const chat = (over: object): object => ({ ...GOOD, ...over });
const content = (text: unknown): object => chat({ messages: [{ role: "user", content: text }] });

const CASES: Case[] = [
  { fault: 1, name: "a body that is not JSON", body: "hello", status: 400, code: "invalid_json" },
  { fault: 1, name: "a body that is cut off", body: '{"model": "chatty", "mess', status: 400, code: "invalid_json" },
  { fault: 1, name: "an empty body", body: "", status: 400, code: "invalid_json" },
  { fault: 1, name: "another content type", body: "{}", headers: { "content-type": "text/plain" }, status: 415, code: "unsupported_media_type" },
  { fault: 1, name: "a body that is a list", body: [], status: 400, code: "invalid_request" },
  { fault: 2, name: "a body over the limit", body: content("x".repeat(5 * 1024 * 1024)), status: 413, code: "body_too_large" },
  { fault: 3, name: "deep nesting", body: "[".repeat(100_000), status: 400, code: "json_too_deep" },
  { fault: 3, name: "a __proto__ key", body: '{"model":"chatty","__proto__":{"admin":true}}', status: 400, code: "forbidden_key" },
  { fault: 3, name: "a constructor.prototype key", body: '{"model":"chatty","constructor":{"prototype":{}}}', status: 400, code: "forbidden_key" },
  { fault: 4, name: "a lone surrogate", body: '{"model":"chatty","messages":[{"role":"user","content":"\\ud800"}]}', status: 400, code: "invalid_text" },
  { fault: 4, name: "a NUL character", body: content("a\u0000b"), status: 400, code: "invalid_text" },
  { fault: 4, name: "bytes that are not UTF-8", body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), status: 400, code: "invalid_utf8" },
  { fault: 5, name: "no messages", body: chat({ messages: [] }), status: 400, code: "invalid_request", says: /messages/ },
  { fault: 5, name: "messages left out", body: { model: "chatty" }, status: 400, code: "invalid_request", says: /'messages' is missing/ },
  { fault: 5, name: "an unknown role", body: chat({ messages: [{ role: "wizard", content: "x" }] }), status: 400, code: "invalid_request", says: /role.*"user"/ },
  { fault: 5, name: "null content", body: content(null), status: 400, code: "invalid_request", says: /content/ },
  { fault: 5, name: "a content part of another kind", body: content([{ type: "image_url", image_url: { url: "http://x/y.png" } }]), status: 400, code: "invalid_request", says: /content/ },
  { fault: 6, name: "a negative max_tokens", body: chat({ max_tokens: -1 }), status: 400, code: "invalid_request", says: /max_tokens.*-1/ },
  { fault: 6, name: "a huge max_tokens", body: chat({ max_tokens: 1e12 }), status: 400, code: "invalid_request", says: /max_tokens/ },
  { fault: 6, name: "a number as text", body: chat({ max_tokens: "10" }), status: 400, code: "invalid_request", says: /max_tokens.*not string/ },
  { fault: 6, name: "a seed beyond 2^53", body: '{"model":"chatty","messages":[{"role":"user","content":"x"}],"seed":9007199254740993}', status: 400, code: "invalid_request", says: /seed/ },
  { fault: 6, name: "a negative temperature", body: chat({ temperature: -1 }), status: 400, code: "invalid_request", says: /temperature/ },
  { fault: 6, name: "an infinite temperature", body: '{"model":"chatty","messages":[{"role":"user","content":"x"}],"temperature":1e999}', status: 400, code: "invalid_request", says: /temperature/ },
  { fault: 6, name: "NaN", body: '{"model":"chatty","temperature":NaN}', status: 400, code: "invalid_json" },
  { fault: 6, name: "a fractional top_k", body: chat({ top_k: 1.5 }), status: 400, code: "invalid_request", says: /top_k/ },
  { fault: 6, name: "a negative top_k", body: chat({ top_k: -5 }), status: 400, code: "invalid_request", says: /top_k/ },
  { fault: 7, name: "n = 10,000", body: chat({ n: 10_000 }), status: 400, code: "invalid_request", says: /'n'.*10000/ },
  { fault: 7, name: "1,000 stop strings", body: chat({ stop: Array.from({ length: 1000 }, () => "x") }), status: 400, code: "invalid_request", says: /stop/ },
  { fault: 7, name: "an empty stop string", body: chat({ stop: "" }), status: 400, code: "invalid_request", says: /stop/ },
  { fault: 7, name: "100,000 logit_bias entries", body: chat({ logit_bias: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, 1])) }), status: 400, code: "invalid_request", says: /logit_bias/ },
  { fault: 7, name: "a logit_bias for no token", body: chat({ logit_bias: { hello: 1 } }), status: 400, code: "invalid_request", says: /logit_bias.*token id/ },
  { fault: 8, name: "a prompt longer than the context", body: content("word ".repeat(400)), status: 400, code: "context_length_exceeded", says: /prompt is too long: it has 40\d tokens; this model's maximum context length is 256/ },
  { fault: 9, name: "an unknown model", body: chat({ model: "gpt-9" }), status: 404, code: "model_not_found", says: /chatty.*thinker/ },
  { fault: 9, name: "an unknown model with control characters", body: chat({ model: "a\nb\u001b[31m" }), status: 404, code: "model_not_found", says: /'a\?b\?\[31m'/ },
  { fault: 10, name: "a schema of 5 MB", body: chat({ response_format: { type: "json_schema", json_schema: { schema: { enum: ["x".repeat(5e6)] } } } }), status: 413, code: "body_too_large" },
  { fault: 10, name: "a schema nested too deep", body: `{"model":"chatty","response_format":${'{"items":'.repeat(200)}`, status: 400, code: "json_too_deep" },
  { fault: 14, name: "no key", body: GOOD, headers: { authorization: "" }, status: 401, code: "invalid_api_key" },
  { fault: 14, name: "a wrong key", body: GOOD, headers: { authorization: "Bearer nope" }, status: 401, code: "invalid_api_key" },
  { fault: 14, name: "a key in the query", path: `${CHAT}?api_key=secret`, body: GOOD, status: 400, code: "key_in_query" },
  { fault: 15, name: "a foreign origin", body: GOOD, headers: { origin: "https://evil.example" }, status: 403, code: "origin_not_allowed", says: /--allow-origin/ },
  { fault: 15, name: "the null origin", body: GOOD, headers: { origin: "null" }, status: 403, code: "origin_not_allowed" },
  { fault: 15, name: "a preflight", method: "OPTIONS", headers: { origin: "https://evil.example", "access-control-request-method": "POST" }, status: 403, code: "origin_not_allowed" },
  { fault: 15, name: "a foreign origin asking for the health", method: "GET", path: "/health", headers: { origin: "https://evil.example" }, status: 403, code: "origin_not_allowed" },
  { fault: 17, name: "a chat template", body: chat({ chat_template: "{{ evil }}" }), status: 400, code: "field_refused", says: /chat_template/ },
  { fault: 17, name: "a file as model", body: chat({ model: "file:/etc/passwd" }), status: 400, code: "field_refused", says: /--model/ },
  { fault: 17, name: "a file URL", body: chat({ url: "file:///etc/passwd" }), status: 400, code: "field_refused" },
  { fault: 18, name: "a wrong method", method: "GET", status: 405, code: "method_not_allowed", says: /POST/ },
  { fault: 18, name: "an unknown path", path: "/v1/chat/completion", body: GOOD, status: 404, code: "not_found" },
  { fault: 18, name: "a path with ..", path: "/v1/models/..%2f..%2fetc", method: "GET", status: 404, code: "model_not_found" },
  { fault: 18, name: "a path with %00", path: "/v1/models/%00", method: "GET", status: 404, code: "model_not_found" },
  { fault: 18, name: "a path with a broken escape", path: "/v1/models/%zz", method: "GET", status: 400, code: "invalid_url" },
  { fault: 0, name: "a misspelt field", body: chat({ temprature: 1 }), status: 400, code: "unknown_field", says: /Did you mean 'temperature'/ },
  { fault: 0, name: "a tool with a bad name", body: chat({ tools: [{ type: "function", function: { name: "no name" } }] }), status: 400, code: "invalid_request" },
  { fault: 0, name: "two tools of one name", body: chat({ tools: [{ type: "function", function: { name: "f" } }, { type: "function", function: { name: "f" } }] }), status: 400, code: "invalid_request" },
  { fault: 0, name: "a choice of a tool that is not there", body: chat({ tools: [{ type: "function", function: { name: "f" } }], tool_choice: { type: "function", function: { name: "g" } } }), status: 400, code: "invalid_request" },
  { fault: 0, name: "a required call without tools", body: chat({ tool_choice: "required" }), status: 400, code: "invalid_request" },
  { fault: 0, name: "tools and a response format", body: chat({ tools: [{ type: "function", function: { name: "f" } }], response_format: { type: "json_object" } }), status: 400, code: "invalid_request" },
  { fault: 5, name: "a user's message without content", body: chat({ messages: [{ role: "user" }] }), status: 400, code: "invalid_request" },
  { fault: 0, name: "an unknown priority", body: GOOD, headers: { "x-retort-priority": "root" }, status: 400, code: "invalid_request" },
  { fault: 0, name: "embeddings from a chat model", path: "/v1/embeddings", body: { model: "chatty", input: "x" }, status: 400, code: "model_lacks_capability", says: /embedder/ },
  { fault: 33, name: "chat with an embedding model", body: chat({ model: "embedder" }), status: 400, code: "model_lacks_capability", says: /chatty/ },
  { fault: 0, name: "infill with a chat model", path: "/infill", body: { model: "chatty", input_prefix: "a", input_suffix: "b" }, status: 400, code: "model_lacks_capability", says: /coder.*retort pull coder/ },
];

describe("HTTP API: bad requests", () => {
  let fake: FakeRuntime;
  before(async () => { fake = await startFakeRuntime(); });
  after(() => fake.runtime.dispose());

  for (const { fault, name, status, code, method = "POST", path = CHAT, body, headers, says } of CASES) {
    it(`${fault > 0 ? `fault ${fault}: ` : ""}${name} -> ${status} ${code}`, async () => {
      const response = await fake.call(method, path, body, headers);
      const text = await response.text();
      const { error } = JSON.parse(text) as ErrorBody;
      assert.deepEqual([response.status, error.code], [status, code], text);
      assert.ok(error.message.length > 0 && (error.hint ?? "").length > 0 && error.type.endsWith("_error"));
      if (says !== undefined) assert.match(`${error.message} ${error.hint}`, says);
      assert.ok(!text.includes(fake.runtime.token ?? "never"), "the token never appears in an answer");
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    });
  }

  it("the next good request succeeds, and nothing was logged as an internal error", async () => {
    const response = await fake.call("POST", CHAT, GOOD);
    assert.equal(response.status, 200);
    assert.deepEqual(fake.logged, []);
  });

  it("fault 3: of a key that stands twice the last one counts", async () => {
    const response = await fake.call("POST", CHAT, '{"model":"nobody","model":"chatty","messages":[{"role":"user","content":"x"}]}');
    assert.equal(response.status, 200);
  });

  it("accepts what OpenAI's clients send without meaning, and null for options that are not set", async () => {
    const response = await fake.call("POST", CHAT, chat({ user: "me", metadata: { a: "b" }, store: false, stop: null, tools: [], max_tokens: null }));
    assert.equal(response.status, 200);
  });
});
