import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import { SERVE_PARAMETERS } from "../../../../kernel/cli/serve-parameters.ts";
import { serveCommand } from "../../../../kernel/cli/serve.ts";
import { chatPageFolder } from "../../../../runtime/entry.ts";
import { ENVIRONMENT } from "../../../../runtime/serve.ts";

describe("retort serve", () => {
  let home: string;
  beforeEach(async () => { home = await mkdtemp(join(tmpdir(), "retort-serve-")); });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** Runs the command; `onOutput` sees all that was printed so far and may end it. */
  async function run(args: string[], onOutput: (text: string, end: () => void) => void = () => undefined, variables: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string; err: string }> {
    const abort = new AbortController();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    let out = "";
    let err = "";
    stdout.on("data", (chunk: Buffer) => { out += chunk.toString(); onOutput(out, () => abort.abort()); });
    stderr.on("data", (chunk: Buffer) => { err += chunk.toString(); });
    const code = await serveCommand(args, { stdout, stderr, env: { ...process.env, RETORT_HOME: home, ...variables }, signal: abort.signal });
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

  it("prints a link to the chat page that brings the key along, where the page is built", async () => {
    const { out } = await run(["--port", "0", "--api-key", "k+y"], (text, end) => { if (text.includes("Ctrl-C ends it.")) end(); });
    assert.equal(/^Chat page: http:\/\/127\.0\.0\.1:\d+\/#key=k%2By$/m.test(out), existsSync(chatPageFolder()), out);
  });

  for (const [args, says] of [
    [["--port", "99999"], /--port/],
    [["--port", "http"], /--port/],
    [["--alias", "x"], /names no model/],
    [["--alias", "=x"], /NAME=MODEL/],
    [["--lora", "x.gguf"], /--lora.*NAME=FILE/],
    [["--save-prefixes", "some"], /--save-prefixes/],
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

  it("says everything as JSON lines where that is asked for, and keeps the key out of them", async () => {
    let asked: Promise<number> | undefined;
    const { code, out, err } = await run(["--log-format", "json"], (text, end) => {
      const url = /"url":"([^"]+)"/.exec(text)?.[1];
      if (url !== undefined && asked === undefined) asked = fetch(`${url}/v1/models`).then((response) => response.status);
      if (text.includes('"event":"request"')) end();
    }, { RETORT_PORT: "0" });
    assert.deepEqual([code, await asked], [0, 401]);
    const lines = out.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(lines.map(({ event, level }) => [level, event]), [["info", "listening"], ["info", "request"], ["info", "ending"]]);
    assert.deepEqual([lines[1]?.route, lines[1]?.status, lines[1]?.error], ["/v1/models", 401, "invalid_api_key"]);
    const key = /The key is (\S+)/.exec(err)?.[1] ?? "";
    assert.ok(key.length > 20 && !out.includes(key));
  });

  it("takes every value from a variable too, and a flag wins", async () => {
    const variables = { RETORT_PORT: "0", RETORT_API_KEY: "from-env", RETORT_ALIAS: "a=smollm2-135m, b=smollm2-135m", RETORT_LOG_FORMAT: "off", RETORT_SLOTS: "3", RETORT_CONTEXT: "512" };
    let props: Promise<{ total_slots: number; default_generation_settings: { n_ctx: number } }> | undefined;
    const { out } = await run(["--slots", "2"], (text, end) => {
      const url = /Retort serves at (\S+)\/v1/.exec(text)?.[1];
      if (url === undefined || props !== undefined) return;
      props = fetch(`${url}/props?model=b`, { headers: { authorization: "Bearer from-env" } }).then((response) => response.json() as typeof props & object);
      void props.finally(end);
    }, variables);
    const { total_slots: slots, default_generation_settings: { n_ctx: context } } = await props ?? assert.fail("no answer");
    assert.deepEqual([slots, context], [2, 512]);
    assert.doesNotMatch(out, /GET \/props/);
  });

  for (const [variable, value] of [["RETORT_PORT", "http"], ["RETORT_LOG_FORMAT", "xml"], ["RETORT_SLOTS", "0"], ["RETORT_DRAIN_S", "-1"]] as const) {
    it(`refuses ${variable}=${value} by its name`, async () => {
      const { code, err } = await run([], undefined, { [variable]: value });
      assert.equal(code, 2);
      assert.ok(err.includes(variable), err);
    });
  }

  it("has a flag and a variable for every setting of a runtime but the time after which an idle one ends", () => {
    assert.deepEqual(Object.keys(ENVIRONMENT).filter((setting) => !SERVE_PARAMETERS.some((one) => one.setting === setting)), ["idleExitMs"]);
    for (const names of [SERVE_PARAMETERS.map(({ flag }) => flag), SERVE_PARAMETERS.map(({ variable }) => variable)]) assert.equal(new Set(names).size, names.length);
    for (const { variable } of SERVE_PARAMETERS) assert.match(variable, /^RETORT_[A-Z_]+$/);
  });

  it("an address that others can reach needs a key", async () => {
    await assert.rejects(run(["--host", "0.0.0.0", "--port", "0"]), { code: "key_required" });
  });

  it("a model that is not known is said before anything is served for long", async () => {
    await assert.rejects(run(["--port", "0", "--model", "no-such-model"]), { code: "model_not_found" });
  });

  it("explains itself", async () => {
    const { out } = await run(["--help"]);
    assert.match(out, /^Usage: retort serve/);
    for (const { flag } of SERVE_PARAMETERS) assert.ok(out.includes(`  --${flag} `), flag);
  });
});
