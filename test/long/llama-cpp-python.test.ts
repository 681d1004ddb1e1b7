import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectRemote } from "../../runtime/client/connect.ts";
import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";
import { freePort } from "../helpers/free-port.ts";
import { smollm2 } from "../helpers/models.ts";
import { ensureLlamaCppPython } from "../setup/program-envs.ts";
import { runNotebook } from "./notebook-run.ts";
import { Program } from "./program.ts";

const MODEL = "smol";
const START_LIMIT_MS = 240_000;
const messages = [{ role: "user" as const, content: "Count from one to five." }];

describe("llama-cpp-python's server as the back end", () => {
  let folder: string;
  let program: Program;
  let url: string;
  let remote: RuntimeClient;

  before(async function () {
    this.timeout(0);
    const python = ensureLlamaCppPython();
    const file = await smollm2("int8");
    folder = mkdtempSync(join(tmpdir(), "retort-llama-cpp-python-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    program = await Program.start({
      command: python,
      args: ["-m", "llama_cpp.server", "--model", file, "--model_alias", MODEL, "--host", "127.0.0.1", "--port", String(port), "--n_threads", "2", "--n_ctx", "1024"],
      env: process.env,
      cwd: folder,
      // It has no page for its health.
      readyUrl: `${url}/v1/models`,
      withinMs: START_LIMIT_MS,
    });
    remote = connectRemote({ url, key: null });
  });
  after(async () => {
    await remote?.dispose();
    await program?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is known for what it is", async () => {
    const facts = await remote.probe();
    assert.deepEqual([facts.kind, facts.keyRefused, facts.models.map(({ id }) => id)], ["llama-cpp-python", false, [MODEL]]);
    assert.match(facts.version ?? "", /^0\.3\./);
    assert.deepEqual([facts.routes.chat, facts.routes.completions, facts.routes.infill, facts.fields.tools, facts.reasoning], [true, true, false, true, null]);
  });

  it("streams an answer whose tokens it does not count", async () => {
    const reply = await remote.chat({ model: MODEL, messages, temperature: 0, max_tokens: 24 });
    assert.ok(reply.answer.trim().length > 0);
    assert.deepEqual([reply.usage, reply.timings, reply.client.tokens], [null, null, undefined]);
    assert.ok(reply.client.chunks.length > 4, `${reply.client.chunks.length} chunks`);
  });

  it("is interrupted, and answers the next question", async () => {
    const stop = new AbortController();
    const long = remote.chat({ model: MODEL, messages: [{ role: "user", content: "Write a long story." }], max_tokens: 800 }, { signal: stop.signal, onDelta: () => stop.abort() });
    await assert.rejects(long, { code: "cancelled" });
    const next = await remote.chat({ model: MODEL, messages, temperature: 0, max_tokens: 4 });
    assert.ok(next.client.chunks.length > 0);
  });

  it("refuses a prompt that is too long in the middle of its reply, without a word: the hint says what it may be", async () => {
    const long = remote.chat({ model: MODEL, messages: [{ role: "user", content: "word ".repeat(3000) }], max_tokens: 4 });
    await assert.rejects(long, { code: "stream_cut", message: /without a word/, hint: /too long/ });
  });

  it("answers a sweep; what it does not tell is not available, never 0", async () => {
    const run = await runNotebook({ url, key: "", model: MODEL }, ["---\nname: sweep\nruns: 2\nwarmup: 0\nconfirm: off\nmatrix: { temperature: [0, 0.7] }\nmax_tokens: 12\nsave: out.jsonl\n---\nCount from one to five."]);
    try {
      assert.equal(run.code, 0, run.shown);
      const records = run.records("out.jsonl");
      assert.deepEqual(records.map(({ status, temperature }) => [status, temperature]).sort(), [["ok", 0], ["ok", 0], ["ok", 0.7], ["ok", 0.7]]);
      for (const record of records) {
        assert.ok(Number(record["ttft_ms"]) > 0 && Number(record["e2e_ms"]) >= Number(record["ttft_ms"]));
        for (const untold of ["decode_tok_s", "prefill_tok_s", "tpot_ms", "itl_ms", "queue_ms", "prompt_tokens", "answer_tokens", "tokens_per_chunk", "provenance"]) assert.equal(record[untold], null, untold);
      }
      const [first, second] = records.filter(({ temperature }) => temperature === 0).map(({ answer }) => answer);
      assert.equal(first, second, "temperature 0 says the same twice");
      assert.match(run.shown, /Not available: .*decode.*time per output token/);
      assert.ok(!/\bNaN\b|Infinity|undefined/.test(run.saved));
    } finally {
      run.dispose();
    }
  });
});
