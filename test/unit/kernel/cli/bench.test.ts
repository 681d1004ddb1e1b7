import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { benchSettings } from "../../../../kernel/cli/bench-settings.ts";
import { benchCommand } from "../../../../kernel/cli/bench.ts";
import type { ModelAccess } from "../../../../kernel/session/model-access.ts";
import { FakeAccess } from "../../../helpers/fake-access.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";

/** A server elsewhere: it has no way to tell memory or tokens. */
function remote(): ModelAccess {
  const local = new FakeAccess(new FakeModel({ answer: ["a", "b"], promptTokens: 40 }));
  return { get current() { return local.current; }, dispose: () => local.dispose(), connect: async () => {
    const { model, runtime } = await local.connect();
    return { model, runtime: { ...runtime, local: false } };
  } };
}

async function run(...args: string[]) {
  const text = { out: "", err: "" };
  const into = (key: "out" | "err"): Writable => new Writable({ write: (chunk, _encoding, next) => ((text[key] += String(chunk)), next()) });
  const code = await benchCommand(args, { stdout: into("out"), stderr: into("err"), env: {}, signal: new AbortController().signal }, remote);
  return { code, ...text };
}

describe("retort bench", () => {
  it("makes axes of lists, and the settings of a cell of the rest", () => {
    assert.deepEqual(benchSettings({ model: "m", concurrency: "1,2,4", "prompt-tokens": "256", slo: "ttft_ms=800,tpot_ms=50" }), { model: "m", prompt_tokens: 256, slo: { ttft_ms: 800, tpot_ms: 50 }, matrix: { concurrency: [1, 2, 4] } });
  });

  it("prints the table of the cell, and says what a server elsewhere cannot tell", async () => {
    const { code, out } = await run("--concurrency", "1,2", "--requests", "3", "--prompt-tokens", "64");
    assert.equal(code, 0);
    assert.match(out, /concurrency 2 +3 /);
    assert.match(out, /Not available from this back end: .*memory before \/ peak \/ after, roofline/);
  });

  it("prints JSON", async () => {
    const { out } = await run("--requests", "2", "--json");
    assert.equal((JSON.parse(out) as { runs: unknown[] }).runs.length, 2);
  });

  for (const [args, message] of [[["--concurrency", "0"], /--concurrency.*from 1 to 256/], [["--rate", "1", "--concurrency", "2"], /--concurrency/], [["--slo", "ttft=5"], /--slo has no limit/], [["--nothing"], /nothing/]] as const) {
    it(`refuses ${args.join(" ")} in one line`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(err.trim().split("\n").length, 1);
    });
  }
});
