import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { cacheCommand } from "../../../../kernel/cli/cache.ts";
import { AnswerCache, cacheFolder } from "../../../../kernel/session/answer-cache.ts";
import { retortPaths } from "../../../../runtime/paths.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";

describe("retort cache", () => {
  let home: string;
  beforeEach(() => { home = mkdtempSync(join(tmpdir(), "retort-cache-cli-")); });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const text = { out: "", err: "" };
    const into = (key: "out" | "err"): Writable => new Writable({ write: (chunk, _encoding, next) => ((text[key] += String(chunk)), next()) });
    const code = await cacheCommand(args, { stdout: into("out"), stderr: into("err"), env: { RETORT_HOME: home }, signal: new AbortController().signal });
    return { code, ...text };
  }

  it("shows what there is, and removes it", async () => {
    assert.match((await run()).out, /^0 answers, /);
    const reply = await new FakeModel().ask({ messages: [] }, () => undefined, new AbortController().signal);
    await new AnswerCache(cacheFolder(retortPaths({ RETORT_HOME: home }).state)).store("a".repeat(64), reply);
    assert.match((await run()).out, /^1 answers, /);
    assert.match((await run("clear")).out, /removed$/m);
    assert.match((await run()).out, /^0 answers, /);
  });

  it("knows no other word", async () => {
    const { code, err } = await run("empty");
    assert.equal(code, 2);
    assert.match(err, /"empty" is not `clear`/);
  });
});
