import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JsRunner } from "../../kernel/experiment/js/js-runner.ts";
import { NotebookSession } from "../../kernel/session/notebook-session.ts";
import { RuntimeAccess } from "../../kernel/session/runtime-access.ts";
import { RealRuntime, SMOLLM2 } from "../helpers/real-runtime.ts";
import { RecordingContext } from "../helpers/recording-context.ts";
import { setEntry, writeTinyGguf } from "../helpers/tiny-gguf.ts";

/** llama.cpp's number for the mean of all tokens. */
const MEAN_POOLING = 1;
const QUESTION = "What is the capital of France?";

describe("`similar` with an embedding model", function () {
  this.timeout(120_000);
  let real: RealRuntime;
  let session: NotebookSession;
  let folder: string;
  let answer: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "retort-similar-"));
    const path = await writeTinyGguf(join(folder, "embedder.gguf"), (tiny) => setEntry(tiny, "llama.pooling_type", "uint32", MEAN_POOLING));
    real = await RealRuntime.start({ embedder: `file:${path}` });
    session = new NotebookSession({ access: new RuntimeAccess(async () => real.client), js: new JsRunner({ folder }), version: "0", model: undefined, folders: { notebook: folder, state: folder } });
    answer = (await real.ask(QUESTION)).answer;
  });
  after(async () => {
    await session.shutdown();
    await real.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const cell = (similar: object): string => `---\nmodel: ${SMOLLM2}\ntemperature: 0\nmax_tokens: 12\nassert:\n  - similar: ${JSON.stringify(similar)}\n---\n${QUESTION}`;

  it("passes for the same text and fails for another one", async () => {
    assert.deepEqual(await session.execute(cell({ model: "embedder", to: answer, at_least: 0.999 }), new RecordingContext()), { status: "ok" });
    const other = await session.execute(cell({ model: "embedder", to: "Pay 20 % income tax!", at_least: 0.999 }), new RecordingContext());
    assert.equal(other.status, "error");
    assert.match(other.status === "error" ? other.evalue : "", /similar/);
  });

  it("refuses a model that writes text", async () => {
    const refused = await session.execute(cell({ model: SMOLLM2, to: answer, at_least: 0.5 }), new RecordingContext());
    assert.match(refused.status === "error" ? refused.evalue : "", /embedding/i);
  });
});
