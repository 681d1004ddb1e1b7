import assert from "node:assert/strict";
import { benchSpec } from "../../kernel/experiment/bench/bench-spec.ts";
import { measureBandwidth } from "../../kernel/session/bench/bandwidth.ts";
import { BenchRunner } from "../../kernel/session/bench/bench-runner.ts";
import type { ModelAccess } from "../../kernel/session/model-access.ts";
import { RuntimeModel } from "../../kernel/session/runtime-model.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

const QUIET = { onStep: () => undefined, onRequests: () => undefined, confirm: async () => true };

describe("a benchmark of the real model", function () {
  this.timeout(300_000);
  let real: RealRuntime;
  before(async () => { real = await RealRuntime.start(); });
  after(() => real.dispose());

  it("has prompts of the exact length, answers of the exact length, and every figure that a local runtime can give", async () => {
    const connection = { model: new RuntimeModel(real.client), runtime: real.client };
    const access: ModelAccess = { current: connection, connect: async () => connection, dispose: () => undefined };
    const spec = benchSpec({ model: SMOLLM2, precision: "int8", max_tokens: 6, requests: 2, matrix: { prompt_tokens: [64, 150], concurrency: [1, 2] }, slo: { ttft_ms: 60_000 } });
    const { result, loaded } = await new BenchRunner(access, measureBandwidth).run(spec, { notebookModel: undefined, environmentModel: undefined }, new AbortController().signal, QUIET);
    assert.deepEqual([result.failures, result.partial, result.windows.length, loaded.length], [[], false, 4, 1]);
    assert.ok((result.bandwidth ?? 0) > 1e8, "bytes per second");
    for (const { spec: corner, requests, stats, system, cache, counts } of result.windows) {
      assert.deepEqual(requests.map(({ reply }) => [reply?.timings.prompt_tokens, reply?.timings.predicted_tokens]), [[corner.promptTokens, 6], [corner.promptTokens, 6]]);
      assert.deepEqual([cache, counts.ok, counts.good], ["cold", 2, 2]);
      for (const name of ["ttft_ms", "tpot_ms", "itl_ms", "queue_ms", "decode_tok_s", "prefill_tok_s"]) assert.equal(stats[name]?.n, 2, name);
      const { out_tok_s, req_min, goodput_min, mem_before_mb, mem_peak_mb, roofline_share } = system;
      assert.ok([out_tok_s, req_min, goodput_min, mem_before_mb, roofline_share].every((value) => value !== null && value > 0), JSON.stringify(system));
      assert.ok((mem_peak_mb ?? 0) >= (mem_before_mb ?? Infinity));
    }
  });
});
