import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import { type LogFormat, ServeLog } from "../../../../kernel/cli/serve-log.ts";
import type { RequestEntry } from "../../../../runtime/serve.ts";

const ENTRY: RequestEntry = {
  id: "req-1", method: "POST", route: "/v1/chat/completions", status: 200, ms: 812.34, error: null,
  model: "smollm2-135m", prompt_tokens: 33, cached_tokens: 20, generated_tokens: 16, ttft_ms: 41.26,
};

describe("ServeLog", () => {
  const written = (format: LogFormat, write: (log: ServeLog) => void): string => {
    const out = new PassThrough();
    write(new ServeLog(out, format, () => new Date(0)));
    return String(out.read() ?? "");
  };

  it("tells a request in words", () => {
    assert.equal(written("text", (log) => log.request(ENTRY)), "1970-01-01T00:00:00.000Z POST /v1/chat/completions 200 812 ms, smollm2-135m: 33 + 16 tokens, 20 of them cached, first after 41 ms, req-1\n");
    assert.equal(written("text", (log) => log.request({ ...ENTRY, status: 404, error: "model_not_found", model: null, ms: 1 })), "1970-01-01T00:00:00.000Z POST /v1/chat/completions 404 1 ms model_not_found, req-1\n");
  });

  it("or as JSON, errors of the server as such", () => {
    assert.deepEqual(JSON.parse(written("json", (log) => log.request(ENTRY))), { time: "1970-01-01T00:00:00.000Z", level: "info", event: "request", ...ENTRY, ms: 812.3, ttft_ms: 41.3 });
    assert.equal((JSON.parse(written("json", (log) => log.request({ ...ENTRY, status: 500 }))) as { level: string }).level, "error");
    assert.deepEqual(JSON.parse(written("json", (log) => log.problem("a\nb"))), { time: "1970-01-01T00:00:00.000Z", level: "error", event: "problem", message: "a\nb" });
    assert.equal(written("json", (log) => log.event("ready", { models: ["a\nb"] }, "Ready: a\nb\n")).trim().split("\n").length, 1);
  });

  it("or not at all, but says what the server says of itself", () => {
    assert.equal(written("off", (log) => { log.request(ENTRY); log.event("ready", {}, "Ready.\n"); }), "Ready.\n");
  });
});
