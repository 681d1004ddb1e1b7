import assert from "node:assert/strict";
import fc from "fast-check";

import { traceOutputs } from "../../../../../kernel/display/trace-view.ts";
import { arrivalMetrics, type MessageTrace, runtimeMetrics, traceEvents } from "../../../../../kernel/experiment/record/message-trace.ts";
import { computeTimings } from "../../../../../runtime/timing.ts";

function traceOf(gaps: readonly number[], over: Partial<MessageTrace> = {}): MessageTrace {
  let at = 1030;
  const tokens = gaps.map((gap) => (at += gap));
  const runtime = { accepted: 1002, granted: 1005, tokens, ended: at + 2 };
  const chunks = tokens.filter((_, i) => i % 3 === 0 || i === tokens.length - 1).map((stamp) => stamp + 1);
  const reported = computeTimings({ t0: 1002, tq: 1005, tokens, firstAnswer: 0, tEnd: at + 2, promptTokens: 9, cachedTokens: 0, reasoningTokens: 0 });
  return { id: "chatcmpl-1", client: { sentAt: 1000, chunks, firstAnswer: 0, endedAt: at + 4 }, runtime, tokens: tokens.length, reported, ...over };
}

describe("message trace", () => {
  it("lists sent, accepted, slot, first token, groups, last token, end, closed in the order of time", () => {
    const events = traceEvents(traceOf([0, 10, 20, 30, 5, 40]));
    assert.deepEqual(events.map(({ event, ms, tokens }) => [event, ms, tokens]), [
      ["sent", 0, 0], ["accepted", 2, 0], ["slot", 5, 0], ["first token", 30, 1], ["tokens", 60, 3], ["tokens", 95, 5], ["last token", 135, 6], ["end", 137, 6], ["closed", 139, 6],
    ]);
  });

  it("gives the reported metrics again", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0.01, max: 400, noNaN: true }), { maxLength: 60 }), (gaps) => {
      const trace = traceOf(gaps);
      const { ttft_ms, decode_tok_s, e2e_ms } = runtimeMetrics(trace);
      assert.deepEqual([ttft_ms, decode_tok_s, e2e_ms], [trace.reported?.ttft_ms, trace.reported?.decode_tok_s, trace.reported?.e2e_ms]);
      const times = traceEvents(trace).map(({ ms }) => ms);
      assert.deepEqual(times, [...times].sort((a, b) => a - b));
      assert.equal(traceEvents(trace).at(-1)?.tokens, gaps.length);
    }));
  });

  it("reckons from arrivals alone for a remote back end, and says what that cannot tell", async () => {
    const trace = traceOf([0, 50, 50, 50], { id: null, runtime: null, reported: null });
    assert.deepEqual(arrivalMetrics(trace), { ttft_ms: 31, decode_tok_s: 20, e2e_ms: 184 });
    assert.deepEqual(runtimeMetrics(trace), { ttft_ms: null, decode_tok_s: null, e2e_ms: null });
    const [table] = await traceOutputs(trace);
    assert.match(String(table?.data["text/plain"]), /Request not available[\s\S]*arrived[\s\S]*Queue, slot and tokens: not available/);
  });

  it("has no number where there is none", () => {
    const empty = traceOf([]);
    assert.deepEqual(arrivalMetrics(empty), { ttft_ms: null, decode_tok_s: null, e2e_ms: 34 });
    assert.deepEqual(arrivalMetrics(traceOf([0])).decode_tok_s, null);
  });

  it("stays small for a long reply", async () => {
    const outputs = await traceOutputs(traceOf(Array.from({ length: 4000 }, () => 45)));
    const sizes = outputs.map(({ data }) => Buffer.byteLength(JSON.stringify(data)));
    assert.ok(sizes.reduce((a, b) => a + b, 0) < 60_000, sizes.join(", "));
    assert.match(String(outputs[0]?.data["text/plain"]), /… \d+ more/);
    assert.ok(outputs.some(({ data }) => "image/svg+xml" in data));
  });
});
