import assert from "node:assert/strict";

import type { RetortError } from "../../runtime/errors.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";

const STARTS_MS = 30_000;
/** Far less than the cancelled requests would take by themselves. */
const SETTLES_MS = 5000;
/** About 600 tokens. */
const LONG_PROMPT = "The cat sat on the mat. ".repeat(90);

describe("faults of the runtime with real weights", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  before(async () => {
    real = await RealRuntime.start();
    await real.client.load(SMOLLM2, "int8");
  });
  after(() => real.dispose());

  const answers = async (): Promise<string> => {
    const { answer } = await real.ask("What colour is the sky?", { cache_prompt: false });
    assert.match(answer, /blue/);
    return answer;
  };

  for (const phase of ["decode", "prefill"] as const) {
    it(`faults 11, 39: a stream that is given up in ${phase} frees its slot, and the next request is served`, async () => {
      const cancel = new AbortController();
      let deltas = 0;
      const running = real.ask(phase === "decode" ? "Tell a long tale." : LONG_PROMPT, { max_tokens: 350, ignore_eos: true }, {
        signal: cancel.signal,
        onDelta: () => {
          deltas++;
          if (phase === "decode") cancel.abort();
        },
      });
      const outcome = assert.rejects(running, { code: "cancelled" });
      if (phase === "prefill") {
        await real.until(({ loaded }) => loaded[0]?.active === 1, STARTS_MS);
        cancel.abort();
      }
      await outcome;
      assert.equal(deltas > 0, phase === "decode");
      const { loaded } = await real.until(({ active, loaded: models }) => active === 0 && models[0]?.active === 0, SETTLES_MS);
      assert.deepEqual(loaded.map((model) => [model.active, model.queued]), [[0, 0]]);
      await answers();
      if (phase === "decode") return;
      const { usage } = await real.ask(LONG_PROMPT, { max_tokens: 1 });
      assert.ok(usage && usage.prompt_tokens > 500);
      assert.ok(usage.prompt_tokens_details.cached_tokens < usage.prompt_tokens - 1, "the prefill was cut short");
    });
  }

  it("fault 36: kill -9 of the engine in decode: engine_died, and a fresh engine answers the next request as before", async () => {
    const before = await answers();
    const pid = real.engine.pid;
    assert.ok(pid);
    let killed = false;
    const running = real.ask("Tell a long tale.", { max_tokens: 500, ignore_eos: true }, {
      onDelta: () => {
        if (!killed) process.kill(pid, "SIGKILL");
        killed = true;
      },
    });
    await assert.rejects(running, (error: RetortError) => {
      assert.equal(error.code, "engine_died");
      assert.ok(error.hint);
      return true;
    });
    assert.equal(await answers(), before);
    assert.ok(real.engine.pid !== undefined && real.engine.pid !== pid);
    await real.until(({ active, loaded }) => active === 0 && loaded.every((model) => model.active === 0), SETTLES_MS);
  });

  const refusals: Array<[title: string, call: () => Promise<unknown>, code: string, status: number, message: RegExp, hint: RegExp]> = [
    [
      "infill names a model that can", () => real.client.infill({ model: SMOLLM2, input_prefix: "def f(", input_suffix: "):" }),
      "model_lacks_capability", 400, /smollm2-135m cannot fill in the middle of code/, /retort pull qwen2\.5-coder/,
    ],
    [
      "fault 33: embeddings say why not", () => real.client.embeddings({ model: SMOLLM2, input: "cat" }),
      "model_lacks_capability", 400, /text generation model/, /capability 'embeddings'/,
    ],
    [
      "fault 8: a prompt longer than the context names both numbers", () => real.ask(LONG_PROMPT.repeat(2)),
      "context_length_exceeded", 400, /prompt is too long: it has 1[0-9]{3} tokens.* maximum context length is 1024,/, /--context/,
    ],
    [
      "fault 9: an unknown model lists the known ones", () => real.ask("Hi", { model: "gpt-9" }),
      "model_not_found", 404, /'gpt-9'.*deepseek-r1-1\.5b.*smollm2-135m/, /retort pull/,
    ],
  ];
  for (const [title, call, code, status, message, hint] of refusals) {
    it(title, async () => {
      await assert.rejects(call(), (error: RetortError) => {
        assert.deepEqual([error.code, error.status], [code, status]);
        assert.match(error.message, message);
        assert.match(error.hint ?? "", hint);
        return true;
      });
      await answers();
    });
  }
});
