import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import { serveCommand } from "../../../../kernel/cli/serve.ts";

describe("retort serve", () => {
  let home: string;
  beforeEach(async () => { home = await mkdtemp(join(tmpdir(), "retort-serve-")); });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** Runs the command; `onOutput` sees all that was printed so far and may end it. */
  async function run(args: string[], onOutput: (text: string, end: () => void) => void = () => undefined): Promise<{ code: number; out: string; err: string }> {
    const abort = new AbortController();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    let out = "";
    let err = "";
    stdout.on("data", (chunk: Buffer) => { out += chunk.toString(); onOutput(out, () => abort.abort()); });
    stderr.on("data", (chunk: Buffer) => { err += chunk.toString(); });
    const code = await serveCommand(args, { stdout, stderr, env: { ...process.env, RETORT_HOME: home }, signal: abort.signal });
    return { code, out, err };
  }

  it("prints where it is and how to use it, serves, and ends on Ctrl-C", async () => {
    let status: Promise<number> | undefined;
    const { code, out } = await run(["--port", "0", "--api-key", "none", "--alias", "gpt-4o=smollm2-135m"], (text, end) => {
      const url = /Retort serves at (\S+)\/v1/.exec(text)?.[1];
      if (url === undefined || status !== undefined) return;
      status = fetch(`${url}/v1/models`).then((response) => response.status);
      void status.finally(end);
    });
    assert.deepEqual([code, await status], [0, 200]);
    assert.match(out, /OpenAI\(base_url="http:\/\/127\.0\.0\.1:\d+\/v1", api_key="none"\)/);
  });

  for (const [args, says] of [
    [["--port", "99999"], /--port/],
    [["--port", "http"], /--port/],
    [["--alias", "x"], /names no model/],
    [["--alias", "=x"], /NAME=MODEL/],
    [["--precision", "int4"], /--precision/],
    [["--slots", "1000"], /--slots/],
    [["--memory", "lots"], /--memory/],
    [["--frobnicate"], /frobnicate/],
    [["extra"], /extra/],
  ] as const) {
    it(`refuses ${args.join(" ")} with one line`, async () => {
      const { code, err } = await run([...args]);
      assert.equal(code, 2);
      assert.match(err, says);
      assert.equal(err.trim().split("\n").length, 1);
    });
  }

  it("an address that others can reach needs a key", async () => {
    await assert.rejects(run(["--host", "0.0.0.0", "--port", "0"]), { code: "key_required" });
  });

  it("a model that is not known is said before anything is served for long", async () => {
    await assert.rejects(run(["--port", "0", "--model", "no-such-model"]), { code: "model_not_found" });
  });

  it("explains itself", async () => {
    assert.match((await run(["--help"])).out, /^Usage: retort serve/);
  });
});
