import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RetortError } from "../../../../runtime/errors.ts";
import type { RuntimeSettings } from "../../../../runtime/serve.ts";
import { FakeEngine } from "../../../helpers/fake-engine.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const MEBIBYTE = 1024 * 1024;
const LONG = Array.from({ length: 300 }, (_, i) => `word${i}`).join(" ");

describe("prefixes that outlive the runtime", () => {
  let home: string;
  let folder: string;
  /** The same for all lives of a test: it numbers words as they come. */
  let one: FakeEngine;
  beforeEach(async () => {
    one = new FakeEngine();
    home = await mkdtemp(join(tmpdir(), "retort-prefixes-"));
    folder = join(home, "state", "prefixes");
  });
  afterEach(() => rm(home, { recursive: true }));

  /** A runtime's life: `work`, then a graceful end. Returns what it logged. */
  const life = async (work: (fake: FakeRuntime) => Promise<void>, settings: Partial<RuntimeSettings> = {}, engine = one): Promise<string[]> => {
    const fake = await startFakeRuntime({ env: { RETORT_HOME: home }, settings: { contextSize: 2048, savedPrefixBytes: 64 * MEBIBYTE, ...settings } }, engine);
    await work(fake).finally(() => fake.runtime.dispose());
    return fake.logged;
  };
  const cached = async (fake: FakeRuntime, content: string, over: object = {}): Promise<number> => {
    const response = await fake.call("POST", "/v1/chat/completions", { model: "chatty", messages: [{ role: "user", content }], ...over });
    return ((await response.json()) as { usage: { prompt_tokens_details: { cached_tokens: number } } }).usage.prompt_tokens_details.cached_tokens;
  };
  const ask = (content: string, over: object = {}) => async (fake: FakeRuntime): Promise<void> => void (await cached(fake, content, over));
  const states = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith(".kv"));
  const finds = async (content: string, settings: Partial<RuntimeSettings> = {}, over: object = {}): Promise<{ cached: number; logged: string[] }> => {
    let count = -1;
    const logged = await life(async (fake) => { count = await cached(fake, content, over); }, settings);
    return { cached: count, logged };
  };

  it("are there after a new start, for their owner only", async () => {
    await life(ask(LONG));
    assert.equal((await states()).length, 1);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const file of await readdir(folder)) assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600, file);
    const { cached: count, logged } = await finds(LONG);
    assert.ok(count >= 300, `${count} tokens`);
    assert.deepEqual(logged, []);
    assert.ok((await finds(`${LONG} and more`)).cached >= 300);
  });

  it("are not written unless that is wished, nor for a short prompt", async () => {
    await life(ask(LONG), { savedPrefixBytes: null });
    await life(ask("Hello"));
    await assert.rejects(readdir(folder), { code: "ENOENT" });
  });

  it("are for the same file and settings only, and a model that left the memory takes them up again", async () => {
    await life(ask(LONG));
    assert.equal((await finds(LONG, {}, { precision: "fp16" })).cached, 0);
    assert.equal((await finds(LONG, { kvCacheType: "q8_0" })).cached, 0);
    assert.equal((await finds(LONG, { contextSize: 1024 })).cached, 0);
    await rm(folder, { recursive: true });
    await life(async (fake) => {
      await cached(fake, LONG);
      await fake.call("POST", "/retort/unload", { model: "chatty" });
      assert.ok((await cached(fake, LONG)) >= 300);
    });
  });

  const damage: Array<[title: string, spoil: (path: string) => Promise<void>]> = [
    ["a flipped bit", async (path) => { const bytes = await readFile(path); bytes[40]! ^= 1; await writeFile(path, bytes); }],
    ["a cut end", async (path) => writeFile(path, (await readFile(path)).subarray(0, 40))],
    ["a seal of another file", async (path) => writeFile(path.replace(/kv$/, "json"), JSON.stringify({ bytes: (await stat(path)).size, sha256: "0".repeat(64) }))],
    ["a damaged seal", async (path) => writeFile(path.replace(/kv$/, "json"), "null")],
    ["no seal", async (path) => rm(path.replace(/kv$/, "json"))],
    ["a link in its place", async (path) => { await rename(path, `${path}.real`); await symlink(`${path}.real`, path); }],
    ["a file that others may write", async (path) => chmod(path, 0o666)],
  ];
  for (const [title, spoil] of damage) {
    it(`fault 28: ${title}: not used, removed, and the log says so`, async () => {
      await life(ask(LONG));
      const [name = ""] = await states();
      await spoil(join(folder, name));
      let left: string[] = [];
      const logged = await life(async (fake) => {
        assert.equal(await cached(fake, "Hi"), 0);
        left = await states();
        assert.equal(await cached(fake, LONG), 0);
      });
      assert.ok(!left.includes(name));
      assert.match(logged.join(), /chatty@int8 is not used, and removed/);
    });
  }

  it("fault 42: a folder that cannot be written does not stop the end, nor the start", async () => {
    await mkdir(join(home, "state"));
    await writeFile(folder, "in the way");
    assert.match((await life(ask(LONG))).join(), /were not saved.*/);
    assert.match((await finds(LONG)).logged.join(), /were not read/);
  });

  it("fault 42: a disk that is full leaves nothing behind", async () => {
    const engine = new FakeEngine();
    engine.saveSlot = async (_handle, _slot, _tokens, path) => {
      await writeFile(path, "half");
      throw new RetortError({ code: "state_not_saved", message: "A prefix could not be saved: no space left on device." });
    };
    assert.match((await life(ask(LONG), {}, engine)).join(), /no space left/);
    assert.deepEqual(await readdir(folder), []);
  });

  it("fault 36: an engine that died has nothing to save, and the end comes all the same", async () => {
    const engine = new FakeEngine();
    engine.saveSlot = () => Promise.resolve(null);
    assert.deepEqual(await life(ask(LONG), {}, engine), []);
    assert.deepEqual(await readdir(folder), []);
  });

  it("keep to their room, the ones last used stay; and there are no more than slots", async () => {
    for (const start of ["a", "b", "c", "d"]) await life(ask(`${start} ${LONG}`));
    assert.equal((await states()).length, 2);
    assert.equal((await finds(`a ${LONG}`, { savedPrefixBytes: null })).cached, 0);
    assert.ok((await finds(`d ${LONG}`)).cached > 300);
    // The engine says 10 MB for 4096 tokens.
    await life(ask(`e ${LONG}`), { savedPrefixBytes: 0.5 * MEBIBYTE });
    assert.ok(!(await finds(`e ${LONG}`)).logged.join().includes("removed"));
    const { cached: count } = await finds(`e ${LONG}`, { savedPrefixBytes: 500 });
    assert.ok(count > 300, "it was read; a room of 500 bytes holds it no longer");
    assert.equal((await states()).length, 0);
  });

  it("a prompt that the longest one covers is saved once", async () => {
    await life(async (fake) => { await Promise.all([cached(fake, LONG), cached(fake, LONG)]); });
    assert.equal((await states()).length, 1);
  });
});
