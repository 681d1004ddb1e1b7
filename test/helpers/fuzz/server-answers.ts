import fc from "fast-check";

import type { HttpCase } from "./http-case.ts";
import { hostileText, hostileValue } from "./hostile-values.ts";
import { spoiled } from "./mutate-json.ts";
import { torn } from "./mutate-text.ts";

/** What a server says to one request. `then`: how it leaves. */
export type ServerAnswer = HttpCase;

const usage = fc.record({ prompt_tokens: fc.nat(100), completion_tokens: fc.nat(100), total_tokens: fc.nat(200), prompt_tokens_details: fc.record({ cached_tokens: fc.nat(10) }), completion_tokens_details: fc.record({ reasoning_tokens: fc.nat(10) }) }, { requiredKeys: [] });
const timings = fc.record({ e2e_ms: fc.nat(1000), predicted_tokens: fc.nat(10), ttft_ms: fc.nat(100), itl_ms: fc.record({ n: fc.nat(9), mean: fc.nat(9), p50: fc.nat(9), p95: fc.constant(null), max: fc.nat(9) }), prompt_n: fc.nat(9), predicted_n: fc.nat(9), cache_n: fc.nat(9) }, { requiredKeys: [] });
const provenance = fc.constant({ model: "m", precision: "int8", quant: "Q8_0", file_sha256: "0", backend: "cpu", device: "CPU", threads: 2, context: 9, slots: 1, engine_version: "1", settings: { seed: { value: 1, source: "request" } }, warnings: ["careful"], prompt_sha256: "0", fallback: { from: "cuda", to: "cpu", reason: "none" }, memory: { weights: 1, kv_cache: 1, rss: 1, vram_used: null } });
const logprobs = fc.record({ tokens: fc.array(fc.string()), token_logprobs: fc.array(fc.double({ max: 0 })) });
const call = fc.record({ index: fc.integer({ min: -1, max: 200 }), id: fc.string(), type: fc.constant("function"), function: fc.record({ name: fc.string(), arguments: fc.string() }) });
const delta = fc.record({ role: fc.constant("assistant"), content: fc.oneof(hostileText, fc.constantFrom("<think>", "</th", "ink>")), reasoning_content: hostileText, reasoning: hostileText, thinking: hostileText, tool_calls: fc.array(call, { maxLength: 3 }) }, { requiredKeys: [] });
const choice = fc.record({ index: fc.constant(0), delta, text: hostileText, finish_reason: fc.constantFrom(null, "stop", "length", "tool_calls", "content_filter"), logprobs }, { requiredKeys: [] });
const chunk = fc.record({ id: fc.string(), model: fc.string(), choices: fc.array(choice, { maxLength: 2 }), usage, timings, retort: provenance, content: hostileText, stop: fc.boolean() }, { requiredKeys: ["choices"] });
const failure = fc.record({ error: fc.oneof(fc.record({ message: hostileText, code: fc.oneof(hostileText, fc.constantFrom("cancelled", "oom", null, 5)), type: hostileText, param: hostileText, hint: hostileText }, { requiredKeys: [] }), hostileValue), detail: hostileValue, message: hostileValue }, { requiredKeys: [] });
const cards = fc.record({ object: fc.constant("list"), data: fc.array(fc.record({ id: hostileText, owned_by: fc.constantFrom("vllm", "x", null), max_model_len: fc.nat(), embedding: fc.array(fc.double()), index: fc.nat() }, { requiredKeys: [] }), { maxLength: 3 }) });
const page = fc.oneof(cards, fc.record({ paths: fc.dictionary(fc.string(), fc.constant({})), version: fc.string(), data: hostileValue, models: hostileValue, components: hostileValue }, { requiredKeys: [] }));

const maybeSpoiled = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof(good, spoiled(good));
const event = fc.oneof(
  { weight: 8, arbitrary: maybeSpoiled(chunk).map((data) => `data: ${JSON.stringify(data)}\n\n`) },
  { weight: 1, arbitrary: failure.map((data) => `data: ${JSON.stringify(data)}\n\n`) },
  { weight: 1, arbitrary: hostileValue.map((data) => `data: ${JSON.stringify(data)}\n\n`) },
  { weight: 2, arbitrary: fc.constantFrom(": ping\n\n", "data: [DONE]\n\n", "data:\n\n", "event: error\ndata: {}\n\n", "retry: x\n", "id: \u0000\n\n", "data: {\ndata: }\n\n", "\r\n\r\n", "data: {\"choices\":[]}\r\n\r\n", "nonsense\n") },
);
const stream = fc.tuple(fc.array(event, { maxLength: 6 }), fc.constantFrom("data: [DONE]\n\n", "")).map(([events, last]) => events.join("") + last);

const head = (status: string, type: string, more: string): string => `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nConnection: close\r\n${more}\r\n`;
const STATUSES = ["400 x", "401 x", "404 x", "422 x", "429 x", "500 x", "502 x", "503 x", "301 x", "204 x", "200 x", "418 x", "100 x", "599 x", "999 x"];
const MORE = ["", "", "Retry-After: 0\r\n", "Retry-After: 1e9\r\n", "Retry-After: -1\r\n", "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", `Retry-After: ${"9".repeat(400)}\r\n`, "Location: http://127.0.0.1:1/\r\n", "Content-Length: 5\r\n", "Content-Length: 99999999\r\n", "Content-Encoding: gzip\r\n", "Set-Cookie: a=b\r\n", "Transfer-Encoding: chunked\r\n"];

/** Good and spoiled answers of an OpenAI-style server, and bytes that are hardly any. */
export const serverAnswer: fc.Arbitrary<ServerAnswer> = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: stream.map((text) => ({ kind: "stream", bytes: head("200 OK", "text/event-stream", "") + latin1(text) })) },
    { weight: 3, arbitrary: torn(stream.map(latin1)).map((text) => ({ kind: "torn stream", bytes: head("200 OK", "text/event-stream", "") + text })) },
    { weight: 3, arbitrary: maybeSpoiled(page).map((value) => ({ kind: "page", bytes: head("200 OK", "application/json", "") + latin1(JSON.stringify(value) ?? "") })) },
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...STATUSES), fc.constantFrom(...MORE), fc.oneof(failure, hostileValue)).map(([status, more, body]) => ({ kind: `status ${status}`, bytes: head(status, "application/json", more) + latin1(JSON.stringify(body) ?? "") })) },
    { weight: 2, arbitrary: torn(stream.map((text) => head("200 OK", "text/event-stream", "") + latin1(text))).map((bytes) => ({ kind: "torn answer", bytes })) },
    { weight: 1, arbitrary: fc.constantFrom("", "\u0000", "HTTP/1.1 200 OK\r\n", `HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, "\x15\x03\x01\x00\x02\x02\x16", "SSH-2.0-x\r\n").map((bytes) => ({ kind: "no answer", bytes })) },
  ),
  fc.boolean(),
  fc.oneof({ weight: 5, arbitrary: fc.constant("half-close" as const) }, { weight: 1, arbitrary: fc.constant("reset" as const) }),
).map(([{ kind, bytes }, split, then]) => ({ kind, pieces: split ? [bytes.slice(0, bytes.length / 2), bytes.slice(bytes.length / 2)] : [bytes], then }));

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
