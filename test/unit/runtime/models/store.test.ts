import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RetortError } from "../../../../runtime/errors.ts";
import { loadCatalogue } from "../../../../runtime/models/catalogue.ts";
import type { ModelEntry } from "../../../../runtime/models/model.ts";
import type { FetchRequest, Finder, ForeignFile, Source } from "../../../../runtime/models/sources/source.ts";
import { ModelStore, type Convert } from "../../../../runtime/models/store.ts";
import { fakeConvert, fakeGguf, inspectFake } from "../../../helpers/fake-gguf.ts";

const entry: ModelEntry = {
  id: "tiny", name: "Tiny", description: "For tests.", licence: "MIT", parameters: 1, context: 1, capabilities: ["chat"], profile: "plain-chat", aliases: ["small"],
  sources: [
    { uri: "hf:o/r/tiny-Q4_1.gguf", precision: "q4", quant: "Q4_1" },
    { uri: "hf:o/r/tiny-F16.gguf", precision: "fp16", quant: "F16" },
  ],
};

/** Brings the file that the URI's name tells. */
class FakeSource implements Source {
  readonly scheme = "hf";
  readonly fetched: string[] = [];
  async fetch({ uri, to }: FetchRequest): Promise<object> {
    this.fetched.push(uri);
    await writeFile(to, fakeGguf(/-(\w+)\.gguf$/.exec(uri)?.[1] ?? "F16", 2000));
    return {};
  }
}

