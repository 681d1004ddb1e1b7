import assert from "node:assert/strict";
import { timingLine, timingText } from "../../../../kernel/display/timing-line.ts";
import type { ModelReply } from "../../../../kernel/experiment/model.ts";
import { FakeModel, type ScriptedReply } from "../../../helpers/fake-model.ts";

async function reply(script: ScriptedReply = { answer: ["1", "6"] }): Promise<ModelReply> {
  return new FakeModel(script).ask({ model: "smollm2-135m", messages: [] }, () => undefined, new AbortController().signal);
}

describe("timingLine", () => {
  it("says how fast, how much and by what, in one line", async () => {
    assert.equal(
      timingText(await reply()),
      "TTFT 50 ms · decode 40 tok/s · 2 tokens · memory 200 MB (weights 100 MB, KV cache 10.0 MB) · smollm2-135m INT8 (Q8_0) · cpu",
    );
  });

  it("counts thinking apart", async () => {
    assert.match(timingText(await reply({ thinking: ["a", "b", "c"], answer: ["1"] })), /4 tokens \(3 thinking, 1 answer\)/);
  });

  it("counts one token as one", async () => assert.match(timingText(await reply({ answer: "x" })), /· 1 token ·/));

  it("names GPU memory where there is some", async () => {
    const made = await reply();
    const provenance = { ...made.provenance!, memory: { weights: 1, kv_cache: 1, rss: 1, vram_used: 3e9 } };
    assert.match(timingText({ ...made, provenance }), /VRAM 3\.00 GB/);
  });

  it("shows what is not known as not available, never as 0", async () => {
    const made = await reply();
    const text = timingText({ ...made, timings: { ...made.timings, ttft_ms: null, decode_tok_s: null }, provenance: null });
    assert.equal(text, "TTFT not available · decode not available · 2 tokens · memory not available · model not available · backend not available");
  });

  it("adds warnings and a fallback as notes, escaped", async () => {
    const made = await reply({ answer: "x", warnings: ["FP16 made from <4-bit> weights"] });
    const provenance = { ...made.provenance!, fallback: { from: "cuda" as const, to: "cpu" as const, reason: "out of memory" } };
    const { data } = timingLine({ ...made, provenance });
    assert.deepEqual(String(data["text/plain"]).split("\n").slice(1), ["Note: running on cpu instead of cuda: out of memory", "Note: FP16 made from <4-bit> weights"]);
    assert.match(String(data["text/html"]), /from &#60;4-bit&#62; weights/);
  });
});
