import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hfCacheFinder, janFinder, lmStudioFinder } from "../../../../../runtime/models/sources/gguf-folder.ts";
import { OllamaFinder } from "../../../../../runtime/models/sources/ollama.ts";

const DIGEST = "a".repeat(64);
const CONFIG = "b".repeat(64);

describe("models of other programs", () => {
  let home: string;
  beforeEach(() => void (home = mkdtempSync(join(tmpdir(), "retort-home-"))));
  afterEach(() => rmSync(home, { recursive: true }));

  function put(path: string, content: string | object = "GGUF"): string {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, typeof content === "string" ? content : JSON.stringify(content));
    return full;
  }
  const manifest = (digest = `sha256:${DIGEST}`): object => ({
    config: { mediaType: "application/vnd.docker.container.image.v1+json", digest: `sha256:${CONFIG}` },
    layers: [{ mediaType: "application/vnd.ollama.image.template", digest: "sha256:x" }, { mediaType: "application/vnd.ollama.image.model", digest }],
  });
  const ollama = (env = {}): OllamaFinder => new OllamaFinder(env, home);

  it("nothing installed is no trouble", async () => {
    for (const finder of [ollama(), lmStudioFinder(home), janFinder({}, home), hfCacheFinder({}, home)]) {
      assert.deepEqual(await finder.find(), { files: [], warnings: [] }, finder.scheme);
    }
  });

  it("Ollama: names as Ollama writes them, types from the configuration", async () => {
    put(`.ollama/models/blobs/sha256-${DIGEST}`, "GGUF1234");
    put(`.ollama/models/blobs/sha256-${CONFIG}`, { file_type: "Q4_K_M" });
    for (const path of ["registry.ollama.ai/library/qwen2.5/0.5b", "registry.ollama.ai/me/mine/latest", "hf.co/bartowski/x-GGUF/Q4_0"]) put(`.ollama/models/manifests/${path}`, manifest());
    const { files, warnings } = await ollama().find();
    assert.deepEqual(files.map(({ id }) => id), ["ollama:hf.co/bartowski/x-GGUF:Q4_0", "ollama:qwen2.5:0.5b", "ollama:me/mine:latest"]);
    assert.deepEqual(files[1], { id: "ollama:qwen2.5:0.5b", path: join(home, ".ollama/models/blobs", `sha256-${DIGEST}`), bytes: 8, sha256: DIGEST, quant: "Q4_K_M" });
    assert.deepEqual(warnings, []);
  });

  it("Ollama: OLLAMA_MODELS", async () => {
    put(`elsewhere/blobs/sha256-${DIGEST}`);
    put("elsewhere/manifests/registry.ollama.ai/library/a/b", { layers: [{ mediaType: "application/vnd.ollama.image.model", digest: `sha256:${DIGEST}` }] });
    assert.deepEqual((await ollama({ OLLAMA_MODELS: join(home, "elsewhere") }).find()).files.map(({ id, quant }) => [id, quant]), [["ollama:a:b", undefined]]);
  });

  it("Ollama: broken manifests become warnings, a digest that is a path is none", async () => {
    put(`.ollama/models/blobs/sha256-${CONFIG}`, {});
    put(`.ollama/models/blobs/sha256-${DIGEST}`);
    const base = ".ollama/models/manifests/registry.ollama.ai/library";
    put(`${base}/bad/json`, "{");
    put(`${base}/bad/layers`, {});
    put(`${base}/bad/traversal`, manifest("sha256:../../../../etc/passwd"));
    put(`${base}/bad/missing`, manifest(`sha256:${"c".repeat(64)}`));
    put(`${base}/good/one`, manifest());
    const { files, warnings } = await ollama().find();
    assert.deepEqual(files.map(({ id }) => id), ["ollama:good:one"]);
    assert.equal(warnings.length, 4);
    assert.match(warnings.join("\n"), /bad\/traversal was left out: its manifest names no digest/);
  });

  it("LM Studio, Jan: files below their folders; no projectors, no split models", async () => {
    put(".lmstudio/models/pub/model/m-Q8_0.gguf");
    put(".lmstudio/models/pub/model/mmproj-F16.gguf");
    put(".cache/lm-studio/models/pub/old/o-Q4_K_M.gguf");
    put(".cache/lm-studio/models/pub/old/o-00001-of-00002.gguf");
    put("jan/models/a/a-f16.gguf");
    put(".local/share/Jan/data/llamacpp/models/b/model.gguf");
    const ids = async (finder: { find(): Promise<{ files: Array<{ id: string; quant?: string }> }> }): Promise<unknown> => (await finder.find()).files.map(({ id, quant }) => [id, quant]);
    assert.deepEqual(await ids(lmStudioFinder(home)), [["lmstudio:pub/old/o-Q4_K_M.gguf", "Q4_K_M"], ["lmstudio:pub/model/m-Q8_0.gguf", "Q8_0"]]);
    assert.deepEqual(await ids(janFinder({}, home)), [["jan:a/a-f16.gguf", "F16"], ["jan:b/model.gguf", undefined]]);
  });

  it("Hugging Face cache: links into its blobs are followed, links elsewhere are not", async () => {
    const blob = put("hub/models--o--r/blobs/123", "GGUF12");
    const outside = put("private", "secret");
    const snapshot = join(home, "hub/models--o--r/snapshots/abc");
    mkdirSync(snapshot, { recursive: true });
    symlinkSync(blob, join(snapshot, "m-Q8_0.gguf"));
    symlinkSync(outside, join(snapshot, "evil.gguf"));
    symlinkSync(join(home, "gone"), join(snapshot, "dangling.gguf"));
    const { files, warnings } = await hfCacheFinder({ HF_HOME: home }, home).find();
    assert.deepEqual(files, [{ id: "hf-cache:o/r/m-Q8_0.gguf", path: join(snapshot, "m-Q8_0.gguf"), bytes: 6, quant: "Q8_0" }]);
    assert.equal(warnings.length, 2);
  });

  it("fault 32: a folder or a FIFO with a model's name is left out", async () => {
    execFileSync("mkfifo", [join(dirname(put("jan/models/x/readme")), "pipe.gguf")]);
    mkdirSync(join(home, "jan/models/x/folder.gguf"));
    const { files, warnings } = await janFinder({}, home).find();
    assert.deepEqual(files, []);
    assert.match(warnings.join(), /pipe\.gguf was left out: it is not a file/);
  });
});
