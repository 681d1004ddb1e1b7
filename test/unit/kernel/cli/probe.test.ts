import assert from "node:assert/strict";

import { probeCommand } from "../../../../kernel/cli/probe.ts";
import { CapturedIo } from "../../../helpers/captured-io.ts";
import { RecordedServer, recordings } from "../../../helpers/recorded-server.ts";

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const io = new CapturedIo();
  const code = await probeCommand(args, { stdout: io.stdout, stderr: io.stderr, env, signal: new AbortController().signal });
  return { code, out: io.out, err: io.err };
}

describe("retort probe", () => {
  let server: RecordedServer;
  before(async () => { server = await RecordedServer.start((recordings().find(([kind]) => kind === "vllm") ?? assert.fail())[1]); });
  after(() => server.close());

  it("tells which server it is and what it can do", async () => {
    const { code, out } = await run([`${server.url}/v1`]);
    assert.equal(code, 0);
    assert.match(out, /vLLM 0\.11\.0\.\nModels: deepseek-ai\/DeepSeek-R1-Distill-Qwen-1\.5B \(32768 tokens\)\.\nRoutes: .*\/tokenize/);
    assert.match(out, /No routes: \/infill\./);
  });

  it("takes the address of the environment, and prints JSON", async () => {
    const { out } = await run(["--json"], { RETORT_URL: server.url });
    assert.equal((JSON.parse(out) as { kind: string }).kind, "vllm");
  });

  it("needs an address, and one where somebody is", async () => {
    const { code, err } = await run([]);
    assert.equal(code, 2);
    assert.match(err, /RETORT_URL/);
    await assert.rejects(run(["http://127.0.0.1:9"]), { code: "connection_refused" });
  });
});
