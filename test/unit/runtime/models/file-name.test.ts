import assert from "node:assert/strict";
import { isAbsolute, join, relative, win32 } from "node:path";
import fc from "fast-check";
import { isSafeName, modelFolder, safeSegments } from "../../../../runtime/models/file-name.ts";
import { parsePypiUri } from "../../../../runtime/models/sources/uri.ts";

/** Text made of the pieces that path tricks are made of. */
const tricky = fc.array(fc.oneof(fc.constantFrom("..", ".", "/", "\\", "C:", "con", "nul.", "aux.gguf", "\u0000", " ", "~", "%2e", "a", "quarantine", "ü"), fc.string({ maxLength: 5 })), { maxLength: 8 }).map((parts) => parts.join(""));

describe("file names", () => {
  it("fault 69: no model id leaves the store, on either kind of system", () => {
    fc.assert(
      fc.property(tricky, (id) => {
        const folder = modelFolder(id);
        assert.ok(isSafeName(folder), folder);
        assert.equal(relative("/store", join("/store", folder)), folder);
        assert.equal(win32.relative("C:\\store", win32.join("C:\\store", folder)), folder);
        assert.ok(!["quarantine", "locks", "records"].includes(folder));
      }),
    );
  });

  it("fault 69: two ids never share a folder", () => {
    fc.assert(fc.property(tricky, tricky, (a, b) => a === b || modelFolder(a) !== modelFolder(b)));
  });

  it("fault 69: a path is refused, or stays below where it is put", () => {
    fc.assert(
      fc.property(tricky, (path) => {
        let segments: string[];
        try {
          segments = safeSegments(path);
        } catch (error) {
          assert.equal((error as { code: string }).code, "bad_file_name");
          return;
        }
        for (const tool of [{ join, relative, isAbsolute, root: "/r" }, { ...win32, root: "C:\\r" }]) {
          const below = tool.relative(tool.root, tool.join(tool.root, ...segments));
          assert.ok(!/^\.\.([/\\]|$)/.test(below) && !tool.isAbsolute(below), below);
        }
      }),
    );
  });

  it("fault 69: a package source is refused, or its parts are plain words and one pinned version", () => {
    fc.assert(
      fc.property(tricky, tricky, tricky, (name, version, file) => {
        try {
          const parsed = parsePypiUri(`pypi:${name}==${version}/${file}`);
          assert.match(`${parsed.package}==${parsed.version}`, /^[A-Za-z0-9][\w.-]*==[\w.!+-]+$/);
        } catch (error) {
          assert.match((error as { code: string }).code, /^bad_(source|file_name)$/);
        }
      }),
    );
  });

  for (const name of ["con", "CON.gguf", "lpt1", "com9.txt", "a.", "a ", "..", ".", "", "a/b", "a\\b", "C:", "a\u0007b", "x".repeat(300)]) {
    it(`fault 69: ${JSON.stringify(name.slice(0, 20))} is no file name`, () => assert.equal(isSafeName(name), false));
  }

  it("plain ids stand for themselves", () => {
    for (const id of ["smollm2-135m", "qwen2.5-coder-1.5b"]) assert.equal(modelFolder(id), id);
    assert.match(modelFolder("ollama:qwen2.5:0.5b"), /^x-ollama-qwen2\.5-0\.5b-[0-9a-f]{12}$/);
  });

  for (const uri of ["pypi:name/file.gguf", "pypi:name>=1/file.gguf", "pypi:--index-url==1/file.gguf", "pypi:name==1", "pypi:name==*/f.gguf", "pypi:a b==1/f.gguf", "hf:a/b"]) {
    it(`refuses the source ${uri}`, () => assert.throws(() => parsePypiUri(uri), { code: "bad_source" }));
  }
});
