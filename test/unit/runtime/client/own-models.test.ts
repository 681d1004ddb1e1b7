import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { addOwnModel, forgetOwnModel, readOwnModels } from "../../../../runtime/client/own-models.ts";
import { RetortError } from "../../../../runtime/errors.ts";
import { ModelNames } from "../../../../runtime/inference/model-names.ts";
import { OwnListFinder } from "../../../../runtime/models/sources/own-list.ts";
import { FakeFiles } from "../fake-runtime.ts";

describe("the user's own model files", () => {
  let config: string;
  beforeEach(() => { config = mkdtempSync(join(tmpdir(), "retort-own-")); });
  afterEach(() => rmSync(config, { recursive: true }));
  const list = (text: string): void => writeFileSync(join(config, "models.json"), text);

  it("gives a file a name that requests can use, and keeps it", async () => {
    assert.equal(await addOwnModel({ config }, "/a/My Model (v2).Q8_0.gguf"), "my-model-v2-.q8_0");
    assert.equal(await addOwnModel({ config }, "/a/My Model (v2).Q8_0.gguf"), "my-model-v2-.q8_0", "the same file keeps its name");
    assert.equal(await addOwnModel({ config }, "/b/tiny.gguf", ["tiny"]), "tiny-2");
    assert.equal(await addOwnModel({ config }, "/c/tiny.gguf", ["tiny"]), "tiny-3");
    assert.deepEqual(await readOwnModels({ config }), { "my-model-v2-.q8_0": "/a/My Model (v2).Q8_0.gguf", "tiny-2": "/b/tiny.gguf", "tiny-3": "/c/tiny.gguf" });
    if (process.platform !== "win32") assert.equal(statSync(join(config, "models.json")).mode & 0o777, 0o600);
  });

  it("forgets a name", async () => {
    const name = await addOwnModel({ config }, "/b/tiny.gguf");
    await forgetOwnModel({ config }, name);
    assert.deepEqual(await readOwnModels({ config }), {});
  });

  for (const path of ["relative.gguf", "/etc/passwd", "/a/b.gguf\0", ""]) {
    it(`refuses ${JSON.stringify(path)}`, () => assert.rejects(addOwnModel({ config }, path), { code: "not_a_model_file" }));
  }

  it("leaves out entries that no request could use", async () => {
    list(JSON.stringify({ files: { good: "/a.gguf", "Bad Name": "/b.gguf", relative: "c.gguf", number: 1, other: "/etc/shadow" } }));
    assert.deepEqual(await readOwnModels({ config }), { good: "/a.gguf" });
  });

  for (const text of ["", "{", "null", "[]", '{"files":[]}', '{"files":1}']) {
    it(`says what to do about a broken list: ${text}`, async () => {
      list(text);
      await assert.rejects(readOwnModels({ config }), (error: RetortError) => error.code === "bad_model_list" && error.hint !== undefined);
      assert.equal((await new OwnListFinder({ config }).find()).warnings.length, 1);
      await assert.rejects(addOwnModel({ config }, "/a.gguf"), { code: "bad_model_list" });
      assert.equal(readFileSync(join(config, "models.json"), "utf8"), text, "what cannot be understood is not overwritten");
    });
  }

  it("is found with size and type, and what is gone becomes a warning", async () => {
    const path = join(config, "tiny-Q8_0.gguf");
    writeFileSync(path, "1234");
    await addOwnModel({ config }, path);
    await addOwnModel({ config }, join(config, "gone.gguf"));
    const found = await new OwnListFinder({ config }).find();
    assert.deepEqual(found.files, [{ id: `file:${path}`, path, bytes: 4, quant: "Q8_0" }]);
    assert.match(found.warnings.join(), /gone was left out/);
  });

  it("a request may ask for a listed file by its name only after it was listed", async () => {
    const own: Record<string, string> = {};
    const names = new ModelNames({ files: new FakeFiles(), aliases: {}, named: [], readOwn: () => Promise.resolve({ ...own }) });
    const find = (name: string): string => names.find(name, () => undefined).id;
    assert.throws(() => find("mine"), { code: "model_not_found" });
    assert.throws(() => find("file:/a.gguf"), { code: "field_refused" });
    own.mine = "file:/a.gguf";
    await names.refresh();
    assert.equal(find("mine"), "file:/a.gguf");
    assert.throws(() => find("file:/b.gguf"), { code: "field_refused" });
  });
});