describe("ModelStore", () => {
  let folder: string;
  let source: FakeSource;
  let convert: ReturnType<typeof fakeConvert>;
  let foreign: ForeignFile[];

  const finder = (scheme: string): Finder => ({ scheme, find: async () => ({ files: foreign.filter(({ id }) => id.startsWith(scheme)), warnings: scheme === "jan" ? ["Jan is broken."] : [] }) });
  const open = (convertWith: Convert = convert): ModelStore =>
    new ModelStore({ folder: join(folder, "models"), catalogue: [entry], sources: [source], finders: ["ollama", "lmstudio", "jan", "hf-cache"].map(finder), inspect: inspectFake, convert: convertWith });

  /** A file outside the store. */
  function outside(name: string, quant: string): { path: string; bytes: number } {
    const path = join(folder, name);
    writeFileSync(path, fakeGguf(quant, 500, 7));
    return { path, bytes: 500 };
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retort-store-"));
    source = new FakeSource();
    convert = fakeConvert();
    foreign = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("a model with an adapter has the files of its base, which are brought once", async () => {
    const adapted: ModelEntry = { ...entry, id: "tiny-fim", aliases: [], base: "tiny", adapter: { file: "fim.gguf", scale: 1 } };
    const store = new ModelStore({ folder: join(folder, "models"), catalogue: [entry, adapted], sources: [source], finders: [], inspect: inspectFake, convert });
    assert.equal(store.find("tiny-fim"), adapted);
    const pulled = await store.pull("tiny-fim");
    assert.equal(pulled.modelId, "tiny");
    assert.equal((await store.ensure("tiny", "int8")).path, (await store.ensure("tiny-fim", "int8")).path);
    await store.pull("tiny");
    assert.equal(source.fetched.length, 1);
  });

  it("knows before the first load what a file in place can do, from its head and without hashing it", async () => {
    const own = outside("My Coder.gguf", "Q8_0");
    foreign = [{ id: "ollama:qwen2.5-coder:1.5b", ...outside("blob-1", "Q8_0") }, { id: "ollama:talker:1b", ...outside("blob-2", "Q8_0") }];
    const read: string[] = [];
    const store = new ModelStore({
      folder: join(folder, "models"), catalogue: [entry], sources: [source], finders: [finder("ollama")], convert,
      inspect: async (path) => {
        read.push(path);
        return { ...(await inspectFake(path)), fim: true };
      },
    });
    for (const id of [`file:${own.path}`, "ollama:qwen2.5-coder:1.5b"]) {
      assert.deepEqual(store.find(id)?.capabilities, ["chat"], "the name alone tells nothing");
      assert.deepEqual((await store.described(id))?.capabilities, ["chat", "fim"]);
      assert.deepEqual(store.find(id)?.capabilities, ["chat", "fim"], "from now on");
      await store.described(id);
    }
    assert.deepEqual((await store.described("ollama:talker:1b"))?.capabilities, ["chat"]);
    assert.equal(await store.described("tiny"), entry);
    assert.deepEqual(read.map((path) => path.split("/").at(-1)), ["My Coder.gguf", "blob-1"], "each head once, and none that could tell nothing");
    assert.ok((await store.list()).files.every(({ sha256 }) => sha256 === ""));
    writeFileSync(own.path, "no model");
    assert.equal((await open().described(`file:${own.path}`))?.id, `file:${own.path}`, "a damaged file is still named");
  });

  it("finds by id, alias and loose name, and nothing else", () => {
    const store = open();
    assert.equal(store.find("small"), entry);
    assert.equal(store.find("TINY"), entry);
    assert.equal(store.find("file:/models/x-F16.gguf")?.id, "file:/models/x-F16.gguf");
    assert.equal(store.find("hf:o/r/x-Q8_0.gguf")?.sources[0]?.precision, "int8");
    assert.equal(store.find("ollama:qwen2.5:0.5b")?.profile, "plain-chat");
    assert.equal(store.find("hf-cache:b/DeepSeek-R1-Distill/x.gguf")?.profile, "deepseek-r1");
    for (const id of ["", "other", "../tiny", "file:relative.gguf", "hf:o/r/notes.txt"]) assert.equal(store.find(id), undefined, id);
  });

  it("pulls once, records the file, and finds it again from a fresh store", async () => {
    const file = await open().pull("small");
    assert.deepEqual({ ...file, sha256: "", path: "" }, { modelId: "tiny", precision: "q4", quant: "Q4_1", path: "", bytes: 2000, sha256: "", origin: "hf:o/r/tiny-Q4_1.gguf" });
    assert.equal(file.path, join(folder, "models", "tiny", "tiny-Q4_1.gguf"));
    assert.deepEqual(await open().pull("tiny"), file);
    assert.deepEqual(await open().file("tiny", "q4"), file);
    assert.deepEqual(await open().installed(), [file]);
    assert.equal(source.fetched.length, 1);
    assert.equal(await open().file("tiny", "fp16"), undefined);
  });

  it("answers for what is not here with a code and what to do", async () => {
    await assert.rejects(open().file("nope", "q4"), { code: "model_unknown", status: 404, hint: /tiny/ });
    await assert.rejects(open().ensure("tiny", "int8"), { code: "model_not_installed", status: 404, hint: "Run: retort pull tiny" });
    await assert.rejects(open().pull("tiny", { precision: "int8" }), { code: "precision_unavailable", hint: /retort quantize tiny --to int8/ });
    await assert.rejects(open().pull("ollama:x"), { code: "model_not_installed" });
    await open().pull("tiny", { precision: "fp16" });
    await assert.rejects(open().ensure("tiny", "q4"), { code: "model_not_installed", hint: "Run: retort pull tiny --precision q4" });
  });

  it("makes INT8 from FP16, and FP16 from 4 bit, which the files say", async () => {
    const pulled = await open().pull("tiny");
    const int8 = await open().ensure("tiny", "int8");
    const fp16 = await open().ensure("tiny", "fp16");
    assert.deepEqual(convert.calls.map(({ precision }) => precision), ["fp16", "int8"]);
    assert.equal(convert.calls[1]?.from, fp16.path);
    for (const made of [int8, fp16]) assert.deepEqual(made.madeFrom, { quant: "Q4_1", sha256: pulled.sha256 });
    assert.equal(int8.origin, "made");
    assert.equal((await open().installed()).length, 3);
    assert.deepEqual(readdirSync(join(folder, "models", "tiny")).filter((name) => /part|tmp/.test(name)), []);
  });

  it("once real FP16 weights are here, nothing made from 4 bit stands beside them", async () => {
    await open().pull("tiny");
    await open().ensure("tiny", "int8");
    const fp16 = await open().pull("tiny", { precision: "fp16" });
    assert.equal(fp16.madeFrom, undefined);
    assert.deepEqual(await open().ensure("tiny", "fp16"), fp16);
    assert.deepEqual((await open().ensure("tiny", "int8")).madeFrom, { quant: "F16", sha256: fp16.sha256 });
  });

  it("fault 44: makes a file once for callers that ask together", async () => {
    await open().pull("tiny", { precision: "fp16" });
    const files = await Promise.all([open().ensure("tiny", "int8"), open().ensure("tiny", "int8")]);
    assert.deepEqual(files[0], files[1]);
    assert.equal(convert.calls.length, 1);
  });

  it("leaves nothing behind when a conversion fails", async () => {
    await open().pull("tiny", { precision: "fp16" });
    const failing: Convert = async ({ to }) => {
      await writeFile(to, "half");
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    await assert.rejects(open(failing).ensure("tiny", "int8"), { code: "disk_full" });
    assert.deepEqual(readdirSync(join(folder, "models", "tiny")), ["tiny-F16.gguf", "tiny-F16.json"]);
    assert.equal((await open().ensure("tiny", "int8")).precision, "int8");
  });

  it("fault 32: a touched file is hashed again; a changed one goes to quarantine and is never loaded", async () => {
    const { path } = await open().pull("tiny");
    utimesSync(path, 1, 1);
    assert.equal((await open().file("tiny", "q4"))?.path, path);
    writeFileSync(path, fakeGguf("Q4_1", 2000, 99));
    await assert.rejects(open().file("tiny", "q4"), { code: "hash_mismatch", hint: /quarantine/ });
    assert.equal(readdirSync(join(folder, "models", "quarantine")).length, 1);
    assert.equal(await open().file("tiny", "q4"), undefined);
    assert.equal((await open().pull("tiny")).path, path);
  });

  it("fault 32: refuses a link that leaves the store", async () => {
    const { path } = await open().pull("tiny");
    renameSync(path, join(folder, "moved.gguf"));
    symlinkSync(join(folder, "moved.gguf"), path);
    await assert.rejects(open().file("tiny", "q4"), { code: "outside_store" });
  });

  it("never overwrites a file that it did not put there", async () => {
    const path = join(folder, "models", "tiny", "tiny-Q4_1.gguf");
    mkdirSync(join(folder, "models", "tiny"), { recursive: true });
    writeFileSync(path, "mine");
    await assert.rejects(open().pull("tiny"), { code: "file_exists" });
    assert.equal(readFileSync(path, "utf8"), "mine");
  });

  it("a record without its file counts as nothing, a broken record is a warning", async () => {
    const { path } = await open().pull("tiny");
    rmSync(path);
    writeFileSync(join(folder, "models", "tiny", "other.json"), "{");
    const { files, warnings } = await open().list();
    assert.deepEqual(files, []);
    assert.match(warnings.join(), /other\.json was left out.*Jan is broken/);
    assert.equal((await open().pull("tiny")).path, path);
  });

  it("reads a file: in place, also to make another precision", async () => {
    const { path } = outside("mine-F16.gguf", "F16");
    const store = open();
    const id = `file:${path}`;
    const file = await store.file(id, "fp16");
    assert.equal(file?.path, path);
    assert.equal(store.find(id)?.context, 4096, "the file has been read");
    const int8 = await store.ensure(id, "int8");
    assert.ok(int8.path.startsWith(join(folder, "models", "x-")));
    assert.deepEqual(int8.madeFrom, { quant: "F16", sha256: file?.sha256 });
    assert.deepEqual(await open().ensure(id, "int8"), int8);
    assert.deepEqual((await store.remove(id)).map((removed) => removed.path), [int8.path]);
    assert.ok(existsSync(path));
  });

  it("tells what an unfinished download has brought, and removes that with the model", async () => {
    const store = open();
    await store.pull("tiny", { precision: "q4" });
    const part = join(folder, "models", "tiny", "tiny-F16.gguf.part");
    writeFileSync(part, "GGUF");
    writeFileSync(`${part}.json`, JSON.stringify({ uri: "hf:o/r/tiny-F16.gguf", etag: '"1"' }));
    assert.deepEqual(await store.unfinished("tiny"), [{ path: part, quant: "F16", bytes: 4 }]);
    await store.remove("tiny", "q4");
    assert.ok(existsSync(part), "of another precision");
    await store.remove("tiny");
    assert.deepEqual(readdirSync(join(folder, "models", "tiny")), []);
  });

  it("knows a pulled model outside the catalogue by its file, also later", async () => {
    const store = open();
    const file = await store.pull("hf:o/other/x-F16.gguf");
    assert.equal(store.find(file.modelId)?.context, 4096);
    assert.deepEqual(await store.pull(file.modelId), file);
    assert.equal(source.fetched.length, 1);
    const later = open();
    assert.deepEqual(await later.file(file.modelId, "fp16"), file);
    assert.equal(later.find(file.modelId)?.context, 4096);
  });

  it("a foreign file that has gone, or a broken memory of one, does not break the list", async () => {
    foreign = [{ id: "ollama:gone:1b", path: join(folder, "gone"), bytes: 1 }, { id: "ollama:a:1b", ...outside("blob", "Q8_0") }];
    await open().file("ollama:a:1b", "int8");
    const records = join(folder, "models", "records");
    for (const name of readdirSync(records)) writeFileSync(join(records, name), "{");
    const { files, warnings } = await open().list();
    assert.deepEqual(files.map(({ modelId }) => modelId), ["ollama:a:1b"]);
    assert.match(warnings.join(), /ollama:gone:1b was left out/);
    assert.equal((await open().file("ollama:a:1b", "int8"))?.quant, "Q8_0");
  });

  it("uses another program's copy of a catalogue file in place of a download", async () => {
    foreign = [{ id: "hf-cache:o/r/tiny-F16.gguf", quant: "F16", ...outside("cached.gguf", "F16") }];
    const file = await open().pull("tiny", { precision: "fp16", offline: true });
    assert.equal(file.path, join(folder, "cached.gguf"));
    assert.equal(file.modelId, "tiny");
    assert.deepEqual(source.fetched, []);
  });

  it("opens another program's model by its id, and refuses it when it is damaged", async () => {
    foreign = [{ id: "ollama:a:1b", ...outside("blob", "Q8_0"), sha256: "0".repeat(64) }];
    assert.equal((await open().installed())[0]?.sha256, "0".repeat(64));
    await assert.rejects(open().file("ollama:a:1b", "int8"), { code: "hash_mismatch" });
    foreign = [{ id: "ollama:a:1b", ...outside("blob", "Q8_0") }];
    assert.equal((await open().file("ollama:a:1b", "int8"))?.quant, "Q8_0");
    assert.match((await open().installed())[0]?.sha256 ?? "", /^[0-9a-f]{64}$/);
  });

  it("removes only what is asked for", async () => {
    await open().pull("tiny");
    await open().pull("tiny", { precision: "fp16" });
    assert.equal((await open().remove("tiny", "q4")).length, 1);
    assert.deepEqual((await open().installed()).map(({ precision }) => precision), ["fp16"]);
  });

  it("every catalogue entry has a place in the store", () => {
    const store = new ModelStore({ folder, catalogue: loadCatalogue(), sources: [], finders: [], inspect: inspectFake, convert });
    for (const { id } of store.entries()) assert.equal(store.find(id)?.id, id);
    assert.throws(() => store.find("hf:../x/y.gguf"), RetortError);
  });
});
