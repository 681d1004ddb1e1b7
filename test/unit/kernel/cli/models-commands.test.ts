import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { CommandFunction } from "../../../../kernel/cli/io.ts";
import { modelsCommand } from "../../../../kernel/cli/models.ts";
import { pullCommand, type OpenStore } from "../../../../kernel/cli/pull.ts";
import { quantizeCommand } from "../../../../kernel/cli/quantize.ts";
import type { ModelEntry } from "../../../../runtime/models/model.ts";
import { ModelStore } from "../../../../runtime/models/store.ts";
import { fakeConvert, fakeGguf, inspectFake } from "../../../helpers/fake-gguf.ts";

const entry: ModelEntry = {
  id: "tiny", name: "Tiny", description: "For tests.", licence: "MIT", parameters: 1, context: 1, capabilities: ["chat"], profile: "plain-chat", aliases: [],
  sources: [{ uri: "hf:o/r/tiny-Q4_1.gguf", precision: "q4", quant: "Q4_1" }],
};

describe("retort pull, models, quantize", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "retort-cli-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const openStore: OpenStore = () =>
    new ModelStore({
      folder,
      catalogue: [entry, { ...entry, id: "other" }],
      sources: [{ scheme: "hf", fetch: async ({ to }) => (await writeFile(to, fakeGguf("Q4_1", 2000)), {}) }],
      finders: [{ scheme: "jan", find: async () => ({ files: [], warnings: ["Jan is broken."] }) }],
      inspect: inspectFake,
      convert: fakeConvert(),
    });

  async function run(command: (...args: [...Parameters<CommandFunction>, OpenStore]) => Promise<number>, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const text = { out: "", err: "" };
    const into = (key: "out" | "err"): Writable => new Writable({ write: (chunk, _encoding, next) => ((text[key] += String(chunk)), next()) });
    const code = await command(args, { stdout: into("out"), stderr: into("err"), env: {}, signal: new AbortController().signal }, openStore);
    return { code, ...text };
  }

  for (const [command, name] of [[pullCommand, "pull"], [modelsCommand, "models"], [quantizeCommand, "quantize"]] as const) {
    it(`${name} --help`, async () => {
      const { code, out } = await run(command, "--help");
      assert.equal(code, 0);
      assert.ok(out.startsWith(`Usage: retort ${name}`));
    });

    it(`${name}: an unknown flag is one line and exit code 2`, async () => {
      assert.deepEqual(await run(command, "--bogus"), { code: 2, out: "", err: `retort ${name}: Unknown option '--bogus'. See retort ${name} --help\n` });
    });
  }

  it("wrong words are told", async () => {
    assert.match((await run(pullCommand)).err, /is missing/);
    assert.match((await run(pullCommand, "a", "b")).err, /"b" is one word too many/);
    assert.match((await run(pullCommand, "tiny", "--precision", "int4")).err, /no precision "int4"; there are fp16, int8, q4/);
    assert.match((await run(quantizeCommand, "tiny")).err, /--to must be int8 or fp16/);
    assert.equal((await run(quantizeCommand, "tiny", "--to", "q4")).code, 2);
  });

  it("pulls, quantizes and lists", async () => {
    assert.match((await run(modelsCommand)).out, /^No model is on this machine yet\.\n\nTo pull \(retort pull MODEL\):\ntiny {3}q4/);
    assert.match((await run(pullCommand, "tiny")).out, /^tiny: q4 \(Q4_1, 2\.00 kB\) .*tiny-Q4_1\.gguf\n$/);
    assert.match((await run(quantizeCommand, "tiny", "--to", "int8")).out, /^tiny: int8 \(Q8_0, 1\.00 kB, made from Q4_1 weights\)/);
    const { out, err } = await run(modelsCommand);
    assert.match(out, /^MODEL {2}PRECISION {2}QUANT +SIZE {2}ORIGIN\n/);
    assert.match(out, /tiny +q4 +Q4_1 +2\.00 kB {2}hf:o\/r\/tiny-Q4_1\.gguf\n/);
    assert.match(out, /tiny +int8 +Q8_0 +1\.00 kB {2}made here from Q4_1 weights\n/);
    assert.equal(err, "warning: Jan is broken.\n");
  });

  it("lists for programs", async () => {
    await run(pullCommand, "tiny");
    const listed = JSON.parse((await run(modelsCommand, "--json")).out) as { installed: Array<{ modelId: string }>; available: Array<{ id: string }>; warnings: string[] };
    assert.deepEqual([listed.installed.map(({ modelId }) => modelId), listed.available.map(({ id }) => id), listed.warnings], [["tiny"], ["other"], ["Jan is broken."]]);
  });

  it("passes the store's errors on", async () => {
    await assert.rejects(run(pullCommand, "nope"), { code: "model_unknown" });
    await assert.rejects(run(pullCommand, "tiny", "--offline"), { code: "offline" });
    await assert.rejects(run(quantizeCommand, "other", "--to", "fp16"), { code: "model_not_installed" });
  });
});
